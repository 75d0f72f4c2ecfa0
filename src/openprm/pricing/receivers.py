"""A partner that changes gets the books that its new self should have, and its people are told."""

from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.pricing import policies, services

CONCERNING = (
    "partner.created",
    "partner.profile_changed",
    "partner.status_changed",
    "partner.team_changed",
    "partner.parent_changed",
    "member.enrolled",
    "member.left",
    "tier.raised",
    "tier.lowered",
    "tier.set",
    "tier.released",
    "grace.started",
    "grace.ended",
)


@on(*CONCERNING, name="pricing.follow_partner")
def follow_partner(event: Event) -> None:
    """Give the partner the books whose audience it is in now, and take away those it has left."""
    if event.partner_id is not None:
        services.sync_partner(partner_id=event.partner_id, at=timezone.now())


@on("price_book.assigned", "price_book.unassigned", name="pricing.tell_partner")
def tell_partner(event: Event) -> None:
    """Tell the partner's people that their prices changed."""
    if event.partner_id is None:
        return
    fact: Any = event.fact
    gone = event.name == "price_book.unassigned"
    say: Any = lazy(lambda: _gone(fact.name) if gone else _come(fact.name), str)
    to = list(policies.who_follows(event.partner_id).values_list("pk", flat=True))
    notify(kind="pricing.books", to=to, title=say(), body="", url="/portal/prices/", event=event)


def _come(name: str) -> str:
    return _("You have the price book “%(book)s”") % {"book": name}


def _gone(name: str) -> str:
    return _("The price book “%(book)s” no longer counts for you") % {"book": name}
