"""The list of opportunities, and the page of one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers import forms, policies, queries, rules, services
from openprm.customers.models import Opportunity
from openprm.customers.views.timeline import happenings
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import money
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, NumberRange, Preset, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status

OUTCOMES = {
    "open": Status(gettext_lazy("Open"), "info", "progress"),
    "won": Status(gettext_lazy("Won"), "clear", "trophy"),
    "lost": Status(gettext_lazy("Lost"), "neutral", "x"),
}
LOOKUPS = {
    "open": {"is_open": True},
    "won": {"is_open": False, "is_won": True},
    "lost": {"is_open": False, "is_won": False},
}


def _by_outcome(rows: Any, values: list[str]) -> Any:
    return rows.filter(**LOOKUPS[values[-1]])


opportunities = Table(
    id="opportunities",
    columns=[
        Column("name", gettext_lazy("Opportunity"), sort="name", link=True),
        Column(
            "account", gettext_lazy("Account"), cell="account.name", link=lambda row: row.account.get_absolute_url()
        ),
        Column("outcome", gettext_lazy("Outcome"), cell="customers/_outcome.html", csv="outcome"),
        Column("stage", gettext_lazy("Stage"), from_width="tablet"),
        Column(
            "amount",
            gettext_lazy("Amount"),
            sort="amount",
            cell=lambda row: money.show(row.amount, row.currency) if row.amount is not None else None,
            align="end",
            csv="amount",
        ),
        Column("close_date", gettext_lazy("Closes"), sort="close_date", from_width="tablet"),
        Column("owner_name", gettext_lazy("Owner"), from_width="desktop"),
    ],
    filters=[
        Filter(
            "outcome",
            gettext_lazy("Outcome"),
            choices=[(key, status.label) for key, status in OUTCOMES.items()],
            apply=_by_outcome,
        ),
        DateRange("close_date", gettext_lazy("Closes")),
        NumberRange("amount", gettext_lazy("Amount")),
    ],
    search=queries.search_opportunities,
    search_hint=gettext_lazy("Account, name or external id"),
    default_sort="-close_date",
    presets=[
        Preset(label, {"outcome": key}) for key, label in (("open", gettext_lazy("Open")), ("won", gettext_lazy("Won")))
    ],
    row_url=lambda row: reverse("console:opportunity", args=[row.pk]),
    empty=Empty(
        "target",
        gettext_lazy("No opportunities yet"),
        gettext_lazy("The sales your own team works on. An open one stands in the way of a partner's registration."),
        gettext_lazy("Import opportunities"),
        "console:import_upload",
        policies.IMPORT,
    ),
    live="opportunity",
    export_name="opportunities",
    caption=gettext_lazy("Opportunities"),
)


def listing(request: Request) -> HttpResponse:
    """List opportunities; quick however many there are."""
    rows = policies.visible_opportunities(request.actor).select_related("account")
    return opportunities.response(request, rows, "customers/opportunities.html", _rights(request))


def one(request: Request, pk: UUID) -> HttpResponse:
    """Show an opportunity."""
    opportunity = _one(request, pk)
    context = {
        "opportunity": opportunity,
        "status": OUTCOMES[opportunity.outcome],
        "happenings": happenings(opportunity, rules.OPPORTUNITY_FIELDS),
        **_rights(request),
    }
    return render(request, "customers/opportunity.html", context)


def create(request: Request, pk: UUID) -> HttpResponse:
    """Add an opportunity at an account."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    form = forms.OpportunityForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = services.create_opportunity(account=account, by=request.actor, at=timezone.now(), **form.details())
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("“%(name)s” was added.") % {"name": made.name})
            return redirect(made)
    context = {"form": form, "account": account}
    return render(request, "customers/opportunity_form.html", context, status=422 if form.is_bound else 200)


def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change an opportunity."""
    opportunity = _one(request, pk)
    posted = request.method == "POST"
    form = forms.OpportunityForm(request.POST) if posted else forms.OpportunityForm.of(opportunity)
    if form.is_bound and form.is_valid():
        try:
            services.edit_opportunity(opportunity=opportunity, by=request.actor, at=timezone.now(), **form.details())
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("Saved."))
            return redirect(opportunity)
    context = {"form": form, "account": opportunity.account, "opportunity": opportunity}
    return render(request, "customers/opportunity_form.html", context, status=422 if form.is_bound else 200)


def _one(request: Request, pk: UUID) -> Opportunity:
    rows = policies.visible_opportunities(request.actor).select_related("account", "partner")
    return get_object_or_404(rows.prefetch_related("product_lines"), pk=pk)


def _rights(request: Request) -> dict[str, bool]:
    actor = request.actor
    return {"may_edit": actor.may(policies.EDIT), "may_import": actor.may(policies.IMPORT)}
