"""What must hold for names of every kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprm.matching import Company, Decision, MemoryIndex, Query, compare, find
from openprm.matching.rarity import common_words

GENERIC = [
    "global",
    "solutions",
    "group",
    "international",
    "services",
    "holdings",
    "technology",
    "management",
    "capital",
    "partners",
]
RARE = ["xerox", "siemens", "vandelay", "zorbatron", "quixote", "brumkovic", "halvorsen"]
words = st.lists(st.sampled_from(GENERIC + RARE), min_size=1, max_size=4, unique=True).map(" ".join)
forms = st.sampled_from(
    ["GmbH", "Inc.", "Ltd", "S.A.", "Sp. z o.o.", "Aktiengesellschaft", "Pty Ltd", "AB", "株式会社"]
)


@settings(max_examples=150)
@given(words, words, forms)
def test_adding_a_legal_form_never_lowers_the_score(one: str, other: str, form: str) -> None:
    bare = compare(Query(one), Company("1", other)).probability
    assert compare(Query(f"{one} {form}"), Company("1", other)).probability >= bare - 1e-9
    assert compare(Query(one), Company("1", f"{other} {form}")).probability >= bare - 1e-9


@settings(max_examples=150)
@given(words, words)
def test_if_one_is_the_same_as_the_other_then_so_the_other_way_round(one: str, other: str) -> None:
    there, back = compare(Query(one), Company("1", other)), compare(Query(other), Company("1", one))
    assert there.decision == back.decision
    assert there.probability == pytest.approx(back.probability)


@given(
    st.lists(st.sampled_from(GENERIC), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(GENERIC), min_size=1, max_size=3, unique=True),
)
def test_generic_words_alone_never_make_the_same_company(one: list[str], other: list[str]) -> None:
    if sorted(one) != sorted(other):
        assert compare(Query(" ".join(one)), Company("1", " ".join(other))).decision is not Decision.SAME


@settings(max_examples=150)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_no_text_at_all_makes_matching_fail(one: str, other: str, address: str) -> None:
    index = MemoryIndex([Company("1", other, aliases=(one, other), domain=address, country=address)])
    for match in find(Query(one, domain=address, country=address), index):
        assert 0.0 <= match.probability <= 1.0


@given(words)
def test_a_company_is_the_same_as_itself(name: str) -> None:
    if any(word in RARE for word in name.split()):
        assert compare(Query(name), Company("1", name)).decision is Decision.SAME


def test_generic_words_are_known_before_the_first_account_is() -> None:
    assert all(word in common_words() for word in GENERIC)


def test_a_probability_does_not_depend_on_who_else_has_the_very_same_name() -> None:
    alone = find(Query("Zorbatron Energy"), MemoryIndex([Company("1", "Zorbatron Energy")]))
    twice = find(
        Query("Zorbatron Energy"),
        MemoryIndex([Company("1", "Zorbatron Energy"), Company("2", "Zorbatron Energy AG")]),
    )
    assert [match.decision for match in [*alone, *twice]] == [Decision.SAME] * 3
