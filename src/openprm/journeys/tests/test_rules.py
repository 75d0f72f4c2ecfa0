"""The pure rules: circles are found, days are due by the calendar, and whose turn it is follows from the state."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.journeys import checking, drawn
from openprm.journeys.content import StageDoc, free_key, plain, read, tasks_of
from openprm.journeys.lifecycle import DONE, MOVES, State, diagram
from openprm.journeys.rules import (
    Step,
    current_stage,
    cycle,
    day_of,
    due_on,
    is_overdue,
    is_stuck,
    opened,
    progress,
    turn,
    wants_reminder,
)
from openprm.journeys.tests.makers import stages

KEYS = st.sampled_from("abcdef")
GRAPHS = st.dictionaries(KEYS, st.sets(KEYS, max_size=4), max_size=6)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


@given(GRAPHS)
def test_a_circle_is_found_exactly_where_something_could_never_begin(depends: dict[str, set[str]]) -> None:
    known = {key: needed & depends.keys() for key, needed in depends.items()}
    done: set[str] = set()
    while ready := {key for key, needed in known.items() if needed <= done} - done:
        done |= ready
    found = cycle(known)
    assert bool(found) == (done != set(known))
    for key, needed in zip(found, [*found[1:], *found[:1]], strict=True):
        assert needed in known[key]


@pytest.mark.parametrize(
    ("since", "days", "zone", "expected"),
    [
        ("2028-02-28T12:00:00+00:00", 1, "UTC", "2028-02-29"),  # a leap year
        ("2027-02-28T12:00:00+00:00", 1, "UTC", "2027-03-01"),
        ("2028-02-29T12:00:00+00:00", 365, "UTC", "2029-02-28"),
        ("2027-03-27T23:30:00+00:00", 1, "Europe/Berlin", "2027-03-29"),  # it is the 28th there, when clocks go forward
        ("2027-10-30T22:30:00+00:00", 1, "Europe/Berlin", "2027-11-01"),  # the day of 25 hours counts as one
        ("2026-12-31T23:30:00+00:00", 0, "Asia/Tokyo", "2027-01-01"),
        ("2027-01-01T02:00:00+00:00", 0, "America/New_York", "2026-12-31"),
    ],
)
def test_due_days_are_whole_days_of_the_calendar(since: str, days: int, zone: str, expected: str) -> None:
    assert due_on(days, datetime.fromisoformat(since), zone) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("at", "zone", "late"),
    [
        ("2027-03-28T21:59:59+00:00", "Europe/Berlin", False),  # summer time began this morning
        ("2027-03-28T22:00:00+00:00", "Europe/Berlin", True),
        ("2027-03-29T03:59:59+00:00", "America/New_York", False),
        ("2027-03-29T04:00:00+00:00", "America/New_York", True),
    ],
)
def test_a_day_is_over_when_it_has_ended_in_the_programmes_zone(at: str, zone: str, late: bool) -> None:
    assert is_overdue(date(2027, 3, 28), datetime.fromisoformat(at), zone) is late


@given(MOMENTS, st.integers(0, 730), ZONES)
def test_nothing_is_overdue_before_its_days_have_passed(since: datetime, days: int, zone: str) -> None:
    due = due_on(days, since, zone)
    assert due == day_of(since, zone) + timedelta(days=days)
    ends = datetime.combine(due + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    assert not is_overdue(due, ends - timedelta(seconds=1), zone)
    assert is_overdue(due, ends.astimezone(UTC) + timedelta(hours=1), zone)
    assert not is_overdue(None, since, zone)


@given(MOMENTS, ZONES, st.integers(0, 60), st.integers(-5, 70))
def test_a_reminder_is_wanted_from_so_many_days_before_until_the_day_itself(
    at: datetime, zone: str, days: int, ahead: int
) -> None:
    due = day_of(at, zone) + timedelta(days=ahead)
    assert wants_reminder(due, at, zone, days) is (0 <= ahead <= days)


def test_a_journey_is_stuck_once_nothing_has_moved_for_so_many_days() -> None:
    at = datetime(2027, 1, 15, tzinfo=UTC)
    assert is_stuck(at - timedelta(days=14), at, 14)
    assert not is_stuck(at - timedelta(days=13, hours=23), at, 14)


@given(st.lists(st.tuples(KEYS, st.sampled_from(list(State)), st.sets(KEYS)), unique_by=lambda step: step[0]))
def test_a_task_opens_when_all_it_depends_on_is_done(raw: list[tuple[str, State, set[str]]]) -> None:
    steps = [Step(key, "s", state, needed) for key, state, needed in raw]
    done = {step.key for step in steps if step.state in DONE}
    assert opened(steps) == {step.key for step in steps if set(step.depends_on) <= done}
    count, total = progress(step.state for step in steps)
    assert (count, total) == (len(done), len(steps))
    assert (current_stage(["s"], steps) == "") is (count == total)


def test_whose_turn_it_is() -> None:
    assert turn(state=State.PENDING, kind="form", owner="partner") == "partner"
    assert turn(state=State.WAITING, kind="form", owner="partner") == "channel_manager"
    assert turn(state=State.ACTION_REQUIRED, kind="approval", owner="channel_manager") == "partner"
    assert turn(state=State.WAITING, kind="approval", owner="marketing_manager") == "marketing_manager"
    assert turn(state=State.COMPLETED, kind="form", owner="partner") == ""


def test_every_state_can_be_left_or_is_an_end_and_the_diagram_tells_all() -> None:
    leaving = {state for move in MOVES.values() for state in move.before}
    assert set(State) - leaving <= DONE
    assert all(state in diagram() for state in State)


@given(
    st.lists(st.sampled_from(["about", "code", "kickoff", "portal", "newsletter", "release"]), max_size=8), st.data()
)
def test_arranging_loses_and_doubles_nothing(moved: list[str], data: st.DataObject) -> None:
    now = stages()
    before = sorted(task.key for _stage, task in tasks_of(now))
    for key in moved:
        step = data.draw(st.sampled_from([-1, 1]))
        now = drawn.step_task(now, key, step)
        now = drawn.place_task(now, key, data.draw(st.sampled_from(["basics", "ready", "none"])), step + 1)
        now = drawn.move_stage(now, "ready", step)
    assert sorted(task.key for _stage, task in tasks_of(now)) == before
    assert read(plain(now)) == now


def test_what_is_wrong_with_a_drawing_is_told_in_words() -> None:
    raw = plain(stages())
    raw[0]["tasks"][0]["depends_on"] = ["kickoff"]
    raw[0]["tasks"][1]["depends_on"] = ["nowhere"]
    raw[1]["tasks"][2]["link"] = "example.com"
    told = " ".join(checking.problems(read(raw)))
    assert "“Tell us about your team” → “Kick-off meeting” → “Tell us about your team”" in told
    assert "Code of conduct: it depends on “nowhere”" in told
    assert "Subscribe: give the link's whole address" in told
    twice = [*stages(), *stages()[:1]]
    assert "Two stages are called “basics”" in " ".join(checking.problems(twice))
    assert checking.missing([StageDoc(key="a", name="A", text="")]) == [
        "The stage “A” has no task. Add one, or remove the stage."
    ]


def test_keys_are_made_of_titles() -> None:
    assert free_key("Sign the NDA!", set()) == "sign-the-nda"
    assert free_key("Sign the NDA!", {"sign-the-nda"}) == "sign-the-nda-2"
    assert free_key("Ünterschrift", set()) == "nterschrift"
    assert free_key("…", set()) == "part"
