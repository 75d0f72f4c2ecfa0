"""The recruiting funnel: how far applications come, by which way, and where applicants stop."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from openprm.kernel.http import Request
from openprm.kernel.web import page
from openprm.recruiting import policies, queries
from openprm.recruiting.models import ApplicationForm, PartnerOrigin

DAYS = (30, 90, 365)


@page(policies.VIEW, side="console")
def funnel(request: Request) -> HttpResponse:
    """Show the funnel of the last days, of all forms or one."""
    days = int(request.GET["days"]) if request.GET.get("days") in {str(one) for one in DAYS} else 90
    form = request.GET.get("form", "")
    known = list(ApplicationForm.objects.values_list("code", "title"))
    form = form if form in dict(known) else ""
    now = timezone.now()
    since = timezone.localdate(now) - timedelta(days=days)
    rows = queries.chosen(policies.visible_to(request.actor), form=form, since=since)
    query = _query(form, since)
    stages = queries.funnel(rows, query)
    context: dict[str, Any] = {
        "days": days,
        "choices": DAYS,
        "form_code": form,
        "forms": known,
        "stages": stages,
        "any": stages[0].count,
        "sources": queries.by("source", rows, query),
        "campaigns": queries.by("campaign", rows, query),
        "drops": queries.drops(rows, query, at=now),
        "times": queries.times(rows),
        "imported": PartnerOrigin.objects.filter(source="import", created_at__date__gte=since).count(),
    }
    return render(request, "recruiting/funnel.html", context)


def _query(form: str, since: date) -> dict[str, str]:
    return {"form": form, "created_from": since.isoformat()}
