"""What a partner sees of its standing: how far it is, what is missing, what that is made of, what it unlocks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from openprm.kernel.http import Request
from openprm.kernel.web import page
from openprm.program import policies, queries
from openprm.program.models import Membership, TierMove
from openprm.program.views.common import figure

CELEBRATED = timedelta(days=30)


@page(policies.VIEW, side="portal")
def progress(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Show how far the partner is in a programme; without one in the leading programme."""
    mine = queries.memberships(request.actor.company_id)
    member = next((one for one in mine if pk in (None, one.pk)), None)
    if member is None and pk is not None:
        raise Http404
    now = timezone.now()
    context: dict[str, Any] = {"member": member}
    if member is not None:
        found = queries.progress(member, at=now)
        context |= {
            "progress": found,
            "share": queries.share(found),
            "history": queries.history(member, 10),
            "celebrate": _celebrated(member, now),
            "tabs": [_tab(one, one == member) for one in mine],
        }  # fmt: skip
    return render(request, "program/portal/progress.html", context)


@page(policies.VIEW, side="portal")
def criterion(request: Request, pk: UUID, kpi: str) -> HttpResponse:
    """Show the rows that one of the partner's own figures is made of."""
    mine = queries.memberships(request.actor.company_id)
    member = next((one for one in mine if one.pk == pk), None)
    if member is None:
        raise Http404
    context = figure(request, member, kpi, timezone.now())
    if not context["known"]:
        raise Http404
    return render(request, "program/figure.html", {**context, "layout": "layouts/portal.html", "side": "portal"})


def _tab(one: Membership, active: bool) -> dict[str, Any]:
    return {"label": str(one.programme), "url": reverse("portal:programme_of", args=[one.pk]), "active": active}


def _celebrated(member: Membership, now: Any) -> UUID | None:
    """Return the rise to celebrate once in each browser, if there was one of late."""
    last = TierMove.objects.filter(partner_id=member.partner_id, programme_id=member.programme_id).first()
    risen = last is not None and last.kind == TierMove.Kind.RAISED and last.at >= now - CELEBRATED
    return last.pk if risen and last is not None else None
