"""A registration for the one who decides: both sides of every conflict, and one click for the decision."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers.policies import DECIDE, visible_accounts
from openprm.deals import forms, policies, queries, services, standing
from openprm.deals.lifecycle import Side, State, moves_from
from openprm.deals.models import DealRegistration
from openprm.deals.views.common import Act, again, find, lines_of, refused, told, wants
from openprm.kernel import panels, settings_store
from openprm.kernel.errors import Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

POST = ("POST",)


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show a registration, or its parts alone when something changed."""
    return _page(request, find(request, pk))


@page(policies.APPROVE, side="console", methods=POST)
def approve(request: Request, pk: UUID) -> HttpResponse:
    """Grant the deal."""
    done = _("%(customer)s is approved and protected.")
    return _do(request, pk, lambda deal: services.approve(deal=deal, by=request.actor, at=timezone.now()), done=done)


@page(policies.APPROVE, side="console", methods=POST)
def start_review(request: Request, pk: UUID) -> HttpResponse:
    """Say that somebody is looking at it."""
    done = _("The partner sees that you are reviewing %(customer)s.")
    return _do(
        request, pk, lambda deal: services.start_review(deal=deal, by=request.actor, at=timezone.now()), done=done
    )


@page(policies.APPROVE, side="console", methods=POST)
def reject(request: Request, pk: UUID) -> HttpResponse:
    """Turn the deal down with a reason."""
    why, done = _reason(request), _("%(customer)s is rejected. The partner reads your reason.")
    return _do(
        request, pk, lambda deal: services.reject(deal=deal, by=request.actor, at=timezone.now(), **why), done=done
    )


@page(policies.APPROVE, side="console", methods=POST)
def mark_duplicate(request: Request, pk: UUID) -> HttpResponse:
    """Close the deal because the same claim stands already."""
    why, done = _reason(request), _("%(customer)s is closed as a duplicate.")
    return _do(
        request,
        pk,
        lambda deal: services.mark_duplicate(deal=deal, by=request.actor, at=timezone.now(), **why),
        done=done,
    )


@page(policies.APPROVE, side="console", methods=POST)
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Give the deal back with a question."""
    fields, text = request.POST.getlist("fields_asked"), request.POST.get("text", "")
    done = _("The partner is asked about %(customer)s.")

    def act(deal: DealRegistration) -> None:
        services.ask(deal=deal, fields=fields, text=text, by=request.actor, at=timezone.now())

    return _do(request, pk, act, done=done)


@page(policies.APPROVE, side="console", methods=POST)
def win(request: Request, pk: UUID) -> HttpResponse:
    """Record that the customer ordered."""
    form = forms.Winning(request.POST)

    def act(deal: DealRegistration) -> None:
        if not form.is_valid():
            raise Invalid(_("Give what the order came to, as a number."), fields={"value": form.errors["value"][0]})
        services.win(deal=deal, value=form.cleaned_data["value"], by=request.actor, at=timezone.now())

    return _do(request, pk, act, done=_("%(customer)s is won."))


@page(policies.APPROVE, side="console", methods=POST)
def lose(request: Request, pk: UUID) -> HttpResponse:
    """Record that the customer did not order."""
    why, done = _reason(request), _("%(customer)s is closed as lost.")
    return _do(
        request, pk, lambda deal: services.lose(deal=deal, by=request.actor, at=timezone.now(), **why), done=done
    )


@page(policies.APPROVE, side="console", methods=POST)
def company(request: Request, pk: UUID) -> HttpResponse:
    """Say whether the customer is the company of an account."""
    other = request.POST.get("other", "")
    given = {"verdict": request.POST.get("verdict", ""), "why": request.POST.get("why", "")}

    def act(deal: DealRegistration) -> None:
        account = visible_accounts(request.actor).filter(pk=other).first() if is_uuid(other) else None
        if account is None:
            raise Invalid(_("This account is not there any more."))
        services.decide_company(deal=deal, account=account, by=request.actor, at=timezone.now(), **given)

    return _do(request, pk, act, done=_("Decided. It counts for %(customer)s from now on."))


@page(policies.VIEW, side="console", methods=POST)
def comment(request: Request, pk: UUID) -> HttpResponse:
    """Say something that the partner reads, too."""
    text = request.POST.get("text", "")
    return _do(request, pk, lambda deal: services.comment(deal=deal, text=text, by=request.actor, at=timezone.now()))


@page(policies.NOTE, side="console", methods=POST)
def note(request: Request, pk: UUID) -> HttpResponse:
    """Write something for the vendor's own people."""
    text = request.POST.get("text", "")
    return _do(request, pk, lambda deal: services.add_note(deal=deal, text=text, by=request.actor, at=timezone.now()))


def is_uuid(text: str) -> bool:
    """Say whether a text is an id."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _reason(request: Request) -> dict[str, str]:
    return {"code": request.POST.get("code", ""), "text": request.POST.get("text", "")}


def _do(request: Request, pk: UUID, act: Act, *, done: str = "") -> HttpResponse:
    """Do something with a deal and show it; a refusal stands above the fresh content."""
    deal = find(request, pk)
    try:
        act(deal)
    except (Refusal, Invalid, Stale) as problem:
        return again(problem, lambda wrong: _page(request, find(request, pk), wrong))
    if wants(request, "deal"):
        return _page(request, find(request, pk))
    if done:
        toast(request, done % {"customer": deal.customer_name})
    return redirect(deal.console_url)


def _page(request: Request, deal: DealRegistration, problem: Problem | None = None) -> HttpResponse:
    template = "deals/console/_deal.html" if wants(request, "deal") else "deals/console/deal.html"
    return render(request, template, _context(request, deal, problem))


def _context(request: Request, deal: DealRegistration, problem: Problem | None) -> dict[str, Any]:
    may = policies.may_decide(request.actor, deal)
    verbs = {move.verb for move in moves_from(State(deal.state), Side.VENDOR)} if may else set()
    sides = queries.conflict_sides(deal) if may else []
    may_note = request.actor.may(policies.NOTE)
    failed = str(request.resolver_match.url_name) if problem and request.resolver_match else ""
    typed = {failed: request.POST.get("text", "")} if failed else {}
    return {
        "deal": deal,
        "lines": lines_of(deal),
        "status": standing.in_console(deal),
        "verdict": standing.verdict(deal.verdict),
        "late": standing.is_late(deal, now=timezone.now()),
        "verbs": verbs,
        "may_decide": may,
        "may_settle": may and request.actor.may(DECIDE),
        "sides": sides,
        "against": any(side.stands_against for side in sides),
        "summary": queries.partner_summary(deal),
        "protection_days": settings_store.get("deals.protection_days") if deal.protected_until else 0,
        "timeline": queries.timeline(deal, shared_only=False),
        "talk": queries.talk(deal),
        "panels": panels.drawn("console:deal", request, deal),
        "aside": panels.drawn("console:deal", request, deal, aside=True),
        "may_talk": not request.actor.read_only,
        "comment_url": reverse("console:deal_comment", args=[deal.pk]),
        "typed_comment": typed.get("deal_comment", ""),
        "notes": list(deal.internal_notes.order_by("created_at", "pk")[:200]) if may_note else [],
        "may_note": may_note,
        "rejecting": forms.Closing("reject", refused(request, problem, "deal_reject")),
        "duplicating": forms.Closing("mark_duplicate", refused(request, problem, "deal_duplicate")),
        "losing": forms.Closing("lose", refused(request, problem, "deal_lose")),
        "asking": forms.Asking(refused(request, problem, "deal_ask"), auto_id="id_ask_%s"),
        "winning": refused(request, problem, "deal_win"),
        "problem": told(problem) if problem else "",
        "typed": typed,
    }
