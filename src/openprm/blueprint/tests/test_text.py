"""YAML: what is written reads back, looks as people would write it, and what cannot be read says where."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openprm.blueprint import text

letters = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False), letters
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(letters.filter(bool), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(letters.filter(bool), values, max_size=5))
def test_whatever_is_written_reads_back_the_same(said: dict[str, Any]) -> None:
    written = text.write(said, head="What this is.")
    assert text.read(written).value == (said or {})
    assert text.write(text.read(written).value, head="What this is.") == written


@given(st.lists(st.sampled_from(["NO", "no", "yes", "on", "1:20", "0755", "0899", "1e3", "2026-01-01", "~", "null",
                                 "<<", "=", "1_000", ".5", "0x1F", "True", ""])))  # fmt: skip
def test_words_that_look_like_something_else_stay_words_for_older_readers_too(words: list[str]) -> None:
    written = text.write({"words": words})
    assert text.read(written).value == {"words": words}
    assert yaml.safe_load(written) == {"words": words}


def test_norway_is_a_country_when_a_person_writes_it() -> None:
    assert text.read("countries: [DE, NO]\nsince: 2026-03-31\n").value == {
        "countries": ["DE", "NO"], "since": "2026-03-31",
    }  # fmt: skip


def test_long_texts_are_blocks_and_conditions_are_lines() -> None:
    written = text.write({
        "note": "First.\nSecond.\n",
        "about": "word " * 40 + "end",
        "audience": {"all": [{"field": "partner.country", "op": "in", "value": ["DE", "NO"]}]},
    })  # fmt: skip
    assert "note: |\n  First.\n  Second.\n" in written
    assert "about: >-\n  word word" in written
    assert "    - {field: partner.country, op: in, value: [DE, 'NO']}\n" in written


@pytest.mark.parametrize(
    ("said", "line", "words"),
    [
        ("a: 1\nb: [", 2, "expected"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a: &x [1]\nb: *x\n", 1, "aliases"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ('a: "\\0"\n', 1, "letter"),
        ('a: "\\ud800"\n', 1, "letter"),
        ("a: 1e999\n", 1, "number"),
        ("? [a]\n: 1\n", 1, "plain text"),
        ("[" * 100_000, 1, "deeply"),
        ("a: " + "9" * 5000, 1, "number"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(said: str, line: int, words: str) -> None:
    with pytest.raises(text.NotYaml) as refused:
        text.read(said)
    assert refused.value.line == line
    assert words in refused.value.message


def test_every_part_knows_its_line() -> None:
    read = text.read("name: Cloud\ngrants:\n  deals.view: all\nlist:\n  - a\n  - b\n")
    assert read.line(("grants", "deals.view")) == 3
    assert read.line(("list", 1)) == 6
    assert read.line(("list", 1, "unknown")) == 6
    assert read.line(("missing",)) == 1
