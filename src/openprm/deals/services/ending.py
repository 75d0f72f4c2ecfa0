"""How people end deals; by the clock they end in ``clock.py``."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals import events
from openprm.deals.models import DealRegistration
from openprm.deals.services import discretion, moving
from openprm.deals.services.content import beyond
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid
from openprm.kernel.events import announce


@transaction.atomic
def withdraw(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Take the claim back; the customer is free again."""
    move = moving.allowed(deal, "withdraw", by=by, code=code)
    moving.close(deal, move, at=at, code=code, text=text)
    announce(events.Withdrawn(deal.reference, deal.customer_name, code, deal.closing_text), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def win(*, deal: DealRegistration, value: Decimal | None = None, by: Actor, at: datetime) -> DealRegistration:
    """Record that the customer ordered; ``value`` is what it came to, in the deal's currency."""
    move = moving.allowed(deal, "win", by=by)
    if value is not None and value <= 0:
        raise Invalid(_("Give a value above zero."), fields={"value": _("Give what the order came to.")})
    if value is not None and (too_much := beyond(value, deal.currency)):
        raise Invalid(too_much, fields={"value": too_much})
    deal.value = deal.value if value is None else value
    moving.close(deal, move, at=at, code="won", text="", value=deal.value)
    assert deal.value is not None
    announce(events.Won(deal.reference, deal.customer_name, deal.value, deal.currency), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def lose(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Record that the customer did not order."""
    move = moving.allowed(deal, "lose", by=by, code=code)
    discretion.require(deal, text, by=by)
    moving.close(deal, move, at=at, code=code, text=text)
    announce(events.Lost(deal.reference, deal.customer_name, code, deal.closing_text), about=deal, by=by, at=at)
    return deal
