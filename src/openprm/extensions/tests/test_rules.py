"""The pure decisions: when an extension may be asked for, and what the activities say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.extensions.rules import (
    Act,
    Allowed,
    Barred,
    Judgement,
    Kind,
    Outcome,
    Situation,
    Terms,
    barred,
    counted,
    judge,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OPENS, GRACE = 30 * DAY, 14 * DAY

ACTS = st.builds(
    Act,
    kind=st.sampled_from([kind.value for kind in Kind]),
    at=st.integers(-200 * 24, 24).map(lambda hours: NOW + timedelta(hours=hours)),
    by_partner=st.booleans(),
)
TERMS = st.builds(
    Terms,
    allowed=st.sampled_from(list(Allowed)),
    most_days=st.integers(1, 90),
    grant_from=st.integers(0, 6),
    grant_days=st.integers(1, 120),
    kinds=st.frozensets(st.sampled_from([kind.value for kind in Kind])),
    quiet_days=st.integers(0, 120),
)


def act(days_ago: float = 1, kind: str = "call", *, by_partner: bool = True) -> Act:
    return Act(kind, NOW - timedelta(days=days_ago), by_partner)


def asked(terms: Terms = Terms(), situation: Situation | None = None, **details: Any) -> Barred | None:  # noqa: B008
    where = situation or Situation(NOW + 10 * DAY)
    return barred(terms, where, **({"wanted": 10, "at": NOW, "opens": OPENS, "grace": GRACE} | details))


def test_an_extension_can_be_asked_for_shortly_before_the_end() -> None:
    assert asked() is None


@pytest.mark.parametrize(
    ("terms", "situation", "why"),
    [
        (Terms(Allowed.NONE), Situation(NOW + DAY), Barred.NOT_ALLOWED),
        (Terms(Allowed.ONCE), Situation(NOW + DAY, granted=1), Barred.USED_UP),
        (Terms(Allowed.UNLIMITED), Situation(NOW + DAY, granted=7), None),
        (Terms(), Situation(NOW + DAY, pending=True), Barred.PENDING),
        (Terms(), Situation(NOW + OPENS + timedelta(seconds=1)), Barred.TOO_EARLY),
        (Terms(), Situation(NOW + OPENS), None),
        (Terms(), Situation(NOW - GRACE + timedelta(seconds=1)), None),
        (Terms(), Situation(NOW - GRACE), Barred.TOO_LATE),
        (Terms(most_days=9), Situation(NOW + DAY), Barred.TOO_LONG),
    ],
)
def test_why_an_extension_cannot_be_asked_for(terms: Terms, situation: Situation, why: Barred | None) -> None:
    assert asked(terms, situation) is why


def test_without_conditions_a_person_decides() -> None:
    assert judge(Terms(), [act()], at=NOW).outcome is Outcome.ASK


def test_enough_activities_grant_at_once() -> None:
    terms = Terms(grant_from=2, grant_days=30)
    assert judge(terms, [act(1), act(2)], at=NOW).outcome is Outcome.GRANT
    assert judge(terms, [act(1), act(31)], at=NOW).outcome is Outcome.ASK


def test_ten_notes_of_one_day_are_one_activity() -> None:
    notes = [Act("note", NOW - timedelta(minutes=minute)) for minute in range(10)]
    assert counted(notes, days=30, at=NOW) == 1


def test_what_was_logged_more_than_three_days_later_grants_nothing_but_a_person_looks() -> None:
    def told(kind: str, days_later: float) -> Act:
        return Act(kind, NOW - timedelta(days=9), logged_at=NOW - timedelta(days=9 - days_later))

    terms = Terms(grant_from=1, quiet_days=30)
    assert judge(terms, [told("call", 3)], at=NOW) == Judgement(Outcome.GRANT, 1, 30)
    assert judge(terms, [told("call", 3.1)], at=NOW) == Judgement(Outcome.ASK, 0, 30, late=1)
    both = [told("call", 3), told("call", 9), told("mail", 9), told("mail", 8)]
    assert judge(replace(terms, grant_from=2), both, at=NOW) == Judgement(Outcome.ASK, 1, 30, late=1)


def test_what_the_vendor_logged_speaks_for_nobody() -> None:
    assert judge(Terms(grant_from=1), [act(by_partner=False)], at=NOW).outcome is Outcome.ASK
    assert judge(Terms(quiet_days=30), [act(by_partner=False)], at=NOW).outcome is Outcome.DECLINE


def test_only_the_named_kinds_count_for_a_grant_and_any_kind_breaks_the_silence() -> None:
    terms = Terms(grant_from=1, kinds=frozenset({"meeting"}), quiet_days=30)
    assert judge(terms, [act(kind="note")], at=NOW).outcome is Outcome.ASK
    assert judge(terms, [act(kind="meeting")], at=NOW).outcome is Outcome.GRANT


@given(TERMS, st.lists(ACTS, max_size=12))
def test_more_activity_never_makes_it_worse(terms: Terms, acts: list[Act]) -> None:
    rank = {Outcome.DECLINE: 0, Outcome.ASK: 1, Outcome.GRANT: 2}
    before = judge(terms, acts, at=NOW)
    after = judge(terms, [*acts, act(0.1, "meeting")], at=NOW)
    assert rank[after.outcome] >= rank[before.outcome]
    assert after.counted >= before.counted


@given(TERMS, st.lists(ACTS, max_size=12), st.permutations(range(12)))
def test_order_and_repetition_do_not_matter(terms: Terms, acts: list[Act], order: list[int]) -> None:
    shuffled = [acts[place] for place in order if place < len(acts)]
    assert judge(terms, [*shuffled, *acts], at=NOW) == judge(terms, acts, at=NOW)


@given(TERMS, st.integers(-100 * 24, 100 * 24), st.integers(0, 3), st.booleans(), st.integers(1, 90))
def test_whoever_may_ask_asks_in_time_and_within_the_terms(
    terms: Terms, hours: int, granted: int, pending: bool, wanted: int
) -> None:
    end = NOW + timedelta(hours=hours)
    if asked(terms, Situation(end, granted, pending), wanted=wanted) is None:
        assert end - OPENS <= NOW < end + GRACE
        assert wanted <= terms.most_days
        assert not pending
        assert terms.allowed is Allowed.UNLIMITED or (terms.allowed is Allowed.ONCE and not granted)
