"""Assessing members: measure, judge, decide, and make it so, or propose it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.events import announce
from openprm.program import events, figures, words
from openprm.program.models import Membership, Proposal, TierMove
from openprm.program.rules import Decision, Standing, Step, Values, decide, earned, needs
from openprm.program.services import locks, moving
from openprm.program.versions import Version, in_force


def assess_partner(partner_id: UUID, *, at: datetime, by: Actor = SYSTEM) -> list[TierMove]:
    """Assess a partner in all of its programmes; return what moved."""
    with as_system():
        locks.keep_versions_of(partner=partner_id)
        members = Membership.objects.filter(partner_id=partner_id, programme__archived=False).order_by("pk")
        moved = [assess(pk, at=at, by=by) for pk in members.values_list("pk", flat=True)]
    return [row for row in moved if row is not None]


@transaction.atomic
def assess(pk: UUID, *, at: datetime, by: Actor = SYSTEM, values: Values | None = None) -> TierMove | None:
    """Assess one member; return the step it made, if any. Under review a step up or down is proposed instead.

    ``values`` are what was measured already. A fact that arrives late is judged at the time of the last step.
    """
    with as_system():
        member = locked(pk)
        if member is None:
            return None
        at = max(at, member.assessed_at)
        version = in_force(member.programme_id)
        if values is None:
            values = figures.of(member.partner_id, needs(version.says), at)
        if member.held and member.held_until and member.held_until <= at:
            let_go(member, values, version, by=by, at=at)
        decision = decided(member, values, version, at)
        if version.says.review and decision.step in (Step.RAISE, Step.LOWER):
            propose(member, decision, values, version, by=by, at=at)
            return None
        outdate(member, by=by, at=at)
        if member.set_aside:
            member.set_aside = ""
            member.write("set_aside", at=at)
        if decision.step is Step.STAY:
            return None
        return moving.apply(member, decision, values, version, by=by, at=at)


def decided(member: Membership, values: Values, version: Version, at: datetime) -> Decision:
    """Return what follows from these values for a member."""
    standing = Standing(member.tier, member.grace_until, member.held)
    return decide(standing, version.says, earned(version.says, values), at)


def locked(pk: UUID) -> Membership | None:
    """Return a membership that nobody else changes meanwhile, nor the version that it is judged by."""
    locks.keep_version_of(member=pk)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("programme", "partner")
    return rows.filter(pk=pk).first()


def let_go(member: Membership, values: Values, version: Version, *, by: Actor, at: datetime) -> TierMove:
    """End a tier that was set by hand: from now on the requirements count again."""
    member.held, member.held_until, member.held_reason, member.held_by = False, None, "", ""
    return moving.move(member, TierMove.Kind.RELEASED, member.tier, version, by=by, at=at, values=values)


def propose(
    member: Membership, decision: Decision, values: Values, version: Version, *, by: Actor, at: datetime
) -> None:
    """Keep a step for somebody to decide; one that was rejected is not proposed again while nothing else is earned."""
    after = decision.after.tier
    if member.set_aside == after:
        return
    if member.set_aside:  # something else is earned by now
        member.set_aside = ""
        member.write("set_aside", at=at)
    found = Proposal.objects.filter(membership=member, state=Proposal.State.OPEN).first()
    if found is not None and found.after == after:
        return
    outdate(member, by=by, at=at)
    why = moving.reasons(member.tier, decision, values, version)
    row = Proposal.objects.create(
        partner_id=member.partner_id, membership=member, before=member.tier, after=after, why=why, created_at=at,
        updated_at=at,
    )  # fmt: skip
    fact = events.Proposed(
        programme=member.programme.code, programme_name=member.programme.name, before=member.tier, after=after,
        after_name=words.tier_name(version.says, after), version=version.number,
        step=member.steps + 1, measured=moving.measured(values),
        why=why,
    )  # fmt: skip
    announce(fact, about=row, by=by, at=at)


def outdate(member: Membership, *, by: Actor, at: datetime) -> None:
    """Close an open proposal: it is no longer due."""
    for row in Proposal.objects.filter(membership=member, state=Proposal.State.OPEN):
        row.state, row.decided_at, row.decided_by = Proposal.State.OUTDATED, at, by.name
        row.write("state", "decided_at", "decided_by", at=at)
        announce(events.ProposalDecided(member.programme.code, row.after, "outdated"), about=row, by=by, at=at)
