"""The pipeline in numbers, for a partner and for the vendor."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from openprm.deals import policies, queries, standing, words
from openprm.deals.views.common import may_register, wants
from openprm.deals.views.lists import choices, narrowed
from openprm.kernel.http import Request
from openprm.kernel.web import page


@page(policies.VIEW, side="portal")
def portal(request: Request) -> HttpResponse:
    """Show the partner's pipeline."""
    found = queries.figures(
        policies.visible_to(request.actor),
        at=timezone.now(),
        list_url=reverse("portal:deals"),
        labels=standing.PORTAL_STATES,
        currency=request.GET.get("currency", ""),
    )
    context = {"figures": found, "may_register": may_register(request)}
    return _page(request, "deals/portal/pipeline.html", context)


@page(policies.VIEW, side="console")
def console(request: Request) -> HttpResponse:
    """Show the pipeline of all partners, or of those chosen."""
    deals, filters = narrowed(request, policies.visible_to(request.actor))
    found = queries.figures(
        deals,
        at=timezone.now(),
        list_url=reverse("console:deals"),
        labels=words.STATES,
        currency=request.GET.get("currency", ""),
        keep=tuple(filters.items()),
    )
    return _page(request, "deals/console/pipeline.html", {"figures": found, **choices(request, filters)})


def _page(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    context["here"] = request.get_full_path()
    context["portal"] = request.actor.is_partner
    return render(request, "deals/_figures.html" if wants(request, "figures") else template, context)
