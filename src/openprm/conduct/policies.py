"""Who sees which figures and rows."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openprm.conduct import log, rules
from openprm.conduct.rules import Figure, Period
from openprm.deals import policies as deals
from openprm.kernel import days
from openprm.kernel.access import Actor

VIEW = "conduct.view"


def period(actor: Actor, key: str, *, at: datetime) -> Period:
    """Return the period of this key: up to now for the vendor, up to the end of yesterday for partners.

    Who asked every minute would otherwise see in everybody's figures when another partner's deal is decided, and how.
    """
    until = at
    if actor.is_partner:
        zone = timezone.get_default_timezone()
        until = days.begin(timezone.localdate(at, zone), zone)
    return rules.period(key, at=until)


def rows(actor: Actor, figure: Figure, period: Period) -> QuerySet[Any]:
    """Return the events behind a figure that the actor may see: a partner's own, about deals they see."""
    seen = deals.visible_to(actor)
    if actor.is_partner:
        seen = seen.filter(partner_id=actor.company_id)
    return log.ROWS[figure](period).filter(subject_id__in=seen.values("pk"))
