"""A partner's deal: where it stands, what to do next, what happened, what was said."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals import forms, policies, queries, services, standing, words
from openprm.deals.lifecycle import Side, State, moves_from
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import content_of
from openprm.deals.views.common import Act, again, find, lines_of, refused, told, wants
from openprm.kernel import panels, settings_store, web
from openprm.kernel.errors import Forbidden, Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import countries, money, times
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import queries as partners

POST = ("POST",)


@page(policies.VIEW, side="portal")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show a deal, or its parts alone when something changed."""
    return _page(request, find(request, pk))


@page(policies.VIEW, side="portal", methods=POST)
def comment(request: Request, pk: UUID) -> HttpResponse:
    """Say something that both sides read."""
    text = request.POST.get("text", "")
    return _do(request, pk, lambda deal: services.comment(deal=deal, text=text, by=request.actor, at=timezone.now()))


@page(policies.REGISTER, side="portal", methods=POST)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take the claim back."""
    why = _reason(request)
    done = _("%(customer)s is withdrawn. The customer is free again.")
    return _do(
        request, pk, lambda deal: services.withdraw(deal=deal, by=request.actor, at=timezone.now(), **why), done=done
    )


@page(policies.REGISTER, side="portal", methods=POST)
def lose(request: Request, pk: UUID) -> HttpResponse:
    """Record that the customer did not order."""
    why = _reason(request)
    done = _("%(customer)s is closed as lost.")
    return _do(
        request, pk, lambda deal: services.lose(deal=deal, by=request.actor, at=timezone.now(), **why), done=done
    )


@page(policies.REGISTER, side="portal", methods=POST)
def win(request: Request, pk: UUID) -> HttpResponse:
    """Record that the customer ordered."""
    form = forms.Winning(request.POST)

    def act(deal: DealRegistration) -> None:
        if not form.is_valid():
            raise Invalid(_("Give what the order came to, as a number."), fields={"value": form.errors["value"][0]})
        services.win(deal=deal, value=form.cleaned_data["value"], by=request.actor, at=timezone.now())

    return _do(request, pk, act, done=_("Congratulations! %(customer)s is won."))


@page(policies.REGISTER, side="portal", methods=POST)
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    deal = find(request, pk)
    try:
        services.discard(deal=deal, by=request.actor)
    except (Refusal, Stale) as problem:
        return again(problem, lambda wrong: _page(request, find(request, pk), wrong))
    toast(request, _("The draft is thrown away."), tone="info")
    return redirect("portal:deals")


@page(policies.REGISTER, side="portal", methods=("GET", "POST"))
def answer(request: Request, pk: UUID) -> HttpResponse:
    """Show what was asked with only those fields open; or hand the mended deal in again."""
    deal = find(request, pk)
    if not policies.may_change(request.actor, deal):
        raise Forbidden(_("Your role does not include working on this deal."))
    if deal.state != State.ACTION_REQUIRED:
        return redirect(deal)
    asked = deal.asked_fields
    if request.method == "POST":
        return _answer(request, deal, forms.Answer(request.POST, asked=asked))
    unsent = web.unsent(request)
    initial = forms.filled(deal)
    form = forms.Answer(unsent, asked=asked) if unsent else forms.Answer(initial=initial, asked=asked)
    return _answering(request, deal, form)


def _answer(request: Request, deal: DealRegistration, form: forms.Answer) -> HttpResponse:
    if form.is_valid():
        now, text, before = timezone.now(), form.cleaned_data["text"].strip(), content_of(deal)
        content = form.content(before)
        try:
            if content == before and not text:  # a click too early would spend the review's time
                nothing = _("Answer the question: change a field, or write a word to the vendor.")
                raise Invalid(nothing, fields={"text": nothing})
            services.answer(deal=deal, content=content, by=request.actor, at=now)
            if text:
                services.comment(deal=deal, text=text, by=request.actor, at=now)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except (Refusal, Stale) as problem:
            return again(problem, lambda wrong: _page(request, find(request, deal.pk), wrong))
        else:
            toast(request, _("Thank you. The review of %(customer)s goes on.") % {"customer": deal.customer_name})
            return redirect(deal)
    response = _answering(request, find(request, deal.pk), form)
    response.status_code = 422
    return response


def _answering(request: Request, deal: DealRegistration, form: forms.Answer) -> HttpResponse:
    form.mark_needed()
    closed = [fact for name, fact in _facts(deal) if name not in deal.asked_fields]
    return render(request, "deals/portal/answer.html", {"deal": deal, "form": form, "closed": closed})


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
        toast(request, done % {"customer": deal.customer_name or deal.reference})
    return redirect(deal)


def _page(request: Request, deal: DealRegistration, problem: Problem | None = None) -> HttpResponse:
    template = "deals/portal/_deal.html" if wants(request, "deal") else "deals/portal/deal.html"
    return render(request, template, _context(request, deal, problem))


def _context(request: Request, deal: DealRegistration, problem: Problem | None) -> dict[str, Any]:
    may = policies.may_change(request.actor, deal)
    verbs = {move.verb for move in moves_from(State(deal.state), Side.PARTNER)} if may else set()
    team = partners.team(deal.partner)
    return {
        "deal": deal,
        "status": standing.in_portal(deal),
        "verdict": standing.verdict(deal.verdict),
        "verbs": verbs,
        "facts": [fact for _name, fact in _facts(deal)],
        "asked": [words.FIELDS.get(name, name) for name in deal.asked_fields],
        "protection_days": settings_store.get("deals.protection_days") if deal.protected_until else 0,
        "timeline": queries.timeline(deal, shared_only=True),
        "talk": queries.talk(deal),
        "panels": panels.drawn("portal:deal", request, deal),
        "aside": panels.drawn("portal:deal", request, deal, aside=True),
        "may_talk": _may_talk(request, deal),
        "withdrawing": forms.Closing("withdraw", refused(request, problem, "deal_withdraw")),
        "losing": forms.Closing("lose", refused(request, problem, "deal_lose")),
        "winning": refused(request, problem, "deal_win"),
        "team": team,
        "problem": told(problem) if problem else "",
        "typed_comment": request.POST.get("text", "") if refused(request, problem, "deal_comment") else "",
        "comment_url": reverse("portal:deal_comment", args=[deal.pk]),
    }


def _may_talk(request: Request, deal: DealRegistration) -> bool:
    own = deal.partner_id == request.actor.partner_id
    return own and not request.actor.read_only and deal.state != State.DRAFT


def _facts(deal: DealRegistration) -> list[tuple[str, tuple[Any, Any]]]:
    """Return the fields of the registration as words and value."""
    labels: Callable[[str], Any] = words.FIELDS.__getitem__
    shown = {
        "customer_name": deal.customer_name,
        "website": deal.website,
        "country": countries.name(deal.country) if deal.country else "",
        "product_lines": lines_of(deal),
        "value": money.show(deal.value, deal.currency) if deal.value is not None else "",
        "close_date": times.exact(deal.close_date) if deal.close_date else "",
        "contact": deal.contact,
        "description": deal.description,
    }
    return [(name, (labels(name), value)) for name, value in shown.items()]
