"""Who sees which figures and rows."""

from typing import Any

from django.db.models import QuerySet

from openprm.conduct import log
from openprm.conduct.rules import Figure, Period
from openprm.deals import policies as deals
from openprm.kernel.access import Actor

VIEW = "conduct.view"


def rows(actor: Actor, figure: Figure, period: Period) -> QuerySet[Any]:
    """Return the events behind a figure that the actor may see: a partner's own, about deals they see."""
    seen = deals.visible_to(actor)
    if actor.is_partner:
        seen = seen.filter(partner_id=actor.company_id)
    return log.ROWS[figure](period).filter(subject_id__in=seen.values("pk"))
