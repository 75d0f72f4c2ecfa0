"""The review queue: undecided deals by age, decided one by one or many at once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.deals import forms, policies, services
from openprm.deals.lifecycle import WITH_VENDOR, State
from openprm.deals.models import DealRegistration
from openprm.deals.views.common import seen
from openprm.deals.views.lists import CURRENCY, CUSTOMER, LINES, SEARCH, VALUE, VERDICTS, WORTH, partner_choices
from openprm.kernel import settings_store
from openprm.kernel.errors import Forbidden, Invalid, Problem, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.table import BulkAction, Column, DateRange, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

MOST_AT_ONCE = 200


def _late(rows: Any) -> Any:
    return rows.filter(due_at__lt=timezone.now())


queue = Table(
    columns=[
        CUSTOMER,
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name"),
        Column(
            "verdict", gettext_lazy("Verdict"), cell="deals/cells/verdict.html", sort="verdict", csv="verdict_label"
        ),
        WORTH,
        Column(
            "state",
            gettext_lazy("State"),
            cell="deals/cells/state.html",
            sort="state",
            csv="state_label",
            from_width="tablet",
        ),
        Column("submitted_at", gettext_lazy("Waiting since"), sort="submitted_at", from_width="wide"),
        Column("due_at", gettext_lazy("Decision due"), cell="deals/cells/due.html", sort="due_at"),
    ],
    filters=[
        Filter("verdict", gettext_lazy("Verdict"), choices=VERDICTS, multiple=True),
        Filter("partner", gettext_lazy("Partner"), choices=partner_choices, field="partner_id"),
        LINES,
        Filter(
            "state",
            gettext_lazy("State"),
            choices=[("submitted", gettext_lazy("Submitted")), ("in_review", gettext_lazy("In review"))],
        ),
        Toggle("late", gettext_lazy("Late only"), apply=_late),
        CURRENCY,
        VALUE,
        DateRange("submitted", gettext_lazy("Registered"), field="submitted_at"),
    ],
    search=(*SEARCH, "partner__name__icontains"),
    search_hint=gettext_lazy("Search customer, reference, partner"),
    default_sort="due_at",
    per_page=50,
    presets=[
        Preset(gettext_lazy("All")),
        Preset(gettext_lazy("Late"), {"late": "1"}, "clock-exclamation"),
        Preset(gettext_lazy("Clear"), {"verdict": "clear"}, "circle-check"),
        Preset(gettext_lazy("Possible conflict"), {"verdict": "possible"}, "alert-triangle"),
        Preset(gettext_lazy("Blocked"), {"verdict": "blocked"}, "circle-x"),
    ],
    actions=[
        BulkAction(
            "approve",
            gettext_lazy("Approve"),
            "console:deal_bulk_approve",
            "check",
            "brand",
            gettext_lazy("Approve {0} deals? Each is protected at once, unless somebody else is protected already."),
            policies.APPROVE,
        ),
        BulkAction(
            "review", gettext_lazy("Start review"), "console:deal_bulk_review", "eye", "neutral", "", policies.APPROVE
        ),
        BulkAction("reject", gettext_lazy("Reject…"), "console:deal_bulk_reject", "x", "blocked", "", policies.APPROVE),
    ],
    row_url=lambda deal: deal.console_url,
    row_label=lambda deal: f"{deal.customer_name}, {deal.partner.name}",
    empty=Empty(
        "checks",
        gettext_lazy("Nothing waits for a decision"),
        gettext_lazy("New registrations appear here by themselves, the oldest first."),
    ),
    caption=gettext_lazy("Deals that wait for a decision"),
    export_name="review-queue",
    live="deal",
)

Decide = Callable[[DealRegistration, datetime], Any]


def waiting(request: Request) -> Any:
    """Return the deals that wait for a decision of this person's."""
    return seen(request, policies.APPROVE).filter(state__in=WITH_VENDOR)


@page(policies.APPROVE, side="console")
def show(request: Request) -> HttpResponse:
    """Show the queue."""
    context = {"hours": settings_store.get("deals.decision_hours"), "may_rule": request.actor.may(policies.RULES)}
    return queue.response(request, waiting(request), "deals/console/queue.html", context)


@page(policies.APPROVE, side="console", methods=("POST",))
def approve(request: Request) -> HttpResponse:
    """Approve the chosen deals, each for itself."""
    return _each(
        request,
        lambda deal, now: services.approve(deal=deal, by=request.actor, at=now),
        lambda count: ngettext("%d deal approved", "%d deals approved", count) % count,
    )


@page(policies.APPROVE, side="console", methods=("POST",))
def review(request: Request) -> HttpResponse:
    """Say that the chosen deals are being looked at."""
    return _each(
        request,
        lambda deal, now: services.start_review(deal=deal, by=request.actor, at=now),
        lambda count: ngettext("Review of %d deal began", "Review of %d deals began", count) % count,
    )


@page(policies.APPROVE, side="console", methods=("POST",))
def reject(request: Request) -> HttpResponse:
    """Ask for the reason; with it, reject the chosen deals, each for itself."""
    chosen = _chosen(request)
    if "code" not in request.POST:
        return _ask_reason(request, chosen, forms.Closing("reject"))
    form = forms.Closing("reject", request.POST)
    if not form.is_valid():
        response = _ask_reason(request, chosen, form)
        response.status_code = 422
        return response
    why = {"code": form.cleaned_data["code"], "text": form.cleaned_data["text"]}
    return _each(
        request,
        lambda deal, now: services.reject(deal=deal, by=request.actor, at=now, **why),
        lambda count: ngettext("%d deal rejected", "%d deals rejected", count) % count,
    )


def _ask_reason(request: Request, chosen: list[DealRegistration], form: forms.Closing) -> HttpResponse:
    context = {"deals": chosen, "form": form, "next": _next(request)}
    return render(request, "deals/console/bulk_reject.html", context)


def _chosen(request: Request) -> list[DealRegistration]:
    """Return the chosen deals, also those that left the queue meanwhile: what became of them is said."""
    rows = waiting(request) if request.POST.get("all") == "1" else seen(request, policies.APPROVE)
    chosen = list(queue.selected(request, rows).exclude(state=State.DRAFT).order_by("pk")[: MOST_AT_ONCE + 1])
    if not chosen:
        raise Invalid(_("Choose at least one deal."))
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("Choose at most %d deals at once.") % MOST_AT_ONCE)
    return chosen


def _each(request: Request, decide: Decide, done: Callable[[int], str]) -> HttpResponse:
    """Decide each deal for itself, and say honestly what became of each."""
    now, good = timezone.now(), 0
    refused: list[tuple[DealRegistration, str]] = []
    chosen = _chosen(request)
    services.hold_customers(*chosen)  # of two who decide about the same customers, none has half of them
    for deal in chosen:
        try:
            decide(deal, now)
            good += 1
        except Forbidden:
            raise
        except Problem as problem:
            refused.append((deal, _short(problem)))
    if good:
        toast(request, done(good))
    if refused:
        toast(request, _refusals(refused), tone="blocked")
    return HttpResponseRedirect(_next(request))


def _short(problem: Problem) -> str:
    if isinstance(problem, services.AlreadyProtected):
        return _("another deal is already protected")
    if isinstance(problem, services.NotInThisState):
        return _("decided meanwhile")
    if isinstance(problem, Stale):
        return _("changed meanwhile by somebody else")
    return str(problem)


def _refusals(refused: list[tuple[DealRegistration, str]]) -> str:
    """Return ``2 not: already protected (Acme GmbH, Beta AG)``."""
    said = [
        _("%(count)s not: %(why)s (%(which)s)") % {"count": count, "why": why, "which": _names(refused, why)}
        for why, count in Counter(why for _deal, why in refused).items()
    ]
    return " · ".join(said)


def _names(refused: list[tuple[DealRegistration, str]], why: str) -> str:
    names = [deal.customer_name for deal, given in refused if given == why]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _next(request: Request) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else reverse("console:deal_queue")
