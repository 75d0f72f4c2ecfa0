"""Putting a new partner into the programme that it applied for."""

from datetime import datetime

from openprm.kernel.access import SYSTEM, Actor
from openprm.partners.models import Partner
from openprm.program import policies, services
from openprm.program.models import Membership, Programme


def enrol(partner: Partner, code: str, *, by: Actor, at: datetime) -> bool:
    """Take the partner into the programme, if the form names one; say whether it joined just now.

    Who may approve need not be allowed to move partners between tiers: that they join follows from the form.
    """
    programme = Programme.objects.filter(code=code, archived=False).first() if code else None
    if programme is None or Membership.objects.filter(partner=partner, programme=programme).exists():
        return False
    actor = by if policies.may_move(by, partner) else SYSTEM
    services.enroll(partner=partner, programme=programme, by=actor, at=at)
    return True


def programmes() -> list[tuple[str, str]]:
    """Return the programmes that a form can be for: code and name."""
    return [(one.code, str(one)) for one in Programme.objects.filter(archived=False)]


def is_known(code: str) -> bool:
    """Say whether there is such a programme."""
    return Programme.objects.filter(code=code).exists()
