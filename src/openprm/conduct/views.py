"""The figures of vendor conduct, and the events behind each."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.conduct import policies, queries, words
from openprm.conduct.rules import PERIODS, Figure, Period
from openprm.deals.words import code as reason
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Table


def show(request: Request) -> HttpResponse:
    """Show every figure; each side's address is guarded in urls.py."""
    span = _period(request)
    actor = request.actor
    figures = queries.measured(span, partner=actor.partner_id)
    context = {
        **_frame(request, span),
        "figures": [words.shown(figure, to_partner=actor.is_partner) for figure in figures],
        "portal": actor.is_partner,
        "span": span,
    }
    return render(request, "conduct/figures.html", context)


def rows(request: Request, figure: str) -> HttpResponse:
    """List the events behind a figure: a partner's own, or all that the vendor's person sees."""
    if figure not in tuple(Figure):
        raise Http404
    chosen, span = Figure(figure), _period(request)
    context = {
        **_frame(request, span),
        "title": words.TITLES[chosen],
        "meaning": words.MEANINGS[chosen],
        "portal": request.actor.is_partner,
        "back": f"{_address(request)}?period={span.key}",
    }
    return _table(request, chosen).response(
        request, policies.rows(request.actor, chosen, span), "conduct/rows.html", context
    )


def _period(request: Request) -> Period:
    return policies.period(request.actor, request.GET.get("period", ""), at=timezone.now())


def _side(request: Request) -> str:
    return "portal" if request.actor.is_partner else "console"


def _address(request: Request) -> str:
    return reverse(f"{_side(request)}:conduct")


def _frame(request: Request, span: Period) -> dict[str, Any]:
    tabs = [
        {"label": words.PERIODS[key], "url": f"{request.path}?period={key}", "active": key == span.key}
        for key in PERIODS
    ]
    return {"layout": f"layouts/{_side(request)}.html", "tabs": tabs}


def _table(request: Request, figure: Figure) -> Table:
    side = _side(request)
    counts = [Column("result", _("Counts"), cell=lambda row: _result(figure, row), csv="counts", sort="counts")]
    columns = [
        Column("deal", _("Deal"), cell="subject_label", link=True),
        Column("event", _("What happened"), cell=lambda row: row.type.label, csv="name"),
        Column("reason", _("Reason"), cell=lambda row: _reason(row), from_width="tablet"),
        Column("at", _("When"), sort="at", cell="at"),
        *([Column("waited", _("Took"), cell=lambda row: words.duration(row.waited), sort="waited")]
          if figure is Figure.TIME else counts),
    ]  # fmt: skip
    return Table(
        id="conduct",
        columns=columns,
        default_sort="-at",
        search=["subject_label__icontains"],
        row_url=lambda row: reverse(f"{side}:deal", args=[row.subject_id]),
        row_label=lambda row: row.subject_label,
        empty=Empty("scale", _("Nothing in this period"), _("What the figure counts is listed here, event by event.")),
        export_name=f"conduct-{figure.value}",
        caption=words.TITLES[figure],
    )


def _reason(row: Any) -> str:
    code = row.payload.get("code", "")
    return str(reason(code)) if code else ""


_RESULTS: dict[Figure, tuple[Any, Any]] = {
    Figure.TARGET: (_("In time"), _("Late")),
    Figure.TURNED_DOWN: (_("Turned down"), _("Approved")),
    Figure.REASONED: (_("Specific reason"), _("Other")),
    Figure.CLOSED_DIRECTLY: (_("Closed by the vendor"), _("Not closed by the vendor")),
    Figure.EXTENSIONS: (_("Granted"), _("Declined")),
}


def _result(figure: Figure, row: Any) -> Any:
    yes, no = _RESULTS[figure]
    return yes if row.counts else no
