"""The extension inbox: each request beside what was done about its deal, decided one by one or many at once."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.deals.services import AlreadyProtected, hold_customers
from openprm.deals.views.lists import partner_choices
from openprm.extensions import forms, policies, queries, services, words
from openprm.extensions.models import ExtensionRequest
from openprm.extensions.views.common import back_to, chosen_ids
from openprm.kernel.errors import Forbidden, Invalid, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

PER_PAGE = 25
POST = ("POST",)


def _days(row: ExtensionRequest) -> str:
    """Return the days asked for, and where others were granted, those."""
    if row.granted_days in (None, row.days):
        return str(row.days)
    return _("%(granted)s of %(asked)s") % {"granted": row.granted_days, "asked": row.days}


every_request = Table(
    id="extensions",
    columns=[
        Column("customer", gettext_lazy("Customer"), cell="deal.customer_name", sort="deal__customer_name", link=True),
        Column("partner", gettext_lazy("Partner"), cell="deal.partner.name", sort="deal__partner__name"),
        Column("state", gettext_lazy("Status"), cell="extensions/cells/state.html", sort="state", csv="state_label"),
        Column("days", gettext_lazy("Days"), cell=_days, sort="days", csv="days", align="end"),
        Column(
            "why", gettext_lazy("Reason"), cell=lambda row: row.code_label if row.code else "", from_width="desktop"
        ),
        Column("asked", gettext_lazy("Asked"), cell="created_at", sort="created_at"),
        Column("decided_by", gettext_lazy("Decided by"), from_width="desktop"),
    ],
    filters=[
        Filter("state", gettext_lazy("Status"), choices=list(words.STATES.items()), multiple=True),
        Filter("partner", gettext_lazy("Partner"), choices=partner_choices, field="partner_id"),
        Filter("code", gettext_lazy("Reason"), choices=list(words.CODES.items()), multiple=True),
        Toggle("automatic", gettext_lazy("Decided by a rule only")),
        DateRange("asked", gettext_lazy("Asked"), field="created_at"),
        DateRange("decided", gettext_lazy("Decided"), field="decided_at"),
    ],
    search=("deal__customer_name__icontains", "deal__reference__icontains", "deal__partner__name__icontains"),
    default_sort="-asked",
    row_url=lambda row: row.deal.console_url,
    row_label=lambda row: row.deal.customer_name,
    empty=Empty("hourglass", gettext_lazy("No requests yet"), gettext_lazy("What partners ask for is kept here.")),
    caption=gettext_lazy("Extensions"),
    export_name="extensions",
    live="deal",
)


@page(policies.DECIDE, side="console")
def show(request: Request) -> HttpResponse:
    """Show what waits, what ends first on top."""
    waiting = _waiting(request).order_by("deal__protected_until", "pk")
    shown = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    cases = [
        {"case": one, "form": forms.Declining(auto_id=f"id_{one.request.pk}_%s")}
        for one in queries.beside_activities(shown)
    ]
    context = {"cases": cases, "page": shown, "declining": forms.Declining(), "now": timezone.now()}
    return render(request, "extensions/console/inbox.html", context)


@page(policies.VIEW, side="console")
def history(request: Request) -> HttpResponse:
    """Show every request and what became of it."""
    return every_request.response(request, policies.visible_to(request.actor), "extensions/console/history.html", {})


@page(policies.DECIDE, side="console", methods=POST)
def grant_many(request: Request) -> HttpResponse:
    """Grant the chosen requests, each as asked for."""
    return _each(
        request,
        lambda asked: services.grant(request=asked, by=request.actor, at=timezone.now()),
        lambda count: ngettext("%d extension granted", "%d extensions granted", count) % count,
    )


@page(policies.DECIDE, side="console", methods=POST)
def decline_many(request: Request) -> HttpResponse:
    """Decline the chosen requests with one reason."""
    form = forms.Declining(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose a reason."), fields={"code": _("Choose one of the reasons.")})
    why = form.cleaned_data
    return _each(
        request,
        lambda asked: services.decline(request=asked, by=request.actor, at=timezone.now(), **why),
        lambda count: ngettext("%d extension declined", "%d extensions declined", count) % count,
    )


def _waiting(request: Request) -> QuerySet[ExtensionRequest]:
    return policies.to_decide_by(request.actor).filter(state=ExtensionRequest.State.PENDING)


def _each(request: Request, decide: Callable[[ExtensionRequest], Any], done: Callable[[int], str]) -> HttpResponse:
    """Decide each request for itself, and say honestly what became of each."""
    good, refused = 0, []
    chosen = list(policies.to_decide_by(request.actor).filter(pk__in=chosen_ids(request)).order_by("pk"))
    if not chosen:
        toast(request, _("Nothing is decided. Choose at least one request first."), tone="blocked")
    hold_customers(*(asked.deal for asked in chosen))  # of two who decide at once, none has half of the customers
    for asked in chosen:
        try:
            decide(asked)
            good += 1
        except Forbidden:
            raise
        except Problem as problem:
            refused.append(f"{asked.deal.customer_name}: {_short(problem)}")
    if good:
        toast(request, done(good))
    if refused:
        toast(request, _("Not decided: %(which)s") % {"which": " · ".join(refused[:5])}, tone="blocked")
    return redirect(back_to(request, reverse("console:extensions")))


def _short(problem: Problem) -> str:
    if isinstance(problem, AlreadyProtected):
        return _("somebody else is protected by now")
    if isinstance(problem, services.NotPending):
        return _("decided meanwhile")
    return str(problem)
