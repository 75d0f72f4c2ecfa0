"""Is this company free? Asked before there is a deal: in plain words, or blind."""

from typing import Any
from uuid import UUID

from django import forms as fields
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.checks import services as checks
from openprm.customers.blind import digests, shelf
from openprm.deals import forms, policies, services
from openprm.deals.services import blind
from openprm.deals.views.registering import checked, draft, store
from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid, Missing
from openprm.kernel.http import Request
from openprm.kernel.ids import uuid7
from openprm.kernel.web import page


class BlindForm(fields.Form):
    """What the browser sends of a blind check: digests, never the fields they are made of."""

    key = fields.UUIDField()
    name = fields.CharField(max_length=64)
    beginning = fields.CharField(max_length=64, required=False)
    made_with = fields.CharField(max_length=16, required=False)
    country = fields.CharField(max_length=2, required=False)


@page(policies.REGISTER, side="portal", methods=("GET", "POST"))
def check(request: Request) -> HttpResponse:
    """Show the form; or say what a registration of this company would meet, with what to do next."""
    form = forms.Check(request.POST or None, initial={"key": uuid7()})
    verdict = None
    key = form["key"].value()
    if form.is_bound:
        form.is_valid()
        key = form.cleaned_data.get("key")
        verdict = checked(request, form.content(), form=key)
        if getattr(request, "htmx", False):
            return render(request, "deals/portal/_checked.html", {"verdict": verdict})
    context = {"form": form, "key": key, "verdict": verdict or checked(request, None), "tabs": _tabs("check")}
    return render(request, "deals/portal/check.html", context)


@page(policies.REGISTER, side="portal", methods=("POST",))
def check_register(request: Request) -> HttpResponse:
    """Carry a checked company over into the draft of a registration, under the same key: it is checked already."""
    form = forms.Check(request.POST)
    form.is_valid()
    key: UUID | None = form.cleaned_data.get("key")
    if key is None:
        raise Invalid(_("This form has no key. Open it again."), fields={"key": _("Open the form again.")})
    deal = draft(request, key) or store(request, form, None)
    return redirect("portal:deal_edit", deal.pk)


@page(policies.REGISTER, side="portal", methods=("GET", "POST"))
def check_blind(request: Request) -> HttpResponse:
    """Show the form of the blind check; or answer clear or not clear to digests."""
    if request.method == "POST":
        return _answer_blind(request)
    with as_system():
        blind_key = shelf.key_to_use()
    context = {
        "form": forms.Check(initial={"key": uuid7()}),
        "blind_key": blind_key.hex(),
        "blind_key_name": digests.name_of(blind_key),
        "budget": checks.left(by=request.actor, at=timezone.now()),
        "tabs": _tabs("check_blind"),
    }
    return render(request, "deals/portal/check_blind.html", context)


def _answer_blind(request: Request) -> HttpResponse:
    form, at = BlindForm(request.POST), timezone.now()
    if not form.is_valid():
        raise Missing(_("Nothing was asked. Give the company's name."))
    asked = blind.read(
        name=form.cleaned_data["name"],
        beginning=form.cleaned_data["beginning"],
        made_with=form.cleaned_data["made_with"],
        domains=[text for text in request.POST.getlist("domains") if text][: blind.MOST_DOMAINS + 1],
    )
    lines = forms.Check(request.POST)
    lines.is_valid()
    told: dict[str, Any] = {"asked": True}
    try:
        chosen = lines.content().product_lines
        said = services.check_blind(
            blind=asked,
            product_lines=chosen,
            country=form.cleaned_data["country"],
            by=request.actor,
            at=at,
            form=form.cleaned_data["key"],
        )
        told |= {"clear": said.clear, "left_out": said.left_out}
    except checks.UsedUp:
        told["used_up"] = True
    return render(request, "deals/portal/_blind.html", {**told, "budget": checks.left(by=request.actor, at=at)})


def _tabs(active: str) -> list[dict[str, object]]:
    labels = {"check": _("By name"), "check_blind": _("Without naming it")}
    return [
        {"label": label, "url": reverse(f"portal:{name}"), "active": name == active} for name, label in labels.items()
    ]
