"""What activities and extensions put on other pages: panels of a deal, cards, and the number in the menu."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openprm.deals import policies as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.extensions import addresses, forms, policies, queries, services
from openprm.extensions.models import ExtensionRequest
from openprm.extensions.services.activities import OPEN_FOR_LOGGING
from openprm.kernel import settings_store
from openprm.kernel.access import Actor

SOON = timedelta(days=30)
SHOWN = 5
RequestState = ExtensionRequest.State


def waiting(actor: Actor) -> QuerySet[ExtensionRequest]:
    """Return the requests that wait for this actor."""
    return policies.to_decide_by(actor).filter(state=RequestState.PENDING)


def console_waiting(actor: Actor) -> dict[str, Any]:
    """Return the requests that wait for this actor: those whose protection ends first, and how many in all."""
    rows = waiting(actor)
    shown = rows.select_related("deal__partner").order_by("deal__protected_until", "pk")[:SHOWN]
    return {"waiting": list(shown), "count": rows.count()}


def portal_ending(actor: Actor) -> dict[str, Any]:
    """Return the partner's protections that end soon, and what is asked for already."""
    now = timezone.now()
    mine = deals.visible_to(actor).filter(partner_id=actor.company_id, state=State.APPROVED)
    ending = list(mine.filter(protected_until__range=(now, now + SOON)).order_by("protected_until")[:SHOWN])
    asked = ExtensionRequest.objects.filter(deal__in=ending, state=RequestState.PENDING).values_list("deal", flat=True)
    may_ask = actor.may(policies.ASK) and not actor.read_only
    return {"ending": ending, "asked": set(asked), "days": SOON.days, "may_ask": may_ask}


def portal_activities(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return the activity log of a deal, for its partner."""
    return _activities(actor, deal)


def console_activities(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return the activity log of a deal, for the vendor."""
    return _activities(actor, deal)


def portal_protection(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return until when what is protected, and what about an extension."""
    found = _protection(deal)
    return found and {**found, "may_ask": deals.may_change(actor, deal)}


def console_protection(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return the same for the one who decides."""
    found = _protection(deal)
    if not found:
        return None
    may_decide = deals.may_decide(actor, deal)
    return {**found, "may_decide": may_decide, "declining": forms.Declining(), "granting": forms.Granting()}


def _activities(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    if deal.state == State.DRAFT:
        return None
    may_log = deal.state in OPEN_FOR_LOGGING and policies.may_log(actor, deal)
    domain = settings_store.get("extensions.mail_domain") if may_log else ""
    return {
        "logged": queries.activities_of(deal),
        "may_log": may_log,
        "form": forms.Activity() if may_log else None,
        "address": addresses.address_of(deal.reference, domain),
    }


def _protection(deal: DealRegistration) -> dict[str, Any] | None:
    now = timezone.now()
    requests = list(deal.extensions.order_by("-created_at"))
    offer = services.offer(deal, at=now, requests=requests)
    if offer is None and not requests:
        return None
    return {
        "offer": offer,
        "requests": requests[:20],
        "ends": queries.line_ends(deal, now),
        "ended": deal.protected_until is not None and deal.protected_until <= now,
        "needed": max(0, offer.terms.grant_from - offer.judgement.counted) if offer else 0,
    }
