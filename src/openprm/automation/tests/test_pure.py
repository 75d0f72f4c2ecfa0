"""Pure decisions: trees of steps, comparisons, the clock, chains, merge fields. No database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.automation import chains, clock, merging, payload, rules
from openprm.automation.definition import (
    condition,
    empty,
    find,
    first,
    following,
    insert,
    keys,
    move,
    place_of,
    remove,
    shift,
)
from openprm.automation.rules import Known

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SCHEMA = {
    "properties": {
        "name": {"type": "string"},
        "amount": {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]},
        "urgent": {"type": "boolean"},
        "close": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": {"type": "string"}},
        "changes": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
        "inner": {"$ref": "#/$defs/Inner"},
    },
    "$defs": {"Inner": {"type": "object", "properties": {"code": {"type": "string"}}}},
}
FIELDS = payload.fields_of(SCHEMA)
KNOWN = Known(
    event=lambda name: FIELDS if name == "deal.won" else None,
    action=lambda key, values: {} if key == "test.act" else {"": "unknown"},
    audience=lambda predicate: "" if isinstance(predicate, dict) else "wrong",
    date_fields=("partner.since",),
)


def steps(level: int = 2) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Make trees of steps; their keys are given afterwards."""
    act = st.just({"kind": "action", "action": "test.act", "values": {}})
    wait = st.integers(1, 30).map(lambda days: {"kind": "wait", "unit": "days", "amount": days})
    one = act | wait
    if level:
        below = steps(level - 1)
        one |= st.builds(
            lambda then, other: {"kind": "branch", "condition": condition(), "then": then, "else": other}, below, below
        )
    return st.lists(one.map(dict), max_size=3)


def numbered(made: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a definition with keys of its own for every step."""
    count = 0

    def named(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        nonlocal count
        found = []
        for step in listed:
            count += 1
            step = {**step, "key": f"s{count}"}
            for way in ("then", "else"):
                if way in step:
                    step[way] = named(step[way])
            found.append(step)
        return found

    return {"trigger": {"kind": "event", "event": "deal.won"}, "condition": condition(), "steps": named(made)}


DEFINITIONS = steps().map(numbered)


@given(DEFINITIONS)
def test_whatever_way_branches_go_a_run_ends_and_takes_no_step_twice(made: dict[str, Any]) -> None:
    for way in ("then", "else"):
        taken, key = [], first(made)
        while key:
            taken.append(key)
            kind = (find(made, key) or {})["kind"]
            key = following(made, key, way if kind == "branch" else "")
        assert len(taken) == len(set(taken))
        assert taken == [key for key in keys(made) if key in taken]


@given(DEFINITIONS, st.data())
def test_moving_a_step_loses_and_doubles_none(made: dict[str, Any], data: st.DataObject) -> None:
    if not keys(made):
        return
    key = data.draw(st.sampled_from(keys(made)))
    moved = shift(made, key, data.draw(st.sampled_from([-1, 1])))
    assert sorted(keys(moved)) == sorted(keys(made))
    without = remove(made, key)
    into = data.draw(st.sampled_from(["", *(f"{one}:then" for one in keys(without) if _is_branch(without, one))]))
    elsewhere = move(made, key, into=into, place=data.draw(st.integers(0, 5)))
    assert sorted(keys(elsewhere)) == sorted(keys(made))
    assert place_of(elsewhere, key)[0] == into


def _is_branch(made: dict[str, Any], key: str) -> bool:
    return (find(made, key) or {})["kind"] == "branch"


@given(DEFINITIONS, st.data())
def test_what_was_moved_up_and_down_within_a_list_is_as_before(made: dict[str, Any], data: st.DataObject) -> None:
    within = [key for key in keys(made) if place_of(made, key)[1] > 0]
    if within:
        key = data.draw(st.sampled_from(within))
        assert shift(shift(made, key, -1), key, 1) == made


def test_a_step_does_not_go_below_itself() -> None:
    made = numbered([{"kind": "branch", "condition": condition(), "then": [], "else": []}])
    with pytest.raises(KeyError):
        move(made, "s1", into="s1:then", place=0)


@given(DEFINITIONS)
def test_a_sound_definition_has_no_problems_and_a_broken_step_is_named(made: dict[str, Any]) -> None:
    found = rules.problems(made, KNOWN)
    assert found == ({} if made["steps"] else {"steps": found.get("steps")})
    broken = insert(made, {"key": "bad", "kind": "wait", "unit": "days", "amount": -1})
    said = rules.problems(broken, KNOWN)
    assert set(said) == {"step.bad.amount"}
    assert said["step.bad.amount"].startswith(f"Step {len(made['steps']) + 1}:")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["trigger", "condition", "steps", "kind", "key", "event", "audience", "payload", "match", "conditions"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_nonsense_is_refused_and_never_breaks_the_check(nonsense: Any) -> None:
    assert rules.problems(nonsense, KNOWN)


@given(JSON, JSON, JSON)
def test_nonsense_in_its_parts_never_breaks_the_check(trigger: Any, held: Any, listed: Any) -> None:
    found = rules.problems({"trigger": trigger, "condition": held, "steps": listed}, KNOWN)
    assert all(isinstance(said, str) and said for said in found.values())
    assert found


def test_an_empty_automation_says_what_is_missing() -> None:
    assert set(rules.problems(empty(), KNOWN)) == {"trigger", "steps"}


def test_the_fields_of_an_event_are_drawn_from_its_schema() -> None:
    assert {name: field.kind for name, field in FIELDS.items()} == {
        "name": "text", "amount": "number", "urgent": "boolean", "close": "date", "lines": "list",
        "changes": "changes", "inner.code": "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("name", "contains", "BERG", True),
        ("name", "is", "berg", False),
        ("name", "is_not", "berg", True),
        ("amount", "gte", "1000", True),
        ("amount", "lte", 999, False),
        ("urgent", "is", True, True),
        ("close", "since", "2026-11-01", True),
        ("close", "until", "2026-11-01", False),
        ("lines", "includes", "Cloud", True),
        ("lines", "excludes", "cloud", False),
        ("changes", "includes", "verticals", True),
        ("changes", "excludes", "tier", True),
        ("inner.code", "is", "x", True),
    ],
)
def test_a_comparison_holds_by_what_the_event_tells(field: str, op: str, value: Any, holds: bool) -> None:
    told = {
        "name": "Bergdata", "amount": "1000.00", "urgent": True, "close": "2026-12-01", "lines": ["cloud"],
        "changes": {"verticals": [[], ["healthcare"]]}, "inner": {"code": "x"},
    }  # fmt: skip
    comparison = {"field": field, "op": op, "value": value}
    assert payload.problem(comparison, FIELDS) == ""
    fits, judged = payload.judge({"match": "all", "conditions": [comparison]}, told, FIELDS)
    assert (fits, judged[0].holds) == (holds, holds)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON), JSON)
def test_comparing_never_breaks_whatever_was_told(told: dict[str, Any], value: Any) -> None:
    for field in FIELDS.values():
        for operator in payload.OPERATORS[field.kind]:
            comparison = {"field": field.name, "op": operator, "value": value}
            if not payload.problem(comparison, FIELDS):
                payload.judge({"match": "any", "conditions": [comparison]}, told, FIELDS)


@given(
    st.sampled_from(
        [
            {"every": "day", "hour": 8},
            {"every": "week", "weekday": 2, "hour": 0},
            {"every": "month", "day": 28, "hour": 23},
        ]
    ),
    st.lists(st.integers(1, 60 * 24 * 9), min_size=1, max_size=12),
)
def test_looking_more_often_finds_the_same_moments(trigger: dict[str, Any], pauses: list[int]) -> None:
    looked, found = NOW, []
    for minutes in pauses:
        until = looked + timedelta(minutes=minutes)
        found += clock.moments(trigger, after=looked, until=until, zone=BERLIN)
        looked = until
    if looked - NOW < timedelta(days=clock.MOST_CAUGHT_UP - 1):
        assert found == clock.moments(trigger, after=NOW, until=looked, zone=BERLIN)
    assert all(moment.astimezone(BERLIN).hour == trigger["hour"] for moment in found)
    assert len(found) == len(set(found))


@given(st.sampled_from(["hours", "days", "hour"]), st.integers(0, 23), st.datetimes(timezones=st.just(UTC)))
def test_a_wait_ends_later_than_it_begins(unit: str, amount: int, at: datetime) -> None:
    if not 1990 < at.year < 2100:
        return
    over = clock.over({"unit": unit, "amount": amount or 1}, at=at, zone=BERLIN)
    assert over > at
    if unit == "hour":
        assert over.astimezone(BERLIN).hour == (amount or 1) or over - at < timedelta(hours=26)


def test_a_day_before_and_after_a_date_are_two_days_apart() -> None:
    day = NOW.date()
    before = clock.sought_day({"days": 1, "direction": "before"}, day)
    after = clock.sought_day({"days": 1, "direction": "after"}, day)
    assert (before - after).days == 2


@given(st.lists(st.sampled_from("abcdefg"), max_size=8), st.sampled_from("abcdefg"), st.integers(0, 60))
def test_every_chain_ends(chain: list[str], automation: str, lately: int) -> None:
    stop = chains.stopped(automation, chain, lately=lately)
    if automation in chain or len(chain) >= chains.LONGEST or lately >= chains.MOST_PER_HOUR:
        assert stop is not None
    else:
        assert stop is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_what_is_filled_in_is_never_read_as_a_field(text: str, value: str) -> None:
    values = {"partner.name": value + "{{ partner.name }}", "person.name": "x"}
    assert merging.render("{{ partner.name }}", values) == values["partner.name"]
    if "{{" not in text:
        assert merging.render(text, values) == text


def test_a_field_that_is_empty_has_words_in_its_place() -> None:
    assert merging.render("Dear {{ person.first_name | partner }}", {}) == "Dear partner"
    assert merging.render("Dear {{person.first_name}}", {"person.first_name": "Lena"}) == "Dear Lena"


@pytest.mark.parametrize(
    "text", ["{{ partner.password }}", "{{ partner }}", "{% load x %}", "{{ partner.name", "{{ a.__class__ }}"]
)
def test_only_fields_of_the_list_can_be_asked_for(text: str) -> None:
    assert merging.problems(text, ["partner.name"])
    assert not merging.problems("{{ partner.name | you }} {{ event.code }}", ["partner.name"])


def test_a_field_of_an_event_goes_by_the_words_that_the_event_gives_it() -> None:
    schema = {"properties": {
        "joined": {"type": "boolean", "title": "new as an active partner"},
        "new_partner": {"type": "boolean", "title": "New Partner"},
    }}  # fmt: skip
    labels = {name: field.label for name, field in payload.fields_of(schema).items()}
    assert labels == {"joined": "new as an active partner", "new_partner": "new partner"}
