"""Saying who looks after a partner."""

from datetime import datetime

from django.utils.translation import gettext as _

from openprm.accounts.models import Person
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.partners import policies
from openprm.partners.events import TeamChanged
from openprm.partners.lists import TeamRole
from openprm.partners.models import Partner, TeamMember
from openprm.partners.services.checks import require


def assign_team(
    *, partner: Partner, person: Person, role: str, by: Actor, at: datetime, first: bool = False
) -> TeamMember:
    """Let ``person`` be the partner's channel manager (or what ``role`` says), in the place of who was.

    ``first`` is for whoever added the partner: they need no further right.
    """
    _require(partner, by, first=first)
    _check(person, role)
    with as_system():
        member = _of_role(partner, role)
        before = member.person.name if member else None
        if member and member.person_id == person.pk:
            return member
        if member:
            member.person = person
            member.write("person", at=at)
        else:
            member = TeamMember(partner=partner, person=person, role=role, created_at=at, updated_at=at)
            member.save(force_insert=True)
        fact = TeamChanged(role=role, person_id=person.pk, changes={role: [before, person.name]})
        events.announce(fact, about=partner, by=by, at=at)
    return member


def remove_from_team(*, partner: Partner, role: str, by: Actor, at: datetime) -> None:
    """Leave a role of the partner's account team empty."""
    _require(partner, by)
    with as_system():
        member = _of_role(partner, role)
        if member is None:
            return
        before = member.person.name
        member.delete()
        fact = TeamChanged(role=role, person_id=None, changes={role: [before, None]})
        events.announce(fact, about=partner, by=by, at=at)


def _require(partner: Partner, by: Actor, *, first: bool = False) -> None:
    allowed = (first and by.is_vendor) or policies.may_manage_team(by, partner)
    require(allowed, _("Your role does not include changing this partner's account team."))


def _of_role(partner: Partner, role: str) -> TeamMember | None:
    # The partner is locked rather than the member, who may not be there yet.
    Partner.objects.select_for_update().get(pk=partner.pk)
    return TeamMember.objects.filter(partner=partner, role=role).select_related("person").first()


def _check(person: Person, role: str) -> None:
    if role not in TeamRole.values:
        message = _("Choose one of: %(values)s.") % {"values": ", ".join(TeamRole.values)}
        raise Invalid(message, fields={"role": message})
    if person.partner_id is not None or not person.is_active:
        message = _("Choose one of your own active colleagues.")
        raise Invalid(message, fields={"person": message})
