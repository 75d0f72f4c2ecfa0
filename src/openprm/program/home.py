"""What programmes put on other pages: cards of the home pages, the panel of a partner, the number in the menu."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from openprm.kernel import days
from openprm.kernel.access import Actor
from openprm.kernel.ui.forms import COMMON_CURRENCIES
from openprm.partners.models import Partner
from openprm.program import forms, policies, queries, words
from openprm.program.models import Programme, Proposal, TierMove

CURRENCIES = COMMON_CURRENCIES
RECENT = timedelta(days=30)
SHOWN = 6
MOVES = (TierMove.Kind.RAISED, TierMove.Kind.LOWERED, TierMove.Kind.GRACE)


def waiting(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposed moves that wait for this actor."""
    return policies.proposals_for(actor).filter(state=Proposal.State.OPEN)


def portal_tier(actor: Actor) -> dict[str, Any]:
    """Return how far the partner is in its leading programme."""
    member = queries.leading(actor.company_id)
    found = queries.progress(member, at=timezone.now(), project=False) if member else None
    return {"progress": found, "share": queries.share(found) if found else 0}


def console_moves(actor: Actor) -> dict[str, Any]:
    """Return the latest moves, and how many there were of each kind."""
    since = timezone.localdate() - RECENT
    rows = policies.moves_visible_to(actor).filter(kind__in=MOVES, at__gte=days.begin(since))
    listed = list(rows[:SHOWN])
    counts = {kind.value: rows.filter(kind=kind).count() for kind in MOVES} if listed else {}
    return {
        "moves": queries.shown(listed),
        "counts": counts,
        "waiting": waiting(actor).count(),
        "days": RECENT.days,
        "since": since.isoformat(),
    }


def partner_panel(actor: Actor, partner: Partner) -> dict[str, Any] | None:
    """Return where a partner stands, with what of the next tier is missing."""
    members = list(policies.visible_to(actor).filter(partner=partner, programme__archived=False))
    now = timezone.now()
    found = [queries.progress(member, at=now, project=False) for member in members]
    may_move = policies.may_move(actor, partner)
    others = Programme.objects.in_force()
    others = others.exclude(pk__in=[member.programme_id for member in members])
    if not found and not may_move:
        return None
    return {
        "standings": [(one, queries.share(one)) for one in found],
        "may_move": may_move and others.exists(),
        "form": forms.Enrolling(others) if may_move else None,
        "tones": words.TONES,
    }
