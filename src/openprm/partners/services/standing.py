"""Moving a partner from one status to another."""

from datetime import datetime

from django.utils.translation import gettext as _

from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.partners import lifecycle, policies
from openprm.partners.events import StatusChanged
from openprm.partners.models import Partner
from openprm.partners.services.checks import require

LONGEST_NOTE = 500


class CannotMove(Refusal):
    """There is no way from where the partner stands to where it was to go."""

    code = "status_not_reachable"

    def __init__(self, partner: Partner, status: str) -> None:
        reachable = ", ".join(lifecycle.next_steps(partner.status))
        words = {"partner": partner.name, "now": partner.status, "wanted": status, "reachable": reachable}
        message = _("%(partner)s is %(now)s and cannot become %(wanted)s. Possible now: %(reachable)s.") % words
        super().__init__(message, fields={"status": message})


def change_status(*, partner: Partner, status: str, reason: str, note: str = "", by: Actor, at: datetime) -> Partner:
    """Move a partner to another status, for a coded reason; who is shut out loses access at their next request."""
    require(policies.may_change_status(by, partner), _("Your role does not include changing this partner's status."))
    _check(partner, status, reason, note)
    changed = {"status": [partner.status, status]}
    partner.status, partner.status_since = lifecycle.Standing(status).value, at
    partner.status_reason, partner.status_note = reason, note.strip()
    with as_system():
        partner.write("status", "status_since", "status_reason", "status_note", at=at)
        fact = StatusChanged(changes=changed, reason=reason, note=partner.status_note)
        events.announce(fact, about=partner, by=by, at=at)
    return partner


def _check(partner: Partner, status: str, reason: str, note: str) -> None:
    if status not in tuple(lifecycle.Standing):
        message = _("Choose one of: %(values)s.") % {"values": ", ".join(lifecycle.Standing)}
        raise Invalid(message, fields={"status": message})
    allowed = lifecycle.reasons(partner.status, status)
    if not allowed:
        raise CannotMove(partner, status)
    if reason not in allowed:
        message = _("Give a reason, one of: %(reasons)s.") % {"reasons": ", ".join(allowed)}
        raise Invalid(message, fields={"reason": message})
    if lifecycle.needs_note(reason) and not note.strip():
        message = _("Say in a few words why; the partner will read it.")
        raise Invalid(message, fields={"note": message})
    if len(note.strip()) > LONGEST_NOTE:
        message = _("Give at most 500 characters.")
        raise Invalid(message, fields={"note": message})
