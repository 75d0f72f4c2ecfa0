"""The console's page of one partner, and the forms that change it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.accounts import policies as people
from openprm.accounts.models import Invitation, Person
from openprm.kernel import panels, web
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.partners import forms, lifecycle, policies, queries, services, stories
from openprm.partners.lists import BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner
from openprm.partners.services.checks import require
from openprm.partners.views.sending import send

BOTH = ("GET", "POST")
MOST_PEOPLE = 25
STEPS: dict[str, tuple[Any, str]] = {  # the button's words and icon for each status one can go to
    "prospect": (gettext_lazy("Back to prospect"), "arrow-back-up"),
    "applicant": (gettext_lazy("Note an application"), "clipboard"),
    "active": (gettext_lazy("Activate"), "circle-check"),
    "suspended": (gettext_lazy("Suspend"), "player-pause"),
    "terminated": (gettext_lazy("Terminate"), "ban"),
}


def _invited(row: Partner) -> list[Invitation]:
    """Return the invitations of a partner that can still be accepted."""
    open_ones = row.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return list(open_ones.order_by("-created_at")[:MOST_PEOPLE])


@web.page(policies.VIEW, side="console")
def partner(request: Request, pk: UUID) -> HttpResponse:
    """Show all about one partner."""
    actor = request.actor
    row = get_object_or_404(policies.visible_to(actor), pk=pk)
    may_status = policies.may_change_status(actor, row)
    colleagues = people.visible_to(actor).filter(partner=row).prefetch_related("roles").order_by("name")
    context = {
        "partner": row,
        "status": stories.status(row, detail=True),
        "badge": stories.status(row),
        "lists": described(row),
        "people": list(colleagues[: MOST_PEOPLE + 1]),
        "most_people": MOST_PEOPLE,
        "invited": _invited(row) if people.may_invite_to(actor, row.pk) else [],
        "may_invite": people.may_invite_to(actor, row.pk),
        "team": queries.team(row),
        "distributor": queries.distributor(row),
        "resellers": list(queries.resellers(row, actor)[:50]),
        "external_ids": list(row.external_ids.order_by("system")),
        "history": stories.timeline(queries.timeline(row)),
        "may_change": policies.may_change(actor, row),
        "may_team": policies.may_manage_team(actor, row),
        "may_view_as": policies.may_view_as(actor, row) and row.status not in lifecycle.SHUT_OUT,
        "steps": _steps(row) if may_status else [],
        "panels": panels.drawn("console:partner", request, row),
    }
    return render(request, "partners/partner.html", context)


@web.page(policies.CREATE, side="console", methods=BOTH)
def create(request: Request) -> HttpResponse:
    """Add a partner."""
    form = forms.NewPartner(request.POST or web.unsent(request) or None, initial={"tier": "registered"})
    if row := send(request, form, services.create):
        toast(request, _("%(partner)s is added. Invite its first person next.") % {"partner": row.name})
        return redirect("console:partner", row.pk)
    context = {"form": form, "title": _("Add a partner"), "back": reverse("console:partners")}
    return _drawn(request, "partners/form.html", {**context, "say": _("Add the partner"), "back_label": _("Partners")})


@web.page(policies.CHANGE, side="console", methods=BOTH)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a partner's profile."""
    row = _changeable(request, pk, policies.CHANGE)
    form = forms.Profile.of(row, request.POST or web.unsent(request))
    if send(request, form, services.change_profile, partner=row):
        return _done(request, row, _("The profile of %(partner)s is saved."))
    return _form(request, row, form, _("Edit the profile"))


@web.page(policies.CHANGE_STATUS, side="console", methods=BOTH)
def status(request: Request, pk: UUID, to: str) -> HttpResponse:
    """Move a partner to another status, for a reason."""
    row = _changeable(request, pk, policies.CHANGE_STATUS)
    if to not in lifecycle.next_steps(row.status):
        toast(request, _("%(partner)s is %(status)s by now.") % {"partner": row, "status": row.get_status_display()})
        return redirect("console:partner", row.pk)
    form = forms.Standing(request.POST or None, partner=row, status=to)
    if send(request, form, services.change_status, partner=row, status=to):
        return _done(request, row, _("%(partner)s is %(status)s now."))
    words, _icon = STEPS[to]
    title = _("%(step)s: %(partner)s") % {"step": words, "partner": row}
    shuts_out = to in lifecycle.SHUT_OUT and row.status not in lifecycle.SHUT_OUT
    count = Person.objects.filter(partner=row, is_active=True).count() if shuts_out else 0
    ends = to == lifecycle.Standing.TERMINATED and row.status in (*lifecycle.SHUT_OUT, lifecycle.Standing.ACTIVE)
    more = {"shuts_out": shuts_out, "count": count, "ends": ends}
    return _form(request, row, form, title, say=words, template="partners/status.html", **more)


@web.page(policies.CHANGE, side="console", methods=BOTH)
def parent(request: Request, pk: UUID) -> HttpResponse:
    """Put a partner below a distributor."""
    row = _changeable(request, pk, policies.CHANGE)
    form = forms.Parent(request.POST or None, partner=row)
    if send(request, form, services.set_parent, partner=row):
        return _done(request, row, _("The distributor of %(partner)s is saved."))
    return _form(request, row, form, _("Distributor"))


@web.page(policies.CHANGE, side="console", methods=BOTH)
def external_ids(request: Request, pk: UUID) -> HttpResponse:
    """Note what another system calls a partner."""
    row = _changeable(request, pk, policies.CHANGE)
    form = forms.ExternalId(request.POST or None, initial={"system": request.GET.get("system", "")})
    if send(request, form, services.set_external_id, partner=row):
        return _done(request, row, _("The ids of %(partner)s are saved."))
    return _form(request, row, form, _("Id in another system"))


@web.page(policies.CHANGE, side="console", methods=BOTH)
def logo(request: Request, pk: UUID) -> HttpResponse:
    """Put a picture in the place of the logo."""
    row = _changeable(request, pk, policies.CHANGE)
    return change_logo(request, row, reverse("console:partner", args=[row.pk]))


@web.page(policies.MANAGE_TEAM, side="console", methods=BOTH)
def team(request: Request, pk: UUID) -> HttpResponse:
    """Say who looks after a partner."""
    row = _changeable(request, pk, policies.MANAGE_TEAM)
    form = forms.Member(request.POST or None, initial={"role": request.GET.get("role", "")})
    if send(request, form, services.assign_team, partner=row):
        return _done(request, row, _("The account team of %(partner)s is saved."))
    return _form(request, row, form, _("Account team"), say=_("Assign"))


@web.page(policies.MANAGE_TEAM, side="console", methods=("POST",))
def leave_team(request: Request, pk: UUID, role: str) -> HttpResponse:
    """Leave a role of the account team empty."""
    row = _changeable(request, pk, policies.MANAGE_TEAM)
    if role not in TeamRole.values:
        raise Http404
    services.remove_from_team(partner=row, role=role, by=request.actor, at=timezone.now())
    return _done(request, row, _("The account team of %(partner)s is saved."))


def change_logo(request: Request, row: Partner, back: str) -> HttpResponse:
    """Answer the form of a logo, on either side."""
    form = forms.Logo(request.POST or None, request.FILES or None)
    if send(request, form, services.set_logo, partner=row):
        toast(request, _("The logo is saved."))
        return redirect(back)
    return _drawn(request, "partners/logo.html", {"form": form, "partner": row, "back": back})


def described(partner: Partner) -> dict[str, str]:
    """Return a partner's lists in words."""
    return {
        "region": str(Region(partner.region).label) if partner.region else "",
        "types": _joined(PartnerType, partner.partner_types),
        "models": _joined(BusinessModel, partner.business_models),
        "verticals": _joined(Vertical, partner.verticals),
    }


def _joined(choices: Any, keys: list[str]) -> str:
    return ", ".join(str(choices(key).label) for key in keys)


def _steps(partner: Partner) -> list[dict[str, Any]]:
    return [
        {
            "label": STEPS[to][0],
            "icon": STEPS[to][1],
            "url": reverse("console:partner_status", args=[partner.pk, to]),
            "grave": to in lifecycle.SHUT_OUT,
        }
        for to in lifecycle.next_steps(partner.status)
    ]


def _changeable(request: Request, pk: UUID, verb: str) -> Partner:
    """Return the partner if ``verb`` reaches it; those one only sees refuse in the service."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    require(policies.reached_by(request.actor, verb).filter(pk=pk).exists())
    return row


def _done(request: Request, row: Partner, words: str) -> HttpResponse:
    toast(request, words % {"partner": row.name, "status": row.get_status_display().lower()})
    return redirect("console:partner", row.pk)


def _form(
    request: Request, row: Partner, form: Any, title: str, *, say: Any = "", template: str = "", **more: Any
) -> HttpResponse:
    back = reverse("console:partner", args=[row.pk])
    context = {"form": form, "partner": row, "title": title, "back": back, "say": say or _("Save"), **more}
    return _drawn(request, template or "partners/form.html", context)


def _drawn(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if context["form"].errors else 200)
