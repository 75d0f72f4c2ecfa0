"""Registering a deal: the form that saves itself, and the verdict while typing."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.checks import services as checks
from openprm.deals import forms, policies, services, words
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Level, Verdict
from openprm.deals.services.content import Content, content_of
from openprm.deals.standing import LEVEL_TONES
from openprm.kernel import web
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.http import Request
from openprm.kernel.ids import uuid7
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners.models import Partner
from openprm.pricing import policies as prices
from openprm.pricing import told as pricing


@page(policies.REGISTER, side="portal", methods=("GET", "POST"))
def register(request: Request) -> HttpResponse:
    """Show the empty form; or submit what was filled in."""
    if request.method == "POST":
        return _submit(request, None)
    unsent = web.unsent(request)
    form = forms.Registration(unsent) if unsent else forms.Registration(initial=_beginning(request))
    return _form(request, form, None)


@page(policies.REGISTER, side="portal", methods=("GET", "POST"))
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Show a draft's form; or submit it."""
    deal = draft(request, pk)
    if deal is None:
        raise Missing(_("There is no such deal, or it is not yours."))
    if request.method == "POST":
        return _submit(request, deal)
    if deal.state != State.DRAFT:
        return redirect(deal)
    unsent = web.unsent(request)
    form = forms.Registration(unsent) if unsent else forms.Registration(initial=_trimmed(forms.filled(deal)))
    return _form(request, form, deal)


@page(policies.REGISTER, side="portal", methods=("POST",))
def save(request: Request) -> HttpResponse:
    """Keep what was typed so far. The first time, the page learns the draft's own address."""
    form = forms.Registration(request.POST)
    form.is_valid()
    key = form.cleaned_data.get("key")
    if key is None:
        raise Invalid(_("This form has no key. Open it again."), fields={"key": _("Open the form again.")})
    deal = draft(request, key)
    if deal is not None and deal.state != State.DRAFT:  # it was submitted while this was on its way
        return HttpResponse(status=204)
    deal = store(request, form, deal)
    response = HttpResponse(status=204)
    response["HX-Replace-Url"] = response["X-Form-Action"] = reverse("portal:deal_edit", args=[deal.pk])
    return response


@page(policies.REGISTER, side="portal", methods=("POST",))
def verdict(request: Request) -> HttpResponse:
    """Say what stands against the registration as it is typed right now."""
    form = forms.Registration(request.POST)
    form.is_valid()
    key = form.cleaned_data.get("key")
    deal = policies.visible_to(request.actor, policies.REGISTER).filter(pk=key).first() if key else None
    return render(request, "deals/portal/_verdict.html", checked(request, form.content(), deal, key))


@page(policies.REGISTER, side="portal", methods=("POST",))
def margin(request: Request) -> HttpResponse:
    """Say what the partner earns on the registration as it is typed right now."""
    form = forms.Registration(request.POST)
    form.is_valid()
    return render(request, "pricing/form_panel.html", {"margin": earned(request, form.content())})


def earned(request: Request, content: Content | None) -> pricing.Told | None:
    """Return the margin of what is typed, where the reader may know margins."""
    company = request.actor.company_id
    if content is None or not prices.may_see_margin_of(request.actor, company):
        return None
    lines = sorted(content.product_lines)
    return pricing.told(company, lines, timezone.now(), value=content.value, currency=content.currency)


def checked(
    request: Request, content: Content | None, deal: DealRegistration | None = None, form: UUID | None = None
) -> dict[str, Any]:
    """Return the verdict as the panel shows it, with what is left of today's checks; or that they are used up."""
    at = timezone.now()
    try:
        found = services.check(content=content, by=request.actor, at=at, deal=deal, form=form) if content else None
        told = said(request, found)
    except checks.UsedUp:
        told = {"level": "", "used_up": True}
    return {**told, "budget": checks.left(by=request.actor, at=at)}


def said(request: Request, found: Verdict | None) -> dict[str, Any]:
    """Return a verdict as the panel shows it. References are the partner's own, so they lead to the deals."""
    if found is None:
        return {"level": ""}
    reasons = [words.said(reason, found.rules) for reason in found.reasons]
    references = [reason.reference for reason in reasons if reason.reference]
    own = policies.visible_to(request.actor).filter(reference__in=references) if references else []
    links = {deal.reference: deal.get_absolute_url() for deal in own}
    return {
        "level": found.level.value,
        "tone": LEVEL_TONES[found.level],
        "label": words.LEVELS[found.level],
        "sentence": words.LEVEL_SENTENCES[found.level],
        "reasons": [{"said": reason, "url": links.get(reason.reference, "")} for reason in reasons],
        "blocked": found.level is Level.BLOCKED,
    }


def _submit(request: Request, deal: DealRegistration | None) -> HttpResponse:
    form = forms.Registration(request.POST)
    readable = form.is_valid()
    if deal is None:
        deal = draft(request, form.cleaned_data.get("key"))
    if deal is not None and deal.state != State.DRAFT:  # the form was sent twice: the first time counts
        return redirect(deal)
    deal = store(request, form, deal)
    if readable:
        try:
            services.submit(deal=deal, by=request.actor, at=timezone.now(), evidence=form.cleaned_data["evidence"])
        except (Invalid, services.Blocked) as wrong:
            form.blame(wrong.fields)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _received(request, deal)
    else:
        _also_missing(form, deal)
    deal.refresh_from_db()
    response = _form(request, form, deal, refused=True)
    response.status_code = 422
    return response


def _received(request: Request, deal: DealRegistration) -> HttpResponse:
    name = {"customer": deal.customer_name}
    if deal.state == State.APPROVED:
        toast(request, _("%(customer)s is yours: approved and protected.") % name)
    else:
        toast(request, _("%(customer)s is submitted. We tell you once it is decided.") % name)
    return redirect(deal)


def _also_missing(form: forms.Registration, deal: DealRegistration) -> None:
    """Say all that is missing at once, not only what cannot be read."""
    try:
        services.require_complete(content_of(deal), at=timezone.now())
    except Invalid as wrong:
        form.blame({name: text for name, text in wrong.fields.items() if name not in form.errors})


def draft(request: Request, key: UUID | None) -> DealRegistration | None:
    """Return the draft with this key, locked, so that saving and submitting at the same moment take turns."""
    if key is None:
        return None
    own = policies.visible_to(request.actor, policies.REGISTER).filter(partner_id=request.actor.company_id)
    return own.filter(pk=key).select_for_update(of=("self",)).first()


def store(request: Request, form: forms.Registration, deal: DealRegistration | None) -> DealRegistration:
    """Save the draft. Where the same new form is saved twice at once, the second waits and joins the first."""
    before = content_of(deal) if deal else None
    kept: dict[str, Any] = {"evidence": form.cleaned_data.get("evidence"), "by": request.actor, "at": timezone.now()}
    if deal is not None:
        return services.save_draft(content=form.content(before), deal=deal, **kept)
    key = form.cleaned_data.get("key")
    try:
        with transaction.atomic():
            return services.save_draft(content=form.content(), key=key, **kept)
    except IntegrityError:
        deal = draft(request, key)
        if deal is None:
            raise Missing(_("There is no such deal, or it is not yours.")) from None
        return services.save_draft(content=form.content(content_of(deal)), deal=deal, **kept)


def _form(
    request: Request, form: forms.Registration, deal: DealRegistration | None, *, refused: bool = False
) -> HttpResponse:
    if form.is_bound:
        form.is_valid()
        content = form.content(content_of(deal) if deal else None)
    elif deal is not None:
        content = content_of(deal)
    else:
        content = None
    key = form.cleaned_data.get("key") if form.is_bound else None
    told = checked(request, content, deal, key)
    if refused and told.get("blocked") and "evidence" not in form.errors:  # what else a blocked claim lacks, at once
        form.blame(services.lacking_evidence(form.cleaned_data["evidence"]))
    context = {
        "form": form,
        "deal": deal,
        "verdict": told,
        "margin": earned(request, content),
        "action": reverse("portal:deal_edit", args=[deal.pk]) if deal else reverse("portal:deal_register"),
    }
    form.mark_needed()
    return render(request, "deals/portal/register.html", context)


def _beginning(request: Request) -> dict[str, Any]:
    """Return what a new form begins with: the partner's country, and the currency used last."""
    actor = request.actor
    newest = policies.visible_to(actor).filter(partner_id=actor.company_id).exclude(currency="").order_by("-created_at")
    currency = newest.values_list("currency", flat=True).first() or forms.CURRENCIES[0]
    country = Partner.objects.filter(pk=actor.company_id).values_list("country", flat=True).first() or ""
    return {"key": uuid7(), "country": country, "value": (None, currency)}


def _trimmed(initial: dict[str, Any]) -> dict[str, Any]:
    """Return the amount without cents where it has none, as a person would type it."""
    amount, currency = initial["value"]
    whole = amount is not None and amount == amount.to_integral_value()
    return {**initial, "value": (int(amount) if whole else amount, currency or forms.CURRENCIES[0])}
