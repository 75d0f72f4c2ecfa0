"""What disputes put on home pages, in the navigation and on a deal's page."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import policies, queries, standing
from openprm.disputes.lifecycle import DECIDED, ENDED, WITH_VENDOR, State
from openprm.disputes.models import Dispute, Review
from openprm.disputes.rules import APPEAL, FIRST, Remedy, Subject
from openprm.kernel.access import Actor

SHOWN = 5
TO_CARRY_OUT = Q(state__in=sorted(DECIDED), remedy_done_at__isnull=True) & ~Q(remedy=Remedy.NONE)


def at_turn(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes in which the vendor is at turn, at the levels that the actor decides."""
    waiting = Q(state__in=sorted(WITH_VENDOR)) | TO_CARRY_OUT
    first = policies.visible_to(actor, policies.DECIDE).filter(waiting, level=FIRST)
    appeals = policies.visible_to(actor, policies.DECIDE_APPEAL).filter(waiting, level=APPEAL)
    mine = Q(first_decider=actor.id) & Q(first_decider__isnull=False) & Q(state=State.APPEALED)
    return first | appeals.exclude(mine)


def waiting_for_partner(actor: Actor) -> QuerySet[Any, Any]:
    """Return the keys of the disputes and reviews that wait for the partner's answer."""
    asked = policies.visible_to(actor).filter(state=State.EVIDENCE_REQUESTED).order_by().values("pk")
    return asked.union(_open_reviews(actor).order_by().values("pk"), all=True)


def console_card(actor: Actor) -> dict[str, Any]:
    """Return the disputes that wait for this actor, what is due first."""
    waiting = at_turn(actor)
    now = timezone.now()
    return {
        "waiting": waiting.select_related("partner", "deal").order_by("due_at")[:SHOWN],
        "count": waiting.count(),
        "late": waiting.filter(state__in=sorted(WITH_VENDOR), due_at__lte=now).count(),
        "now": now,
    }


def portal_card(actor: Actor) -> dict[str, Any]:
    """Return what a partner's person must do about disputes, and what else is open."""
    disputes = policies.visible_to(actor).exclude(state__in=sorted(ENDED)).select_related("deal")
    return {
        "asked": disputes.filter(state=State.EVIDENCE_REQUESTED).order_by("state_since")[:SHOWN],
        "reviews": _open_reviews(actor).select_related("deal").order_by("created_at")[:SHOWN],
        "open": disputes.exclude(state=State.EVIDENCE_REQUESTED).order_by("due_at")[:SHOWN],
    }


def portal_panel(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return what a deal's page shows its partner: its disputes, what can be contested, and a review of it."""
    if deal.state == DealState.DRAFT or deal.partner_id != actor.partner_id:
        return None
    disputes = list(policies.visible_to(actor).filter(deal=deal).order_by("-created_at"))
    may = policies.may_contest(actor, deal)
    options = queries.open_to(deal, disputes, at=timezone.now()) if may else []
    options = [one for one in options if one.row is None]  # the others are contested where they stand
    reviews = list(policies.reviews_visible_to(actor).filter(deal=deal, closed_at__isnull=True))
    if not (disputes or options or reviews):
        return None
    return {
        "disputes": [_line(one) for one in disputes],
        "may_contest": bool(options),
        "until": _until(options),
        "reviews": reviews,
    }


def extension_panel(actor: Actor, extension: Any) -> dict[str, Any] | None:
    """Return what stands beside a declined extension: that it can be contested, or the dispute about it."""
    deal = extension.deal
    disputes = list(policies.visible_to(actor).filter(deal=deal, subject=Subject.EXTENSION).order_by("-created_at"))
    mine = [one for one in disputes if one.contested_id == extension.pk]
    may = policies.may_contest(actor, deal)
    options = queries.open_to(deal, disputes, at=timezone.now()) if may else []
    until = _until([one for one in options if one.row == extension.pk])
    return {"disputes": [_line(one) for one in mine], "until": until, "deal": deal} if mine or until else None


def console_panel(actor: Actor, deal: DealRegistration) -> dict[str, Any] | None:
    """Return a deal's disputes, for its page in the console."""
    disputes = policies.visible_to(actor).filter(deal=deal).order_by("-created_at")
    lines = [_line(one) for one in disputes]
    return {"disputes": lines} if lines else None


def _open_reviews(actor: Actor) -> QuerySet[Review]:
    return policies.reviews_visible_to(actor).filter(answered_at__isnull=True, closed_at__isnull=True)


def _line(dispute: Dispute) -> dict[str, Any]:
    return {"row": dispute, "status": standing.badge(dispute), "outcome": standing.outcome(dispute.outcome)}


def _until(options: list[Any]) -> Any:
    return min((one.until for one in options), default=None)
