"""Writing moves: the membership, its history, the fact, the benefits, and the partner's leading tier."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openprm.kernel.access import Actor, as_system
from openprm.kernel.events import announce
from openprm.partners import services as partners
from openprm.partners.lists import Tier as Beginning
from openprm.program import events, words
from openprm.program.definition import Benefit
from openprm.program.models import BenefitGrant, Membership, Programme, TierMove
from openprm.program.rules import Decision, Need, Step, Values, gained, judge
from openprm.program.versions import Version

KINDS: Mapping[Step, str] = {
    Step.RAISE: TierMove.Kind.RAISED,
    Step.LOWER: TierMove.Kind.LOWERED,
    Step.GRACE: TierMove.Kind.GRACE,
    Step.RECOVER: TierMove.Kind.RECOVERED,
}
FACTS: Mapping[str, Any] = {
    TierMove.Kind.JOINED: events.Enrolled,
    TierMove.Kind.RAISED: events.Raised,
    TierMove.Kind.LOWERED: events.Lowered,
    TierMove.Kind.GRACE: events.GraceStarted,
    TierMove.Kind.RECOVERED: events.GraceEnded,
    TierMove.Kind.HELD: events.Held,
    TierMove.Kind.RELEASED: events.Released,
    TierMove.Kind.LEFT: events.Left,
}


def apply(
    member: Membership, decision: Decision, values: Values, version: Version, *, by: Actor, at: datetime,
    by_review: bool = False,
) -> TierMove:  # fmt: skip
    """Make what was decided so."""
    kind = KINDS[decision.step]
    after = decision.after
    why = reasons(member.tier, decision, values, version)
    extra: dict[str, Any] = {}
    if decision.step is Step.GRACE:
        extra = {"until": after.grace_until}
    elif decision.step in (Step.RAISE, Step.LOWER):
        extra = {"by_review": by_review}
    return move(
        member, kind, after.tier, version, by=by, at=at, grace_until=after.grace_until, why=why, values=values,
        extra=extra,
    )  # fmt: skip


def move(
    member: Membership,
    kind: str,
    after: str,
    version: Version,
    *,
    by: Actor,
    at: datetime,
    grace_until: datetime | None = None,
    why: Sequence[str] = (),
    values: Values | None = None,
    reason: str = "",
    extra: Mapping[str, Any] | None = None,
) -> TierMove:
    """Write one step: the standing, the row of its history, the fact, what it gives and takes, the leading tier."""
    joined, left = kind == TierMove.Kind.JOINED, kind == TierMove.Kind.LEFT
    before = "" if joined else member.tier
    member.steps += 1
    if not left:
        if after != member.tier:
            member.tier_since = at
        member.tier, member.grace_until = after, grace_until
        member.grace_since = at if grace_until else None
        member.reason, member.assessed_at, member.set_aside = "; ".join(why)[:400] or reason, at, ""
        member.write(
            *("tier", "tier_since", "grace_until", "grace_since", "reason", "assessed_at", "set_aside", "held"),
            *("held_until", "held_reason", "held_by", "steps"),
            at=at,
        )
    row = TierMove.objects.create(
        partner_id=member.partner_id, programme_id=member.programme_id, kind=kind, before=before,
        after="" if left else after, at=at, step=member.steps, grace_until=grace_until,
        version_number=version.number, why=list(why), reason=reason, actor=by.name,
    )  # fmt: skip
    fact = FACTS[kind](
        programme=member.programme.code, programme_name=member.programme.name, before=before,
        after="" if left else after, after_name="" if left else words.tier_name(version.says, after),
        version=version.number, step=member.steps, measured=measured(values or {}), why=list(why), **(extra or {}),
    )  # fmt: skip
    announce(fact, about=member, by=by, at=at)
    _give(member, before, "" if left else after, version, by=by, at=at)
    keep_leading(member.partner_id, by=by, at=at)
    return row


def reasons(held: str, decision: Decision, values: Values, version: Version) -> list[str]:
    """Return the criteria that decided: those of the tier reached that are met, or of the tier held that are not."""
    say = words.Speaker()
    up = decision.step in (Step.RAISE, Step.RECOVER)
    tier = version.says.tier(decision.after.tier if up else held)
    return say.why(judge(version.says, tier, values), met=up)


def measured(values: Values) -> list[list[Any]]:
    """Return what was measured as JSON keeps it."""
    return [[kpi, months, str(value)] for (kpi, months), value in sorted(values.items(), key=str)]


def read_measured(kept: Sequence[Sequence[Any]]) -> dict[Need, Decimal]:
    """Return what was measured as it was decided on."""
    return {(kpi, months): Decimal(value) for kpi, months, value in kept}


def keep_leading(partner_id: UUID, *, by: Actor, at: datetime) -> None:
    """Keep, on the partner itself, its tier in its leading programme."""
    with as_system():
        rows = Membership.objects.filter(partner_id=partner_id, programme__archived=False)
        leading = rows.order_by("programme__place", "programme__name").values_list("tier", flat=True).first()
        partners.keep_tier(partner_id=partner_id, tier=leading or Beginning.REGISTERED.value, by=by, at=at)


def tell_benefit(
    benefit: Benefit, member: Membership, *, came: bool, by: Actor, at: datetime, reason: str = "", tier: str = ""
) -> None:
    """Announce that a partner has, or no longer has, a benefit."""
    kind = events.BenefitGranted if came else events.BenefitWithdrawn
    programme: Programme = member.programme
    fact = kind(
        programme=programme.code, programme_name=programme.name, code=benefit.code, kind=benefit.kind,
        words=words.Speaker().benefit(benefit), tier=tier, reason=reason,
    )  # fmt: skip
    announce(fact, about=member, by=by, at=at)


def _give(member: Membership, before: str, after: str, version: Version, *, by: Actor, at: datetime) -> None:
    if before == after:
        return
    known = version.says.codes
    old = version.says.tier(before).benefits if before in known else ()
    new = version.says.tier(after).benefits if after in known else ()
    came, went = gained(old, new)
    if not (came or went):
        return
    withheld = set(
        BenefitGrant.objects.filter(
            partner_id=member.partner_id, programme_id=member.programme_id, withheld=True, until=None
        ).values_list("code", flat=True)
    )
    kept = {one.code for one in came}  # one that only changes its value is not lost
    for one in went:
        if one.code not in withheld | kept:
            tell_benefit(one, member, came=False, by=by, at=at, tier=before)
    for one in came:
        if one.code not in withheld:
            tell_benefit(one, member, came=True, by=by, at=at, tier=after)
