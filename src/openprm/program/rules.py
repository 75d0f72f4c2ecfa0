"""Decisions about standing, on plain values: what is met, which tier is earned, and what follows."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import TypeAlias

from openprm.program.definition import Benefit, Criterion, Definition, Group, ScoreLine, Tier

Need: TypeAlias = tuple[str, int | None]  # a KPI and its window in months
Values: TypeAlias = Mapping[Need, Decimal]

ZERO = Decimal(0)


class Step(StrEnum):
    """What follows from an assessment."""

    STAY = "stay"
    RAISE = "raise"
    LOWER = "lower"
    GRACE = "grace"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands: its tier, until when grace runs, whether a hand holds the tier."""

    tier: str
    grace_until: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows, and where the member stands after it."""

    step: Step
    after: Standing


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with what it was measured at."""

    criterion: Criterion
    value: Decimal

    @property
    def met(self) -> bool:
        """Say whether it is enough."""
        return self.value >= self.criterion.at_least

    @property
    def gap(self) -> Decimal:
        """Return what is missing; 0 where it is met."""
        return max(ZERO, self.criterion.at_least - self.value)

    @property
    def share(self) -> Decimal:
        """Return how far it is, from 0 to 1."""
        at_least = self.criterion.at_least
        return Decimal(1) if self.met or not at_least else max(ZERO, self.value / at_least)


@dataclass(frozen=True, slots=True)
class JudgedGroup:
    """A group of criteria, and whether it is met."""

    group: Group
    criteria: tuple[Judged, ...]

    @property
    def met(self) -> bool:
        """Say whether all, or any, of the criteria are met."""
        return (all if self.group.need == "all" else any)(one.met for one in self.criteria)


@dataclass(frozen=True, slots=True)
class Points:
    """A line of the scorecard with the points it brought."""

    line: ScoreLine
    value: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class JudgedTier:
    """A tier, and what of it is met."""

    tier: Tier
    groups: tuple[JudgedGroup, ...]
    points: tuple[Points, ...] = ()

    @property
    def score(self) -> Decimal:
        """Return the points in all."""
        return sum((one.points for one in self.points), ZERO)

    @property
    def categories(self) -> dict[str, tuple[Decimal, int]]:
        """Return, for each category with a minimum, the points and the minimum."""
        minimums = self.tier.score.minimums if self.tier.score else {}
        return {
            name: (sum((one.points for one in self.points if one.line.category == name), ZERO), least)
            for name, least in minimums.items()
        }

    @property
    def score_met(self) -> bool:
        """Say whether the points are enough, in all and in each category."""
        if self.tier.score is None:
            return True
        return self.score >= self.tier.score.least and all(had >= least for had, least in self.categories.values())

    @property
    def met(self) -> bool:
        """Say whether everything this tier asks for is met."""
        return self.score_met and all(group.met for group in self.groups)


def needs(definition: Definition) -> frozenset[Need]:
    """Return the figures that must be measured to assess members."""
    found = {(line.kpi, line.months) for line in definition.scorecard}
    for tier in definition.tiers:
        for group in tier.requirements:
            found |= {(one.kpi, one.months) for one in group.criteria}
    return frozenset(found)


def judge(definition: Definition, tier: Tier, values: Values) -> JudgedTier:
    """Return what of a tier is met by these values; what was not measured counts as zero."""
    groups = tuple(
        JudgedGroup(group, tuple(Judged(one, values.get((one.kpi, one.months), ZERO)) for one in group.criteria))
        for group in tier.requirements
    )
    return JudgedTier(tier, groups, scored(definition.scorecard, values) if tier.score else ())


def scored(scorecard: Sequence[ScoreLine], values: Values) -> tuple[Points, ...]:
    """Return the points of each line: in proportion up to its full value, cut to tenths."""
    found = []
    for line in scorecard:
        value = values.get((line.kpi, line.months), ZERO)
        share = min(Decimal(1), max(ZERO, value) / line.full_at)
        found.append(Points(line, value, (share * line.points).quantize(Decimal("0.1"), ROUND_DOWN)))
    return tuple(found)


def earned(definition: Definition, values: Values) -> str:
    """Return the highest tier whose requirements are met; the lowest asks for nothing. Tiers given by hand are not."""
    for tier in reversed(definition.tiers[1:]):
        if not tier.by_hand and judge(definition, tier, values).met:
            return tier.code
    return definition.tiers[0].code


def decide(standing: Standing, definition: Definition, tier: str, at: datetime) -> Decision:
    """Return what follows for a member that has earned ``tier``.

    Up at once. Below, grace of the tier held begins, and when it has ended the member falls to what it has earned
    then. A tier held by hand stays, and so does one that asks for nothing.
    """
    if standing.held:
        return Decision(Step.STAY, standing)
    codes = definition.codes
    held, reached = codes.index(standing.tier), codes.index(tier)
    if reached > held:
        return Decision(Step.RAISE, Standing(tier))
    if reached == held or definition.tier(standing.tier).by_hand:
        step = Step.RECOVER if standing.grace_until else Step.STAY
        return Decision(step, Standing(standing.tier))
    if standing.grace_until is None:
        days = definition.tier(standing.tier).grace_days
        if days:
            return Decision(Step.GRACE, Standing(standing.tier, at + timedelta(days=days)))
        return Decision(Step.LOWER, Standing(tier))
    if at >= standing.grace_until:
        return Decision(Step.LOWER, Standing(tier))
    return Decision(Step.STAY, standing)


def gained(before: Sequence[Benefit], after: Sequence[Benefit]) -> tuple[list[Benefit], list[Benefit]]:
    """Return the benefits that came and those that went; one whose value changed is in both."""
    return [one for one in after if one not in before], [one for one in before if one not in after]


def points(benefits: Sequence[Benefit], kind: str) -> dict[str | None, Decimal]:
    """Return the highest amount of a kind of benefit by product line (None: for all lines)."""
    found: dict[str | None, Decimal] = {}
    for one in benefits:
        if one.kind == kind and one.amount is not None:
            found[one.line] = max(found.get(one.line, ZERO), one.amount)
    return found


def cost(benefits: Sequence[Benefit], turnover: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """Return what benefits cost over a turnover by product line: the margin given, and the funds."""
    given = points(benefits, "discount")
    general = given.get(None, ZERO)
    margin = sum((amount * given.get(line, general) / 100 for line, amount in turnover.items()), ZERO)
    total = sum(turnover.values(), ZERO)
    funds = ZERO
    for one in benefits:
        if one.kind == "funds" and one.amount is not None:
            part = turnover.get(one.line, ZERO) if one.line else total
            funds += one.amount if one.per == "year" else part * one.amount / 100
    return margin, funds


def months_before(at: datetime, months: int) -> datetime:
    """Return the same moment so many calendar months ago, on the month's last day where there is no such day."""
    number = at.year * 12 + at.month - 1 - months
    year, month = number // 12, number % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def days_until(quarters: Sequence[Decimal], goal: Decimal, *, rolling: bool, days: int) -> int | None:
    """Return in how many days a sum reaches ``goal`` at the pace of the window's last quarter; None: not within it.

    ``quarters`` are what came in each quarter of the window of ``days``, oldest first. Where the window rolls, what
    came in the oldest quarters drops out evenly as time goes by.
    """
    if sum(quarters) >= goal:
        return 0
    length = days / len(quarters)
    pace = float(quarters[-1]) / length
    if pace <= 0:
        return None
    total = float(sum(quarters))
    for day in range(1, days + 1):
        lost = float(quarters[min(int((day - 1) // length), len(quarters) - 1)]) / length if rolling else 0.0
        total += pace - lost
        if total >= float(goal):
            return day
    return None
