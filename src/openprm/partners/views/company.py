"""The portal's pages about one's own company, and the resellers below a distributor."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from openprm.accounts import policies as people
from openprm.kernel import panels, web
from openprm.kernel.access import Actor
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.partners import forms, policies, queries, services, stories
from openprm.partners.models import Partner
from openprm.partners.views.partner import change_logo, described
from openprm.partners.views.sending import send

BOTH = ("GET", "POST")


@web.page(policies.VIEW, side="portal")
def company(request: Request) -> HttpResponse:
    """Show one's own company: profile, who looks after it, resellers below."""
    actor: Actor = request.actor
    row = _own(actor)
    context = {
        "partner": row,
        "badge": stories.status(row),
        "lists": described(row),
        "team": queries.team(row),
        "distributor": queries.distributor(row),
        "resellers": [(below, stories.status(below)) for below in queries.resellers(row, actor)[:200]],
        "history": stories.timeline(queries.timeline(row, most=10)),
        "may_edit": policies.may_edit_profile(actor, row),
        "panels": panels.drawn("portal:company", request, row),
    }
    return render(request, "partners/company.html", context)


@web.page(policies.EDIT_OWN, side="portal", methods=BOTH)
def edit(request: Request) -> HttpResponse:
    """Keep the profile of one's own company current."""
    row = _own(request.actor)
    form = forms.OwnProfile.of(row, request.POST or web.unsent(request))
    if send(request, form, services.change_profile, partner=row):
        toast(request, _("Your company's profile is saved."))
        return redirect("portal:company")
    back = {"back": reverse("portal:company"), "back_label": _("Our company")}
    context = {"form": form, "title": _("Edit our profile"), "say": _("Save"), **back}
    return render(request, "partners/form.html", context, status=422 if form.errors else 200)


@web.page(policies.EDIT_OWN, side="portal", methods=BOTH)
def logo(request: Request) -> HttpResponse:
    """Put a picture in the place of one's logo."""
    return change_logo(request, _own(request.actor), reverse("portal:company"))


@web.page(policies.VIEW, side="portal")
def reseller(request: Request, pk: UUID) -> HttpResponse:
    """Show a distributor one of the companies below it."""
    actor: Actor = request.actor
    row = get_object_or_404(policies.visible_to(actor).exclude(pk=_own(actor).pk), pk=pk)
    context = {
        "partner": row,
        "badge": stories.status(row),
        "lists": described(row),
        "people": people.visible_to(actor).filter(partner=row, is_active=True).order_by("name")[:50],
        "resellers": [(below, stories.status(below)) for below in queries.resellers(row, actor)[:200]],
    }
    return render(request, "partners/reseller.html", context)


def _own(actor: Actor) -> Partner:
    return get_object_or_404(Partner, pk=actor.partner_id)
