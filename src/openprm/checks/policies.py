"""Who may see how much partners ask."""

from django.db.models import QuerySet

from openprm.checks.models import Day
from openprm.kernel.access import Actor
from openprm.partners import policies as partners

VIEW = "checks.view"


def visible_to(actor: Actor) -> QuerySet[Day]:
    """Return the days of the partners that ``checks.view`` reaches; a partner sees none."""
    if not actor.is_vendor or not actor.may(VIEW):
        return Day.objects.none()
    return Day.objects.filter(partner__in=partners.within(actor, actor.scope(VIEW)))
