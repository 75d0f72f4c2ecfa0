"""The bytes that are hashed: RFC 8785, whatever the database did to the value in between."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.kernel.ledger.canonical import canonical
from openprm.kernel.ledger.hashing import GENESIS, anchor_hash, link_hash

EVENT = {
    "id": UUID(int=1),
    "name": "deal.submitted",
    "subject_type": "deals.DealRegistration",
    "subject_id": UUID(int=2),
    "subject_label": "DR-7KQ2-M9XV Müller",
    "partner_id": None,
    "shared": True,
    "actor_kind": "system",
    "actor_id": None,
    "actor_name": "OpenPRM",
    "actor_side": "system",
    "at": datetime(2026, 11, 2, 9, tzinfo=UTC),
    "payload": {"b": [1, 2.5], "a": "€"},
}

words = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | words | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (-0.0, "0"), (1.0, "1"), (-12, "-12"), (0.1, "0.1"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
        (333333333.3333333, "333333333.3333333"), (1e-7, "1e-7"), (0.000001, "0.000001"), (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992, "9007199254740992"),
        (10**22, "1e+22"), (2**53 + 1, "9007199254740993"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_standard_says(number: float, text: str) -> None:
    assert canonical(number) == text.encode()


def test_keys_are_sorted_by_utf_16_and_text_is_escaped_as_little_as_possible() -> None:
    value = {"\U0001f600": 1, "\ufb33": 2, "€": 3, "\r": 4, "1": '\u0007\n"\\/\x7fé'}
    assert canonical(value).decode() == (
        '{"\\r":4,"1":"\\u0007\\n\\"\\\\/\x7fé","€":3,"\U0001f600":1,"\ufb33":2}'
    )  # fmt: skip


@given(values)
def test_canonical_json_is_json_that_says_the_same_and_is_its_own_canonical_form(value: object) -> None:
    text = canonical(value)
    assert json.loads(text, parse_int=float) == json.loads(json.dumps(value), parse_int=float)
    assert canonical(json.loads(text)) == text


def test_what_is_not_json_is_refused() -> None:
    for value in (float("nan"), float("inf"), {1: 2}, object(), b"x"):
        with pytest.raises((TypeError, AttributeError)):
            canonical(value)


def test_a_links_hash_is_of_these_very_bytes() -> None:
    said = (
        '{"event":{"actor_id":null,"actor_kind":"system","actor_name":"OpenPRM","actor_side":"system",'
        '"at":"2026-11-02T09:00:00.000000Z","id":"00000000-0000-0000-0000-000000000001","name":"deal.submitted",'
        '"partner_id":null,"payload":{"a":"€","b":[1,2.5]},"shared":true,'
        '"subject_id":"00000000-0000-0000-0000-000000000002","subject_label":"DR-7KQ2-M9XV Müller",'
        '"subject_type":"deals.DealRegistration"},"format":"openprm.link.1","position":1,"previous":"' + GENESIS + '"}'
    )
    assert link_hash(EVENT, position=1, previous=GENESIS) == hashlib.sha256(said.encode()).hexdigest()


def test_an_anchors_hash_is_of_these_very_bytes() -> None:
    said = (
        '{"at":"2026-11-02T09:00:00.000000Z","format":"openprm.anchor.1","heads":{"s":[2,"h"]},'
        f'"previous":"{GENESIS}","sequence":1}}'
    )
    made = anchor_hash(sequence=1, at=EVENT["at"], previous=GENESIS, heads={"s": [2, "h"]})  # type: ignore[arg-type]
    assert made == hashlib.sha256(said.encode()).hexdigest()


def test_the_same_moment_in_another_time_zone_is_the_same_hash() -> None:
    elsewhere = EVENT | {"at": datetime(2026, 11, 2, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))}
    assert link_hash(elsewhere, position=1, previous=GENESIS) == link_hash(EVENT, position=1, previous=GENESIS)


@pytest.mark.parametrize("name", sorted(EVENT))
def test_every_column_of_the_event_counts(name: str) -> None:
    other = EVENT | {name: datetime(2027, 1, 1, tzinfo=UTC) if name == "at" else "something else"}
    assert link_hash(other, position=1, previous=GENESIS) != link_hash(EVENT, position=1, previous=GENESIS)
