"""What moves of deal registration when two accounts are merged."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.customers.models import Account
from openprm.customers.services.movers import Mover
from openprm.deals import events
from openprm.deals.models import DealRegistration, Protection
from openprm.kernel.access import Actor
from openprm.kernel.events import announce


def movers() -> list[Mover]:
    """Return how registrations and their protections move."""
    return [
        Mover("deals", _("Registrations"), DealRegistration, tell=_tell, unseen=True),
        Mover("protections", _("Protections"), Protection),
    ]


def _tell(keys: Collection[UUID], source: Account, target: Account, by: Actor, at: datetime) -> None:
    """Tell it in each deal's own history; what the partner registered and was told stays as it is."""
    for deal in DealRegistration.objects.filter(pk__in=keys):
        fact = events.CustomerMoved(deal.reference, str(source.pk), source.name, str(target.pk), target.name)
        announce(fact, about=deal, by=by, at=at)
