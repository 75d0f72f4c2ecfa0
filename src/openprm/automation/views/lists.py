"""The list of automations, and the gallery to begin from."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.automation import forms, gallery, policies, services, words
from openprm.automation.models import Automation, Run
from openprm.automation.views import shared
from openprm.kernel.errors import Missing
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

AUTOMATIONS = Table(
    id="automations",
    columns=[
        Column("name", gettext_lazy("Automation"), cell="automation/_name.html", sort="name", csv="name"),
        Column("state", gettext_lazy("Status"), cell="automation/_state.html", csv="get_state_display"),
        Column("ran", gettext_lazy("Ran in 30 days"), cell="ran", align="end", from_width="tablet"),
        Column("failed", gettext_lazy("Failed"), cell="automation/_failed.html", align="end", csv="failed"),
        Column("updated", gettext_lazy("Changed"), cell="updated_at", sort="updated_at", from_width="desktop"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=Automation.State.choices, multiple=True)],
    search=["name__icontains", "description__icontains", "code__icontains"],
    default_sort="name",
    row_url=lambda row: reverse("console:automation", args=[row.pk]),
    empty=Empty(
        "robot",
        gettext_lazy("No automations yet"),
        gettext_lazy("An automation does what you would do by hand each time: when something happens, then …"),
        gettext_lazy("Choose one to begin with"),
        "console:automation_gallery",
        permission=policies.MANAGE,
    ),
    live="automation",
    export_name="automations",
    caption=gettext_lazy("Automations"),
)


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the automations."""
    month = timezone.now() - timedelta(days=30)
    began = ~Q(runs__state__in=[Run.State.NOT_MET, Run.State.STOPPED])
    rows = policies.visible_to(request.actor).annotate(
        ran=Count("runs", filter=began & Q(runs__created_at__gt=month)),
        failed=Count("runs", filter=Q(runs__state=Run.State.FAILED)),
    )
    if "state" not in request.GET:
        rows = rows.exclude(state=Automation.State.ARCHIVED)
    context = {"may_manage": may_manage(request)}
    return AUTOMATIONS.response(request, rows, "automation/list.html", context)


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def create(request: Request) -> HttpResponse:
    """Make an automation from nothing."""
    form = forms.Names(request.POST or None)
    made: list[Automation] = []

    def make() -> None:
        made.append(services.create(by=request.actor, at=timezone.now(), **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and shared.tried(form, make):
        return redirect(made[0])
    return shared.answer(render(request, "automation/new.html", {"form": form}), request.method == "POST")


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def ready(request: Request) -> HttpResponse:
    """Show ready automations; post one's key to begin with it."""
    if request.method == "POST":
        chosen = gallery.find(request.POST.get("key", ""))
        if chosen is None:
            raise Missing(_("There is no such template."))
        made = gallery.begin(chosen, by=request.actor, at=timezone.now())
        toast(request, _("This is a draft of your own now. Nothing runs before you let it go live."))
        return redirect(made)
    offered: list[dict[str, Any]] = [
        {"ready": one, "sentence": words.sentence(gallery.shown(one))} for one in gallery.offered()
    ]
    return render(request, "automation/gallery.html", {"offered": offered})


def may_manage(request: Request) -> bool:
    """Say whether the actor may change automations."""
    return request.actor.may(policies.MANAGE) and not request.actor.read_only
