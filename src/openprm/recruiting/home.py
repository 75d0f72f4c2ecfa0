"""What recruiting puts on home pages, in the navigation, on a partner's page and on one's own company's page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from openprm.kernel import settings_store
from openprm.kernel.access import Actor
from openprm.partners.models import Partner
from openprm.recruiting import policies, words
from openprm.recruiting.lifecycle import WITH_VENDOR
from openprm.recruiting.models import Application, Listing, PartnerOrigin

SHOWN = 5


def waiting(actor: Actor) -> QuerySet[Application]:
    """Return the applications that wait for a decision by this actor."""
    return policies.reviewed_by(actor).filter(state__in=sorted(WITH_VENDOR))


def console_card(actor: Actor) -> dict[str, Any]:
    """Return the applications that wait, the oldest first."""
    waiting = policies.reviewed_by(actor).filter(state__in=sorted(WITH_VENDOR))
    now = timezone.now()
    return {
        "waiting": [
            {"row": row, "late": row.is_late(now), "status": words.status(row.state)}
            for row in waiting.order_by("due_at")[:SHOWN]
        ],
        "count": waiting.count(),
        "late": waiting.filter(due_at__lte=now).count(),
        "list": reverse("console:applications"),
    }


def partner_panel(actor: Actor, partner: Partner) -> dict[str, Any] | None:
    """Return by which way a partner came, and its applications."""
    origin = PartnerOrigin.objects.filter(partner=partner).first()
    rows = list(Application.objects.filter(partner=partner).select_related("form").order_by("-created_at")[:SHOWN])
    if origin is None and not rows:
        return None
    return {"origin": origin, "applications": [(row, words.status(row.state)) for row in rows]}


def company_panel(actor: Actor, partner: Partner) -> dict[str, Any] | None:
    """Return a company's entry in the public directory, where there is one."""
    if not settings_store.get("recruiting.directory") or partner.pk != actor.partner_id:
        return None
    return {"listing": Listing.objects.filter(partner=partner).first(), "public": reverse("partner_directory")}
