"""What is done on a deal's own page: logging, asking, deciding."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals import policies as deals
from openprm.deals import services as protection
from openprm.deals.models import DealRegistration
from openprm.extensions import addresses, forms, policies, queries, services
from openprm.extensions.models import ExtensionRequest
from openprm.extensions.views.common import back_to
from openprm.kernel import settings_store, web
from openprm.kernel.errors import Forbidden, Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import times
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

READ_WRITE, POST = ("GET", "POST"), ("POST",)


@page(policies.LOG, side="portal", methods=READ_WRITE)
def portal_log(request: Request, pk: UUID) -> HttpResponse:
    """Log an activity, as the partner."""
    return _log(request, _deal(request, pk), lambda deal: str(deal.get_absolute_url()), "layouts/portal.html")


@page(policies.LOG, side="console", methods=READ_WRITE)
def console_log(request: Request, pk: UUID) -> HttpResponse:
    """Log an activity, as the vendor."""
    return _log(request, _deal(request, pk), lambda deal: deal.console_url, "layouts/console.html")


@page(policies.ASK, side="portal", methods=READ_WRITE)
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Show what can be asked for; ask for it."""
    deal = _deal(request, pk)
    if not deals.may_change(request.actor, deal):
        raise Forbidden(_("Your role does not include working on this deal."))
    if request.method == "GET":
        unsent = web.unsent(request)
        return _asking(request, deal, forms.Asking(unsent) if unsent else forms.Asking(initial=_wanted(deal)))
    form = forms.Asking(request.POST)
    if form.is_valid():
        try:
            asked = services.ask(deal=deal, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except (Refusal, Stale) as problem:
            return _refused(request, problem, deal.get_absolute_url())
        else:
            text, tone = _became(asked)
            toast(request, text, tone=tone)
            return redirect(deal)
    return _asking(request, deal, form, status=422)


@page(policies.ASK, side="portal", methods=POST)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take a request back."""
    asked = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    try:
        services.withdraw(request=asked, by=request.actor, at=timezone.now())
    except (Refusal, Stale) as problem:
        return _refused(request, problem, asked.deal.get_absolute_url())
    toast(request, _("The request is taken back."), tone="info")
    return redirect(asked.deal)


@page(policies.DECIDE, side="console", methods=POST)
def grant(request: Request, pk: UUID) -> HttpResponse:
    """Grant a request, as asked for or for another number of days."""
    form = forms.Granting(request.POST)
    form.fields["days"].required = False

    def act(asked: ExtensionRequest) -> None:
        if not form.is_valid():
            raise Invalid(_("Give from 1 to 730 days."))
        services.grant(request=asked, by=request.actor, at=timezone.now(), **form.cleaned_data)

    return _decide(request, pk, act, _("%(customer)s is protected for longer."))


@page(policies.DECIDE, side="console", methods=POST)
def decline(request: Request, pk: UUID) -> HttpResponse:
    """Turn a request down with a reason."""
    why = {"code": request.POST.get("code", ""), "text": request.POST.get("text", "")}
    done = _("The extension for %(customer)s is declined. The partner reads your reason.")
    return _decide(
        request, pk, lambda asked: services.decline(request=asked, by=request.actor, at=timezone.now(), **why), done
    )


@page(policies.DECIDE, side="console", methods=POST)
def extend(request: Request, pk: UUID) -> HttpResponse:
    """Extend a deal's protection without anybody having asked."""
    deal, form = _deal(request, pk), forms.Granting(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(_("Give from 1 to 730 days."))
        protection.extend(deal=deal, by=request.actor, at=timezone.now(), **form.cleaned_data)
    except (Refusal, Invalid, Stale) as problem:
        return _refused(request, problem, deal.console_url)
    toast(request, _("%(customer)s is protected for longer.") % {"customer": deal.customer_name})
    return redirect(deal.console_url)


def _decide(request: Request, pk: UUID, act: Callable[[ExtensionRequest], Any], done: str) -> HttpResponse:
    asked = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    target = back_to(request, asked.deal.console_url)
    try:
        act(asked)
    except (Refusal, Invalid, Stale) as problem:
        return _refused(request, problem, target)
    toast(request, done % {"customer": asked.deal.customer_name})
    return redirect(target)


def _refused(request: Request, problem: Problem, target: str) -> HttpResponse:
    toast(request, " ".join([str(problem), *problem.fields.values()]), tone="blocked")
    return redirect(target)


def _deal(request: Request, pk: UUID) -> DealRegistration:
    return get_object_or_404(deals.visible_to(request.actor).select_related("partner"), pk=pk)


def _log(request: Request, deal: DealRegistration, url: Callable[[DealRegistration], str], layout: str) -> HttpResponse:
    if not policies.may_log(request.actor, deal):
        raise Forbidden(_("Your role does not include logging activities on this deal."))
    form = forms.Activity(request.POST, request.FILES) if request.method == "POST" else forms.Activity()
    if form.is_bound and form.is_valid():
        uploads = form.cleaned_data.pop("attachments")
        try:
            services.log(deal=deal, uploads=uploads, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except Refusal as problem:
            return _refused(request, problem, url(deal))
        else:
            toast(request, _("Logged."))
            return redirect(url(deal))
    domain = settings_store.get("extensions.mail_domain")
    context = {
        "deal": deal, "form": form, "back": url(deal), "layout": layout,
        "address": addresses.address_of(deal.reference, domain),
    }  # fmt: skip
    return render(request, "extensions/log.html", context, status=422 if form.is_bound else 200)


def _asking(request: Request, deal: DealRegistration, form: forms.Asking, status: int = 200) -> HttpResponse:
    now = timezone.now()
    offer = services.offer(deal, at=now)
    context = {
        "deal": deal,
        "form": form,
        "offer": offer,
        "needed": max(0, offer.terms.grant_from - offer.judgement.counted) if offer else 0,
        "logged": queries.activities_of(deal)[:5],
    }
    return render(request, "extensions/portal/ask.html", context, status=status)


def _wanted(deal: DealRegistration) -> dict[str, int]:
    offer = services.offer(deal, at=timezone.now())
    return {"days": offer.terms.most_days} if offer else {}


def _became(asked: ExtensionRequest) -> tuple[str, str]:
    """Return what became of a request at once, in words, and their tone."""
    match asked.state:
        case ExtensionRequest.State.GRANTED:
            until = times.exact(asked.end_after) if asked.end_after else ""
            return _("Granted at once. Protected until %(date)s.") % {"date": until}, "clear"
        case ExtensionRequest.State.DECLINED:
            return f"{asked.code_label}. {asked.text}", "blocked"
        case _:
            return _("Your request is with the vendor. You will hear from us."), "clear"
