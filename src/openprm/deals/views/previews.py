"""The preview: how past registrations would have fared under the drafted rules of engagement."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.customers import services as customers
from openprm.deals import policies, standing, words
from openprm.deals import services as deals
from openprm.deals.models import PreviewRow, RulesPreview
from openprm.deals.rules import Level
from openprm.engagement import plain, services, versions
from openprm.engagement.models import Draft
from openprm.kernel.errors import Problem, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import times
from openprm.kernel.ui.forms import DateInput
from openprm.kernel.web import page

A_QUARTER = timedelta(days=92)
ON_A_PAGE = 25
MOVING = (RulesPreview.State.WAITING, RulesPreview.State.RUNNING)


class Range(forms.Form):
    """Which registrations to judge."""

    since = forms.DateField(label=_("Registered from"), widget=DateInput)
    until = forms.DateField(label=_("to"), widget=DateInput)


@page(policies.RULES, side="console", methods=("GET", "POST"))
def show(request: Request) -> HttpResponse:
    """Ask for a range, judge it by the draft, and list the previews that are kept."""
    today = timezone.localdate()
    posted = request.method == "POST"
    form = Range(request.POST if posted else {"since": today - A_QUARTER, "until": today})
    draft = services.draft()
    if posted and form.is_valid():
        try:
            if draft is None:
                raise Stale(_("There is no draft to judge by: change a rule first."))
            made = deals.preview(
                rules=services.current(draft), by=request.actor, at=timezone.now(), **form.cleaned_data
            )
            return redirect(made)
        except Problem as problem:
            form.add_error("until", str(problem))
    in_force = versions.newest().rules
    kept = [_summary(row, draft, in_force) for row in RulesPreview.objects.order_by("-created_at", "-pk")]
    context = {"form": form, "draft": draft, "kept": kept}
    return render(request, "deals/console/preview.html", context, status=422 if posted else 200)


@page(policies.RULES, side="console")
def one(request: Request, pk: UUID) -> HttpResponse:
    """Show how far a preview is, how many registrations move from which verdict to which, and which ones."""
    row = get_object_or_404(RulesPreview, pk=pk)
    narrowed = row.rows.order_by("id")
    before, arrow, after = request.GET.get("move", "").partition("-")
    if arrow and {before, after} <= set(Level):
        narrowed = narrowed.filter(before=before, after=after)
    pages = Paginator(narrowed.select_related("deal__partner"), ON_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        **_summary(row, services.draft(), versions.newest().rules),
        "since": times.day(row.since),
        "until": times.day(row.until),
        "is_moving": row.state in MOVING,
        "moves": _moves(row),
        "chosen": f"{before}-{after}" if arrow else "",
        "shown": shown,
        "rows": [_row(one) for one in shown],
        "covers_family": customers.covers_family(),
    }
    return render(request, "deals/console/preview_result.html", context)


def _summary(row: RulesPreview, draft: Draft | None, in_force: Any) -> dict[str, Any]:
    """Return a preview, and what became of the rules it judged by: still the draft, in force, or neither."""
    judged = plain.load_all(row.rules)  # compared as rules: one rule can be written in more than one way
    if draft is not None and plain.load_all(draft.rules) == judged:
        rules = "draft"
    elif plain.load_all(in_force) == judged:
        rules = "in_force"
    else:
        rules = "changed" if draft is not None else "gone"
    return {"preview": row, "rules": rules}


def _moves(row: RulesPreview) -> list[dict[str, Any]]:
    moves = sorted(row.moves, key=lambda move: (move[0] == move[1], -move[2]))
    return [
        {
            "key": f"{before}-{after}",
            "before": standing.verdict(before),
            "after": standing.verdict(after),
            "count": count,
            "same": before == after,
        }
        for before, after, count in moves
    ]


def _row(row: PreviewRow) -> dict[str, Any]:
    return {
        "deal": row.deal,
        "told": words.LEVELS[Level(row.deal.verdict)],
        "before": standing.verdict(row.before),
        "after": standing.verdict(row.after),
    }
