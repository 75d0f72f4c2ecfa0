"""Assessing all members of a programme together, with one set of statements; trying a draft out does the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.jobs import job
from openprm.program import definition as plain
from openprm.program import figures, policies, rules, turnover, versions
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme, TrialRun
from openprm.program.rules import Standing, Step, Values
from openprm.program.services import assessing
from openprm.program.services.members import joiners, open_proposals

YEAR = 12
NOW_AND_THEN = 5_000  # members between two notes of progress
SHOWN = 500  # movers kept with a trial; all are counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessment would do to a member."""

    membership_id: UUID
    partner_id: UUID
    before: str
    step: Step
    after: str
    grace_until: datetime | None
    values: Values
    noted: bool  # something beside the step is to be written: an override ends, a proposal is outdated


@dataclass(frozen=True, slots=True)
class Costs:
    """What benefits would have cost over the last twelve months: margin and funds."""

    margin: Decimal
    funds: Decimal


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a definition would do if it came into force now."""

    outcomes: list[Outcome]  # of those who move
    members: int
    review: bool
    now: Costs
    then: Costs
    joins: int = 0  # who would be taken in by themselves, soon after

    def of(self, step: Step) -> list[Outcome]:
        """Return the members with this step."""
        return [one for one in self.outcomes if one.step is step]


def assess_all(programme: Programme, *, at: datetime, by: Actor = SYSTEM) -> int:
    """Assess every member by the version in force; return how many something happened to.

    Who stays costs no statement; each who moves is assessed under lock with what was measured here.
    """
    with as_system():
        says = versions.in_force(programme.pk).says
        moved = 0
        for one in _outcomes(programme, says, at):
            if one.step is not Step.STAY or one.noted:
                with transaction.atomic():
                    assessing.assess(one.membership_id, at=at, by=by, values=one.values)
                moved += 1
    return moved


def assess_everybody(at: datetime) -> None:
    """Assess all members of all programmes, with figures measured anew."""
    with as_system():
        figures.keep(figures.known(), None, at)
        programmes = list(Programme.objects.in_force())
    for programme in programmes:
        assess_all(programme, at=at)


def assess_everybody_soon() -> None:
    """Have everybody assessed after this change: all figures are counted otherwise."""
    _assess_everybody_later.defer()


@job("program.assess_everybody", scoped=False, attempts=3)
def _assess_everybody_later() -> None:
    """Assess everybody once, however many changes asked for it: the last one that waits does it for all."""
    with as_system():
        waiting = ProcrastinateJob.objects.filter(task_name="program.assess_everybody", status="todo")
        others = waiting.filter(scheduled_at=None).exists()
    if not others:
        assess_everybody(timezone.now())


def foresee(programme: Programme, says: Definition, *, at: datetime, note: Any = None) -> Foreseen:
    """Return what a definition would do to all members, and what it would cost, without writing anything."""
    with as_system():
        force = versions.in_force(programme.pk).says if programme.versions.exists() else None
        sold = turnover.measure(figures.period(YEAR, at), None)
        movers: list[Outcome] = []
        now, then, members = [Decimal(0)] * 2, [Decimal(0)] * 2, 0
        for one in _outcomes(programme, says, at):
            members += 1
            lines = sold.get(one.partner_id, {})
            if force is not None and one.before in force.codes:
                now = _plus(now, rules.cost(force.tier(one.before).benefits, lines))
            tier = one.before if says.review and one.step is not Step.STAY else one.after
            if tier in says.codes:
                then = _plus(then, rules.cost(says.tier(tier).benefits, lines))
            if one.step is not Step.STAY:
                movers.append(one)
            if note is not None and members % NOW_AND_THEN == 0:
                note(members)
        joins = joiners(programme.pk, says).count()
        return Foreseen(movers, members, says.review, Costs(*now), Costs(*then), joins)


@transaction.atomic
def try_out(*, programme: Programme, definition: Definition, by: Actor, at: datetime) -> TrialRun:
    """Have a worker find out what a definition would do; its row tells how far it is, and the result."""
    by.require(policies.MANAGE)
    with as_system():
        total = Membership.objects.filter(programme=programme).count()
        TrialRun.objects.filter(programme=programme).delete()
        row = TrialRun.objects.create(
            programme=programme, definition=plain.dump(definition), total=total, created_at=at, updated_at=at
        )
        _try_out_later.defer(trial=str(row.pk))
    return row


@job("program.try_out", scoped=False, attempts=2)
def _try_out_later(trial: str) -> None:
    """Find out what a draft would do; where that fails, its row says so."""
    pk = UUID(trial)
    try:
        finish_trial(pk, at=timezone.now())
    except Exception:
        with transaction.atomic(), as_system():
            TrialRun.objects.filter(pk=pk).update(state=TrialRun.State.FAILED)
        raise


def finish_trial(pk: UUID, *, at: datetime, note: Any = None) -> None:
    """Find out what a trial asks, and keep it."""
    with as_system():
        row = TrialRun.objects.select_related("programme").filter(pk=pk).first()
        if row is None:
            return  # a newer one took its place
        found = foresee(row.programme, plain.load(row.definition), at=at, note=note)
        TrialRun.objects.filter(pk=pk).update(
            state=TrialRun.State.DONE, done=found.members, total=found.members, result=as_json(found), updated_at=at
        )


def as_json(found: Foreseen) -> dict[str, Any]:
    """Return what was foreseen as JSON values: how many of each step, the first movers, the costs."""
    return {
        "members": found.members,
        "review": found.review,
        "joins": found.joins,
        "counts": {step.value: len(found.of(step)) for step in Step if step is not Step.STAY},
        "moves": [
            {
                "partner_id": str(one.partner_id),
                "before": one.before,
                "step": one.step.value,
                "after": one.after,
                "grace_until": one.grace_until.isoformat() if one.grace_until else None,
            }
            for one in found.outcomes[:SHOWN]
        ],
        "margin_now": str(found.now.margin.quantize(Decimal("0.01"))),
        "margin_then": str(found.then.margin.quantize(Decimal("0.01"))),
        "funds_now": str(found.now.funds.quantize(Decimal("0.01"))),
        "funds_then": str(found.then.funds.quantize(Decimal("0.01"))),
    }


def _outcomes(programme: Programme, says: Definition, at: datetime) -> Iterator[Outcome]:
    columns = ("pk", "partner_id", "tier", "grace_until", "held", "held_until", "set_aside", "assessed_at")
    rows = Membership.objects.filter(programme=programme).order_by("partner_id").values_list(*columns)
    members = list(rows)
    few = [row[1] for row in members] if len(members) <= NOW_AND_THEN else None
    values = figures.measure(rules.needs(says), few, at)
    waiting = open_proposals(programme.pk)
    nothing: Values = {}
    for pk, partner, tier, grace_until, held, held_until, set_aside, assessed_at in members:
        then = max(at, assessed_at)
        ended = held and held_until is not None and held_until <= then
        measured = values.get(partner, nothing)
        if tier not in says.codes:  # a draft without this tier cannot be published while somebody is in it
            yield Outcome(pk, partner, tier, Step.STAY, tier, grace_until, measured, False)
            continue
        standing = Standing(tier, grace_until, held and not ended)
        decision = rules.decide(standing, says, rules.earned(says, measured), then)
        after = decision.after
        noted = ended or pk in waiting or bool(set_aside)
        yield Outcome(pk, partner, tier, decision.step, after.tier, after.grace_until, measured, noted)


def _plus(sums: list[Decimal], more: tuple[Decimal, Decimal]) -> list[Decimal]:
    return [one + other for one, other in zip(sums, more, strict=True)]
