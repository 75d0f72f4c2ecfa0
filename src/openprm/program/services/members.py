"""Taking partners into programmes, and setting tiers by hand."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openprm.kernel import audiences
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.partners.models import Partner
from openprm.program import figures, policies
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme, Proposal, TierMove
from openprm.program.rules import needs
from openprm.program.services import assessing, locks, moving
from openprm.program.versions import in_force


class IsMember(Refusal):
    """The partner is in the programme already."""

    code = "already_member"


@transaction.atomic
def enroll(
    *, partner: Partner, programme: Programme, tier: str = "", by: Actor, at: datetime, assess: bool = True
) -> Membership:
    """Take a partner into a programme, at its lowest tier unless told; what it has earned already counts at once."""
    _require(partner, by)
    if programme.archived:
        raise Refusal(_("%(programme)s is archived. Take it up again first.") % {"programme": programme})
    with as_system():
        locks.keep_version(programme.pk)
        version = in_force(programme.pk)
        tier = tier or version.says.tiers[0].code
        _require_tier(tier, version.says.codes)
        try:
            with transaction.atomic():
                before = TierMove.objects.filter(partner=partner, programme=programme)
                steps = before.order_by("-step").values_list("step", flat=True).first() or 0
                member = Membership(
                    steps=steps,
                    partner=partner, programme=programme, tier=tier, tier_since=at, assessed_at=at, created_at=at,
                    updated_at=at,
                )  # fmt: skip
                member.save(force_insert=True)
        except IntegrityError as error:
            if "member_once" not in str(error):
                raise
            words = {"partner": partner, "programme": programme}
            raise IsMember(_("%(partner)s is in %(programme)s already.") % words) from None
        moving.move(member, TierMove.Kind.JOINED, tier, version, by=by, at=at)
        if assess:
            assessing.assess(member.pk, at=at, by=by)
        member.refresh_from_db()
    return member


@transaction.atomic
def leave(*, member: Membership, reason: str, by: Actor, at: datetime) -> None:
    """Take a partner out of a programme; its history stays."""
    _require(member.partner, by)
    reason = _said(reason)
    with as_system():
        found = assessing.locked(member.pk)
        if found is None:
            return
        at = max(at, found.assessed_at)
        version = in_force(found.programme_id)
        moving.move(
            found, TierMove.Kind.LEFT, found.tier, version, by=by, at=at, reason=reason, extra={"reason": reason}
        )
        found.delete()
        moving.keep_leading(found.partner_id, by=by, at=at)


@transaction.atomic
def set_tier(
    *, member: Membership, tier: str, reason: str, until: datetime | None = None, by: Actor, at: datetime
) -> Membership:
    """Set a tier by hand, for a reason, until a time (or until somebody ends it). Requirements do not move it."""
    _require(member.partner, by)
    with as_system():
        found = assessing.locked(member.pk)
        if found is None:
            raise Refusal(_("This partner has left the programme."))
        version = in_force(found.programme_id)
        _require_tier(tier, version.says.codes)
        reason = _said(reason)
        if until is not None and until <= at:
            message = _("Give a time that is still to come, or none.")
            raise Invalid(message, fields={"until": message})
        at = max(at, found.assessed_at)
        assessing.outdate(found, by=by, at=at)
        found.held, found.held_until, found.held_reason, found.held_by = True, until, reason, by.name
        moving.move(
            found, TierMove.Kind.HELD, tier, version, by=by, at=at, reason=reason,
            extra={"reason": reason, "until": until},
        )  # fmt: skip
        return found


@transaction.atomic
def release(*, member: Membership, by: Actor, at: datetime) -> Membership:
    """End a tier that was set by hand; the requirements count again, and grace protects from falling at once."""
    _require(member.partner, by)
    with as_system():
        found = assessing.locked(member.pk)
        if found is None or not found.held:
            raise Refusal(_("This tier is not set by hand."))
        at = max(at, found.assessed_at)
        version = in_force(found.programme_id)
        values = figures.of(found.partner_id, needs(version.says), at)
        assessing.let_go(found, values, version, by=by, at=at)
        assessing.assess(found.pk, at=at, by=by, values=values)
        found.refresh_from_db()
        return found


def join_by_itself(partner_id: UUID, *, at: datetime) -> list[Membership]:
    """Take an active partner into every programme whose audience it is in."""
    with as_system():
        partner = Partner.objects.filter(pk=partner_id, status=Partner.Status.ACTIVE).first()
        if partner is None:
            return []
        known = Membership.objects.filter(partner=partner).values("programme_id")
        return [
            enroll(partner=partner, programme=programme, by=SYSTEM, at=at)
            for programme in Programme.objects.in_force().exclude(pk__in=known)
            if joiners(programme.pk, in_force(programme.pk).says).filter(pk=partner_id).exists()
        ]


def join_all(programme: Programme, *, at: datetime) -> int:
    """Take every partner into a programme who is to be in it by itself, each in a transaction of its own."""
    with as_system():
        found = list(joiners(programme.pk, in_force(programme.pk).says).order_by("pk").values_list("pk", flat=True))
    joined = 0
    for partner_id in found:
        with transaction.atomic(), as_system(), suppress(IsMember):  # somebody may be quicker
            enroll(partner=Partner.objects.get(pk=partner_id), programme=programme, by=SYSTEM, at=at)
            joined += 1
    return joined


def join_everybody(*, at: datetime) -> None:
    """Take into all programmes who is to be in them by itself: audiences can ask for what changes without an event."""
    with as_system():
        programmes = list(Programme.objects.in_force())
    for programme in programmes:
        join_all(programme, at=at)


def joiners(programme_id: UUID, says: Definition) -> QuerySet[Partner]:
    """Return the active partners whom a definition takes in by themselves and who are not in the programme yet.

    Whom somebody took out does not come back by itself. To be called as the system.
    """
    try:
        found = Partner.objects.none() if says.joins is None else audiences.members(says.joins, subject="partner")
    except Invalid:  # a choice it speaks of was removed: nobody joins until somebody mends it
        return Partner.objects.none()
    there = Membership.objects.filter(programme_id=programme_id).values("partner_id")
    left = TierMove.objects.filter(programme_id=programme_id, kind=TierMove.Kind.LEFT).values("partner_id")
    return found.filter(status=Partner.Status.ACTIVE).exclude(pk__in=there).exclude(pk__in=left)


def follow_profile(partner_id: UUID, *, who: str, at: datetime) -> None:
    """Let a tier that was set on a partner's profile count in its leading programme, as set by hand."""
    with as_system():
        rows = Membership.objects.filter(partner_id=partner_id, programme__archived=False).select_related("partner")
        leading = rows.order_by("programme__place", "programme__name").first()
        if leading is None or leading.tier == leading.partner.tier:
            return
        tier = leading.partner.tier
        if tier in in_force(leading.programme_id).says.codes:
            reason = _("Set on the partner's profile by %(who)s") % {"who": who}
            set_tier(member=leading, tier=tier, reason=reason, by=SYSTEM, at=at)
        else:
            moving.keep_leading(partner_id, by=SYSTEM, at=at)


def open_proposals(programme_id: UUID) -> set[UUID]:
    """Return the members of a programme for whom a move waits."""
    rows = Proposal.objects.filter(membership__programme_id=programme_id, state=Proposal.State.OPEN)
    return set(rows.values_list("membership_id", flat=True))


def _require(partner: Partner, by: Actor) -> None:
    if not policies.may_move(by, partner):
        raise Forbidden(_("You do not look after this partner's standing. Ask its channel manager."))


def _require_tier(tier: str, codes: tuple[str, ...]) -> None:
    if tier not in codes:
        message = _("Choose one of: %(values)s.") % {"values": ", ".join(codes)}
        raise Invalid(message, fields={"tier": message})


def _said(reason: str) -> str:
    if not reason.strip() or len(reason.strip()) > 400:
        message = _("Say why, in at most 400 characters. The partner reads it.")
        raise Invalid(message, fields={"reason": message})
    return reason.strip()
