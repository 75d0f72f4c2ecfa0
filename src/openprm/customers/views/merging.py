"""Merging an account with another one: choose, see what would happen, do it; and take it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import policies, queries, rules, services
from openprm.customers.models import Account, Merge
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast

SHOWN = ("aliases", "former_names", "acronyms", "foreign_names", "further_domains", "registration_ids")


def merge(request: Request, pk: UUID) -> HttpResponse:
    """Show what merging this account with another one would do, and do it."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("other", "").strip()
    context: dict[str, Any] = {"account": account, "asked": text, "lookalikes": []}
    other = _other(account, text, context) if text else None
    if other is None:
        context["lookalikes"] = [] if text else _suggested(account)
        return render(request, "customers/merge.html", context, status=422 if text else 200)
    goes, stays = _sides(account, other, asked.get("stays", ""))
    if request.method == "POST":
        try:
            why = request.POST.get("why", "")
            row = services.merge_accounts(account=goes, into=stays, why=why, by=request.actor, at=timezone.now())
        except Problem as problem:
            context["refused"] = str(problem)
        else:
            said = _("“%(one)s” went into “%(other)s”.") % {"one": goes.name, "other": stays.name}
            toast(request, said, undo=reverse("console:account_unmerge", args=[stays.pk, row.pk]))
            return redirect(stays)
    found = services.preview_merge(account=goes, into=stays, by=request.actor, at=timezone.now())
    context |= {
        "other": other,
        "goes": goes,
        "stays": stays,
        "preview": found,
        "changes": _said(found.changes),
        "refused": context.get("refused", found.refusal),
        "days": services.UNDO_FOR.days,
    }
    return render(request, "customers/merge.html", context, status=409 if request.method == "POST" else 200)


def unmerge(request: Request, pk: UUID, merge: UUID) -> HttpResponse:
    """Take a merge back."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    row = get_object_or_404(Merge, pk=merge, into=account)
    again = services.undo_merge(merge=row, by=request.actor, at=timezone.now())
    toast(request, _("“%(name)s” is an account of its own again.") % {"name": again.name})
    return redirect(again)


def _other(account: Account, text: str, context: dict[str, Any]) -> Account | None:
    """Return the account that the text names by our id, external id, name or domain; say what is wrong otherwise."""
    try:
        found = _by_id(text) or queries.one_account(text)
    except Problem as problem:
        context["problem"] = str(problem)
        return None
    if found == account:
        context["problem"] = _("This is the same account. Choose another one.")
        return None
    return found


def _by_id(text: str) -> Account | None:
    try:
        return Account.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _sides(account: Account, other: Account, wanted: str) -> tuple[Account, Account]:
    """Return which goes and which stays: as chosen, else the one that the CRM knows, that buys, or that is older."""
    if wanted in (str(account.pk), str(other.pk)):
        return (other, account) if wanted == str(account.pk) else (account, other)
    stays = min(account, other, key=lambda one: (one.external_id is None, not one.is_customer, one.created_at, one.pk))
    return (other, account) if stays == account else (account, other)


def _suggested(account: Account) -> list[Account]:
    same = queries.relatives(account).same
    return [*same, *(one.account for one in queries.lookalikes(account) if one.account not in same)][:6]


def _said(changes: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return what the account that stays gets, in words: of lists what is added, of others the new value."""
    rows = []
    for name, (before, after) in changes.items():
        rule = rules.ACCOUNT_FIELDS.get(name)
        if rule is None:
            continue
        added = [one for one in after if one not in (before or [])] if name in SHOWN else [after]
        words = [_("Yes") if one is True else str(one) for one in added if one not in ("", None)]
        if words:
            rows.append({"label": rule.label, "values": words})
    return rows
