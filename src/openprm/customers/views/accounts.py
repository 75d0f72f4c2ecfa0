"""The list of accounts, and the page of one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers import forms, policies, queries, registrations, rules, services
from openprm.customers.models import Account, Merge, NameSource
from openprm.customers.views.timeline import happenings
from openprm.kernel import panels
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import countries
from openprm.kernel.ui.table import Column, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status

SHOWN_OPPORTUNITIES = 20
SHOWN_DECISIONS = 50

NAME_KINDS = {
    "aliases": gettext_lazy("Trading or other name"),
    "former_names": gettext_lazy("Former name"),
    "acronyms": gettext_lazy("Acronym"),
    "foreign_names": gettext_lazy("In another language"),
}

accounts = Table(
    id="accounts",
    columns=[
        Column("name", gettext_lazy("Account"), sort="name", link=True),
        Column("domain", gettext_lazy("Domain"), from_width="tablet"),
        Column("country", gettext_lazy("Country"), cell=lambda row: countries.name(row.country), csv="country"),
        Column("kind", gettext_lazy("Kind"), cell="customers/_account_kind.html", csv=lambda row: _kind(row)),
        Column("owner_name", gettext_lazy("Owner"), from_width="tablet"),
        Column("updated_at", gettext_lazy("Changed"), sort="updated_at", from_width="desktop"),
        Column("external_id", gettext_lazy("External id"), from_width="desktop"),
    ],
    filters=[
        Filter("country", gettext_lazy("Country"), choices=lambda _request: countries.choices()),
        Filter("origin", gettext_lazy("From"), choices=Account.Origin.choices),
        Toggle("customer", gettext_lazy("Customers"), apply=lambda rows: rows.filter(is_customer=True)),
        Toggle("named", gettext_lazy("Named accounts")),
    ],
    search=queries.search_accounts,
    search_hint=gettext_lazy("Name, domain or external id"),
    default_sort="name",
    presets=[
        Preset(gettext_lazy("Customers"), {"customer": "1"}),
        Preset(gettext_lazy("Named accounts"), {"named": "1"}),
        Preset(gettext_lazy("From deal registrations"), {"origin": "registration", "sort": "-updated_at"}),
    ],
    row_url=lambda row: reverse("console:account", args=[row.pk]),
    empty=Empty(
        "building",
        gettext_lazy("No accounts yet"),
        gettext_lazy("The companies you sell to. They tell partners at once whether a customer is free."),
        gettext_lazy("Import accounts"),
        "console:import_upload",
        policies.IMPORT,
    ),
    live="account",
    export_name="accounts",
    caption=gettext_lazy("Accounts"),
)


def listing(request: Request) -> HttpResponse:
    """List accounts; quick however many there are."""
    rows = policies.visible_accounts(request.actor)
    return accounts.response(request, rows, "customers/accounts.html", _rights(request))


def one(request: Request, pk: UUID) -> HttpResponse:
    """Show who an account is, what is being sold there, and what other features know of it."""
    account = policies.visible_accounts(request.actor).filter(pk=pk).first()
    if account is None:
        return _where_it_went(request, pk)
    opportunities = account.opportunities.order_by("-is_open", "-close_date").prefetch_related("product_lines")
    context = {
        "account": account,
        "opportunities": opportunities[:SHOWN_OPPORTUNITIES],
        "panels": panels.drawn("console:account", request, account),
        "lookalikes": queries.lookalikes(account),
        "names": _names(account),
        "numbers": [registrations.split(number) for number in account.registration_ids],
        "relatives": queries.relatives(account),
        "decisions": queries.decisions_about(account)[:SHOWN_DECISIONS],
        "merges": _merges(account),
        "happenings": happenings(account, rules.ACCOUNT_FIELDS),
        "status": _status(account),
        **_rights(request),
    }
    return render(request, "customers/account.html", context)


def create(request: Request) -> HttpResponse:
    """Add an account by hand."""
    form = forms.AccountForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            account = services.create_account(by=request.actor, at=timezone.now(), **form.details())
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("“%(name)s” was added.") % {"name": account.name})
            return redirect(account)
    return render(request, "customers/account_form.html", {"form": form}, status=422 if form.is_bound else 200)


def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change an account."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    form = forms.AccountForm(request.POST) if request.method == "POST" else forms.AccountForm.of(account)
    if form.is_bound and form.is_valid():
        try:
            services.edit_account(account=account, by=request.actor, at=timezone.now(), **form.details(account))
        except Problem as problem:
            form.refuse(problem)
        else:
            toast(request, _("Saved."))
            return redirect(account)
    context = {"form": form, "account": account}
    return render(request, "customers/account_form.html", context, status=422 if form.is_bound else 200)


def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove an account that nothing else speaks of."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    services.remove_account(account=account, by=request.actor, at=timezone.now())
    toast(request, _("“%(name)s” was removed.") % {"name": account.name})
    return redirect("console:accounts")


def _rights(request: Request) -> dict[str, bool]:
    actor = request.actor
    return {
        "may_edit": actor.may(policies.EDIT),
        "may_import": actor.may(policies.IMPORT),
        "may_decide": actor.may(policies.DECIDE) and not actor.read_only,
        "may_merge": actor.may(policies.MERGE) and not actor.read_only,
    }


def _where_it_went(request: Request, pk: UUID) -> HttpResponse:
    """Lead from an account that was merged to the one that stayed."""
    stayed = get_object_or_404(policies.visible_accounts(request.actor), pk=services.stayed(pk))
    return redirect(stayed, permanent=False)  # it may be taken back


def _merges(account: Account) -> list[Merge]:
    """Return what was merged into an account, each saying whether it can be taken back."""
    rows = list(queries.merges_into(account)[:SHOWN_DECISIONS])
    for row in rows:
        row.undoable = services.may_undo(row, timezone.now())  # type: ignore[attr-defined]
    return rows


def _names(account: Account) -> list[tuple[str, Any, Any]]:
    """Return every other name with its kind, and where it came from."""
    sources = dict(NameSource.choices)
    return [
        (name, kind, sources.get(account.name_sources.get(name, account.origin), ""))
        for field, kind in NAME_KINDS.items()
        for name in getattr(account, field)
    ]


def _kind(account: Account) -> str:
    words = [(account.is_customer, _("Customer")), (account.named, _("Named"))]
    return ", ".join(word for holds, word in words if holds) or _("Prospect")


def _status(account: Account) -> Status:
    if account.is_customer:
        return Status(_("Customer"), "clear", "check")
    return Status(_("Prospect"), "neutral", "circle-dashed")
