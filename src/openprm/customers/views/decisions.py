"""Deciding about two companies in one click, and taking it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import policies, queries, services
from openprm.customers.models import CompanyDecision
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast

PARENT_OF = "parent_of"


def decide(request: Request, pk: UUID) -> HttpResponse:
    """Decide about this account and another one."""
    accounts = policies.visible_accounts(request.actor)
    account = get_object_or_404(accounts, pk=pk)
    other = get_object_or_404(accounts, pk=_uuid(request.POST.get("other", "")))
    verdict = request.POST.get("verdict", "")
    if verdict == PARENT_OF:  # read from this company's page: the other one belongs to it
        account, other, verdict = other, account, CompanyDecision.Verdict.SUBSIDIARY_OF
    row = services.decide(
        account=account,
        other=other,
        verdict=verdict,
        why=request.POST.get("why", ""),
        by=request.actor,
        at=timezone.now(),
    )
    undo_url = reverse("console:account_decision_undo", args=[pk, row.pk])
    toast(request, said(row), undo=undo_url)
    return redirect("console:account", pk=pk)


def undo(request: Request, pk: UUID, decision: UUID) -> HttpResponse:
    """Take a decision back."""
    account = get_object_or_404(policies.visible_accounts(request.actor), pk=pk)
    row = get_object_or_404(queries.decisions_about(account), pk=decision)
    services.undo_decision(decision=row, by=request.actor, at=timezone.now())
    toast(request, _("The decision is taken back; likeness counts again."))
    return redirect(account)


def said(row: CompanyDecision) -> str:
    """Return a decision as a sentence."""
    names = {"one": row.account.name, "other": row.other.name if row.other else row.name}
    match row.verdict:
        case CompanyDecision.Verdict.SAME:
            return _("“%(one)s” and “%(other)s” are the same company from now on.") % names
        case CompanyDecision.Verdict.DIFFERENT:
            return _("“%(one)s” and “%(other)s” are two companies from now on.") % names
        case _:
            return _("“%(one)s” belongs to “%(other)s” from now on.") % names


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
