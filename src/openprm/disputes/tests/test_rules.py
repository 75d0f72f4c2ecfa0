"""What can be contested, how long, and how the clock runs, also over days that are not 24 hours long."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.deals.lifecycle import CLOSED, OPEN, REOPENED_BECAUSE, UNDECIDED, Side
from openprm.deals.lifecycle import MOVES as DEALS
from openprm.deals.lifecycle import State as Deal
from openprm.disputes import lifecycle, rules, words
from openprm.disputes.lifecycle import ENDED, MOVES, State
from openprm.disputes.rules import Outcome, Remedy, Subject

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAYS = timedelta(days=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))


def subjects(state: Deal, verdict: str = "clear", at: datetime = AT) -> list[Subject]:
    found = rules.contestable(state=state, verdict=verdict, verdict_at=AT, closed_at=AT, days=30, at=at)
    return [one.subject for one in found]


def test_a_verdict_is_contested_while_undecided_and_the_decision_after_it() -> None:
    assert subjects(Deal.SUBMITTED, "possible") == subjects(Deal.ACTION_REQUIRED, "blocked") == [Subject.VERDICT]
    assert subjects(Deal.SUBMITTED, "clear") == []
    assert subjects(Deal.REJECTED, "blocked") == [Subject.REJECTION]
    assert subjects(Deal.DUPLICATE) == [Subject.DUPLICATE]
    assert subjects(Deal.EXPIRED) == [Subject.PROTECTION]
    told = {Deal.REJECTED, Deal.DUPLICATE, Deal.EXPIRED}
    assert {state for state in (OPEN - UNDECIDED) | CLOSED if subjects(state, "blocked")} == told


@given(days=st.integers(1, 365), since=moments)
def test_the_last_second_counts_and_the_next_does_not(days: int, since: datetime) -> None:
    def asked(at: datetime) -> bool:
        found = rules.contestable(
            state=Deal.REJECTED, verdict="clear", verdict_at=None, closed_at=since, days=days, at=at
        )
        return bool(found)

    last = since + days * DAYS
    assert asked(last)
    assert not asked(last + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30)),  # the hour that comes twice
        ("America/New_York", datetime(2027, 3, 14, 1, 30)),  # the night that loses one
        ("Australia/Lord_Howe", datetime(2027, 4, 4, 1, 45)),  # half an hour
        ("Pacific/Apia", datetime(2028, 2, 28, 23, 59)),  # a leap day lies ahead
    ],
)
def test_hours_promised_are_hours_elapsed_wherever_the_reader_is(zone: str, day: datetime) -> None:
    at = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    due = rules.due(at, 72)
    assert due - at == timedelta(hours=72)
    assert due.astimezone(ZoneInfo(zone)).astimezone(UTC) == due


@given(due=moments, asked=moments, waited=st.timedeltas(-10 * DAYS, 400 * DAYS))
def test_a_pause_never_costs_the_vendor_time_nor_brings_the_date_nearer(
    due: datetime, asked: datetime, waited: timedelta
) -> None:
    resumed = rules.resumed(due, asked_at=asked, answered_at=asked + waited)
    assert resumed == due + max(waited, timedelta(0))


def test_the_first_decider_and_nobody_unknown_decide_the_appeal() -> None:
    first, other = uuid4(), uuid4()
    assert rules.may_decide_appeal(decider=other, first_decider=first)
    assert not rules.may_decide_appeal(decider=first, first_decider=first)
    assert not rules.may_decide_appeal(decider=None, first_decider=first)


@pytest.mark.parametrize("deal", list(Deal))
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("subject", list(Subject))
def test_what_a_decision_can_demand_has_steps_that_the_deals_table_allows(
    outcome: Outcome, deal: Deal, subject: Subject
) -> None:
    for remedy in rules.remedies(outcome, deal, subject):
        state = deal
        for step in rules.steps(remedy, deal):
            move = DEALS["extend" if step == "grant" else step]
            assert state in move.before
            state = move.after
        assert (remedy is Remedy.NONE) == (rules.steps(remedy, deal) == ())
    assert outcome is not Outcome.REJECTED or rules.remedies(outcome, deal, subject) == (Remedy.NONE,)


def test_every_reopening_code_is_one_that_deals_know() -> None:
    codes = {rules.reopening_code(outcome, level) for outcome in (Outcome.UPHELD, Outcome.PARTLY) for level in (1, 2)}
    assert codes == set(REOPENED_BECAUSE)


def test_a_case_is_settled_when_nothing_is_to_be_done_nor_appealed() -> None:
    def settled(outcome: Outcome, *, final: bool = False, due: bool = False, late: bool = False) -> bool:
        until = AT - DAYS if late else AT
        return rules.settled(final=final, outcome=outcome, appeal_until=until, remedy_is_due=due, at=AT)

    assert settled(Outcome.UPHELD)
    assert settled(Outcome.REJECTED, late=True)
    assert settled(Outcome.REJECTED, final=True)
    assert not settled(Outcome.REJECTED)
    assert not settled(Outcome.PARTLY, late=True, due=True)
    assert not settled(Outcome.UPHELD, final=True, due=True)


def test_every_state_code_and_remedy_has_words() -> None:
    assert set(words.STATES) == set(State)
    assert set(words.SUBJECTS) == set(Subject)
    assert set(words.REMEDIES) == set(Remedy)
    assert set(words.CODES) == rules.KNOWN_CODES


def test_from_every_state_there_is_a_way_to_the_end_and_none_out_of_it() -> None:
    reached = set(ENDED)
    while more := {before for move in MOVES.values() if move.after in reached for before in move.before} - reached:
        reached |= more
    assert reached == set(State)
    assert not any(lifecycle.moves_from(state, side) for state in ENDED for side in Side)
