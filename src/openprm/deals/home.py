"""What deals put on the home pages, in the navigation and on an account's page."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers.models import Account
from openprm.deals import policies
from openprm.deals.lifecycle import UNDECIDED, WITH_VENDOR, State
from openprm.deals.models import DealRegistration
from openprm.kernel import days
from openprm.kernel.access import Actor

SHOWN = 5
SOON = timedelta(days=14)
YEAR = timedelta(days=365)
AT_RISK = timedelta(days=30)  # one of the spans of the expiring board, so that the number opens it


def waiting(actor: Actor) -> QuerySet[DealRegistration]:
    """Return the deals that wait for a decision of this actor's."""
    return policies.visible_to(actor, policies.APPROVE).filter(state__in=WITH_VENDOR)


def portal_todo(actor: Actor) -> dict[str, Any]:
    """Return what a partner's person must do about deals: answers asked for, drafts, protection that ends soon."""
    deals = policies.visible_to(actor).filter(Q(partner_id=actor.partner_id))
    now = timezone.now()
    asked = deals.filter(state=State.ACTION_REQUIRED).order_by("state_since")
    ending = deals.filter(state=State.APPROVED, protected_until__range=(now, now + SOON)).order_by("protected_until")
    drafts = deals.filter(state=State.DRAFT, owner_id=actor.id).order_by("-updated_at")
    return {"asked": asked[:SHOWN], "ending": ending[:SHOWN], "drafts": drafts[:SHOWN]}


def portal_mine(actor: Actor) -> dict[str, Any]:
    """Return what a partner has: protected and undecided deals, with their worth by currency."""
    deals = policies.visible_to(actor).filter(Q(partner_id=actor.partner_id))
    newest = deals.exclude(state=State.DRAFT).order_by("-state_since")
    year = timezone.localdate() - YEAR
    return {
        "protected": _worth(deals.filter(state=State.APPROVED)),
        "undecided": _worth(deals.filter(state__in=UNDECIDED)),
        "won": _worth(deals.filter(state=State.WON, closed_at__gte=days.begin(year))),
        "newest": newest[:SHOWN],
        "won_since": year.isoformat(),
        "own": f"&partner={actor.partner_id}" if len(actor.partner_ids) > 1 else "",  # lists hold the resellers' too
    }


def console_waiting(actor: Actor) -> dict[str, Any]:
    """Return the deals that wait longest for a decision."""
    deals = policies.visible_to(actor, policies.APPROVE).filter(state__in=WITH_VENDOR)
    now = timezone.now()
    return {
        "waiting": deals.select_related("partner").order_by("due_at")[:SHOWN],
        "ages": _by_age(deals),
        "late": deals.filter(due_at__lt=now).count(),
        "now": now,
    }


def _by_age(deals: Any) -> list[dict[str, Any]]:
    """Return how many deals wait since when, oldest first, each number with the queue's address for exactly these."""
    today = timezone.localdate()
    spans = (
        (_("over a week"), None, today - timedelta(days=8)),
        (_("4 to 7 days"), today - timedelta(days=7), today - timedelta(days=4)),
        (_("1 to 3 days"), today - timedelta(days=3), today - timedelta(days=1)),
        (_("today"), today, None),
    )
    asked = {str(number): _between(first, last) for number, (_label, first, last) in enumerate(spans)}
    counting = {f"n{number}": Count("pk", filter=within) for number, within in asked.items()}
    counts = deals.order_by().aggregate(**counting)
    return [
        {"label": label, "count": counts[f"n{number}"], "url": _queue(first, last)}
        for number, (label, first, last) in enumerate(spans)
        if counts[f"n{number}"]
    ]


def _between(first: date | None, last: date | None) -> Q:
    since = Q(submitted_at__date__gte=first) if first else Q()
    return since & (Q(submitted_at__date__lte=last) if last else Q())


def _queue(first: date | None, last: date | None) -> str:
    days = {"submitted_from": first, "submitted_to": last}
    query = urlencode({name: day.isoformat() for name, day in days.items() if day})
    return f"{reverse('console:deal_queue')}?{query}"


def console_ending(actor: Actor) -> dict[str, Any]:
    """Return the protections that end soon."""
    today = timezone.localdate()
    soon = {"protected_until__gte": days.begin(today), "protected_until__lt": days.over(today + AT_RISK)}
    deals = policies.visible_to(actor).filter(state=State.APPROVED, **soon)
    return {
        "days": AT_RISK.days,
        "ending": deals.select_related("partner").order_by("protected_until")[:SHOWN],
        "worth": _worth(deals),
    }


def account_panel(actor: Actor, account: Account) -> dict[str, Any]:
    """Return the registrations of one customer, for its page in the console."""
    deals = policies.visible_to(actor).filter(account=account).select_related("partner")
    return {"deals": deals.order_by("-created_at")[:25]}


def _worth(deals: Any) -> dict[str, Any]:
    by_currency = deals.exclude(currency="").values("currency").annotate(total=Sum("value"), count=Count("id"))
    rows = sorted(by_currency, key=lambda row: -row["count"])
    return {"count": sum(row["count"] for row in rows), "totals": [(row["total"], row["currency"]) for row in rows]}
