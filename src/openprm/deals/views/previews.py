"""The preview: how past registrations would have fared under the drafted rules of engagement."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.deals import policies, previewing, standing, words
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Level
from openprm.engagement import plain, services, versions
from openprm.kernel.http import Request
from openprm.kernel.ui.forms import DateInput
from openprm.kernel.web import page

A_QUARTER = timedelta(days=92)
ON_A_PAGE = 25


class Range(forms.Form):
    """Which registrations to judge."""

    since = forms.DateField(label=_("Registered from"), widget=DateInput)
    until = forms.DateField(label=_("to"), widget=DateInput)


@page(policies.RULES, side="console")
def show(request: Request) -> HttpResponse:
    """Show how many registrations move from which verdict to which, and list them."""
    today = timezone.localdate()
    asked = {"since": today - A_QUARTER, "until": today} | {
        k: v for k, v in request.GET.items() if k in Range.base_fields
    }
    form = Range(asked)
    context: dict[str, Any] = {"form": form, "draft": services.draft()}
    if form.is_valid():
        context |= _judged(request, form.cleaned_data["since"], form.cleaned_data["until"], context["draft"])
    return render(request, "deals/console/preview.html", context, status=200 if form.is_valid() else 422)


def _judged(request: Request, since: date, until: date, draft: Any) -> dict[str, Any]:
    old = plain.load_all(versions.newest().rules)
    found = previewing.preview(
        old=old, new=services.current(draft), since=_midnight(since), until=_midnight(until + timedelta(days=1))
    )
    pages = Paginator(list(found.moved), ON_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    rows = policies.visible_to(request.actor).filter(pk__in=list(shown)).select_related("partner")
    deals = sorted(rows, key=lambda deal: list(shown).index(deal.pk))
    return {"found": found, "moves": _moves(found), "shown": shown, "rows": [_row(deal, found) for deal in deals]}


def _moves(found: previewing.Preview) -> list[dict[str, Any]]:
    return [
        {
            "before": standing.verdict(old.value),
            "after": standing.verdict(new.value),
            "count": count,
            "same": old is new,
        }
        for (old, new), count in sorted(found.moves.items(), key=lambda move: (move[0][0] is move[0][1], -move[1]))
    ]


def _row(deal: DealRegistration, found: previewing.Preview) -> dict[str, Any]:
    old, new = found.moved[deal.pk]
    return {
        "deal": deal,
        "told": words.LEVELS[Level(deal.verdict)],
        "before": standing.verdict(old.value),
        "after": standing.verdict(new.value),
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
