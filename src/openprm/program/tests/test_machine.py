"""Tier moves as a machine: whatever happens to a member, the rules hold, and the history can be recomputed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from openprm.program import rules
from openprm.program.definition import Definition
from openprm.program.models import TierMove
from openprm.program.replay import Fact, Row, recompute
from openprm.program.rules import Standing, Step, decide, earned
from openprm.program.services.moving import KINDS, measured
from openprm.program.tests.conftest import ladder
from tests.world import NOW

NEED = ("deals.won_revenue", 12)
PEOPLE = ("program.certified_people", None)
CODES = ("registered", "silver", "gold")


class Member(RuleBasedStateMachine):
    """A member to whom things happen: figures move, time passes, hands hold and let go."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Definition = ladder()
        self.at: datetime = NOW
        self.revenue = Decimal(0)
        self.people = Decimal(0)
        self.standing = Standing("registered")
        self.facts: list[Fact] = []
        self.rows: list[Row] = []

    @initialize()
    def join(self) -> None:
        """The member joins at the lowest tier."""
        self._write(TierMove.Kind.JOINED, "", {"after": "registered"})

    @rule(revenue=st.integers(0, 100_000), people=st.integers(0, 4))
    def figures_move(self, revenue: int, people: int) -> None:
        """Something is won, or rolls out of the window."""
        self.revenue, self.people = Decimal(revenue), Decimal(people)
        self._assess()

    @rule(days=st.integers(0, 100))
    def time_passes(self, days: int) -> None:
        """The clock assesses again later."""
        self.at += timedelta(days=days)
        self._assess()

    @precondition(lambda self: self.standing.grace_until is not None and self.standing.grace_until > self.at)
    @rule()
    def grace_runs_out(self) -> None:
        """The clock assesses exactly at the end of grace."""
        assert self.standing.grace_until is not None
        self.at = self.standing.grace_until
        before = self.standing.tier
        self._assess()
        assert CODES.index(self.standing.tier) >= CODES.index(self._earned()) or self.standing.tier != before
        assert self.standing.grace_until is None

    @rule(tier=st.sampled_from(CODES))
    def somebody_sets_a_tier(self, tier: str) -> None:
        """A hand holds a tier."""
        before, self.standing = self.standing.tier, Standing(tier, held=True)
        self._write(TierMove.Kind.HELD, before, {"after": tier})

    @precondition(lambda self: self.standing.held)
    @rule()
    def somebody_lets_go(self) -> None:
        """The hand lets go; the requirements count again."""
        self.standing = Standing(self.standing.tier)
        self._write(TierMove.Kind.RELEASED, self.standing.tier, {})
        self._assess()

    @invariant()
    def nobody_is_below_what_is_earned(self) -> None:
        """Who earned more has it, unless a hand holds the tier."""
        if self.rows and not self.standing.held:
            assert CODES.index(self.standing.tier) >= CODES.index(self._earned())

    @invariant()
    def who_is_above_what_is_earned_is_in_grace_or_held(self) -> None:
        """Nobody keeps a tier for nothing."""
        if self.rows and CODES.index(self.standing.tier) > CODES.index(self._earned()):
            assert self.standing.held or self.standing.grace_until is not None

    @invariant()
    def grace_and_hand_never_meet(self) -> None:
        """A tier that a hand holds has no grace."""
        assert not (self.standing.held and self.standing.grace_until)

    @invariant()
    def the_history_follows_from_the_facts(self) -> None:
        """Recomputed from the facts it is what was written."""
        found, standing = recompute(self.facts, lambda _number: self.says)
        assert found == self.rows
        assert standing == (self.standing if self.rows else None)

    def _values(self) -> dict[rules.Need, Decimal]:
        return {NEED: self.revenue, PEOPLE: self.people}

    def _earned(self) -> str:
        return earned(self.says, self._values())

    def _assess(self) -> None:
        decision = decide(self.standing, self.says, self._earned(), self.at)
        if decision.step is not Step.STAY:
            before, self.standing = self.standing.tier, decision.after
            self._write(KINDS[decision.step], before, {"version": 1, "measured": measured(self._values())})
        else:
            assert decision.after == self.standing

    def _write(self, kind: str, before: str, payload: dict[str, Any]) -> None:
        self.facts.append(Fact(str(kind), self.at, payload))
        self.rows.append(Row(str(kind), before, self.standing.tier, self.at, self.standing.grace_until))


TestMember = Member.TestCase
TestMember.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(st.lists(st.decimals(0, 50_000, places=0), min_size=4, max_size=4), st.integers(1, 200_000), st.booleans())
def test_a_projection_is_never_beyond_its_window_and_zero_only_when_reached(
    quarters: list[Decimal], goal: int, rolling: bool
) -> None:
    days = rules.days_until(quarters, Decimal(goal), rolling=rolling, days=365)
    assert days is None or 0 <= days <= 365
    assert (days == 0) == (sum(quarters) >= goal)


@given(st.integers(0, 150_000), st.integers(0, 150_000))
def test_who_sells_more_is_never_in_a_lower_tier(one: int, other: int) -> None:
    low, high = sorted((one, other))
    says = ladder()
    tiers = [earned(says, {NEED: Decimal(value), PEOPLE: Decimal(3)}) for value in (low, high)]
    assert CODES.index(tiers[0]) <= CODES.index(tiers[1])


def test_a_score_counts_in_proportion_and_needs_its_minimum_in_each_category() -> None:
    scorecard = [
        {"kpi": "deals.won_revenue", "full_at": "100000", "points": 60, "category": "Sales"},
        {"kpi": "program.certified_people", "full_at": "4", "points": 40, "months": None, "category": "Skills"},
    ]
    tiers = [
        {"code": "member", "name": "Member"},
        {"code": "solutions", "name": "Solutions", "score": {"least": 70, "minimums": {"Skills": 20}}},
    ]
    says = ladder(scorecard=scorecard, tiers=tiers)
    rich = {NEED: Decimal(100_000), PEOPLE: Decimal(1)}
    assert rules.judge(says, says.tiers[1], rich).score == Decimal(70)
    assert earned(says, rich) == "member"  # 70 points, but only 10 in skills
    assert earned(says, {NEED: Decimal(84_000), PEOPLE: Decimal(2)}) == "solutions"


def test_the_window_of_a_month_without_that_day_begins_on_its_last() -> None:
    assert rules.months_before(NOW.replace(month=12, day=31), 10).day == 28
