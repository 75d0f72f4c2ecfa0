"""Runs and their traces; trying an automation on one partner; rehearsals over past events."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.automation import forms, policies, rehearsing, services, words
from openprm.automation.alerts import WHY
from openprm.automation.chains import Stop
from openprm.automation.definition import walk
from openprm.automation.models import Automation, Rehearsal, RehearsedRun, Run
from openprm.automation.views import shared
from openprm.automation.views.lists import may_manage
from openprm.kernel import actions
from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Preset, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import policies as partners

RUNS = Table(
    id="runs",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", link=True),
        Column("automation", gettext_lazy("Automation"), cell="automation.name", from_width="tablet"),
        Column("state", gettext_lazy("Status"), cell="automation/_run_state.html", csv="get_state_display"),
        Column("began", gettext_lazy("Began"), cell="created_at", sort="created_at"),
        Column(
            "error",
            gettext_lazy("What went wrong"),
            cell="automation/_run_error.html",
            csv="error",
            from_width="desktop",
        ),
    ],
    filters=[
        Filter("state", gettext_lazy("Status"), choices=Run.State.choices, multiple=True),
        Filter(
            "automation",
            gettext_lazy("Automation"),
            choices=lambda request: [
                (str(pk), name) for pk, name in policies.visible_to(request.actor).values_list("pk", "name")[:200]
            ],
        ),
        DateRange("began", gettext_lazy("Began"), field="created_at"),
    ],
    search=["partner__name__icontains"],
    default_sort="-began",
    presets=[
        Preset(gettext_lazy("Failed"), {"state": "failed"}),
        Preset(gettext_lazy("Waiting"), {"state": "waiting"}),
    ],
    row_url=lambda row: reverse("console:automation_run", args=[row.pk]),
    empty=Empty(
        "timeline",
        gettext_lazy("No runs yet"),
        gettext_lazy("Each time an automation begins for a partner, what it did and why stands here."),
    ),
    live="automation",
    export_name="automation-runs",
    caption=gettext_lazy("Runs"),
)
REHEARSED = Table(
    id="rehearsed",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name"),
        Column("event", gettext_lazy("Because of what happened"), cell="event_at", sort="event_at"),
        Column(
            "lines",
            gettext_lazy("What would have happened"),
            cell="automation/_lines.html",
            csv=lambda row: "; ".join(line["said"] for line in row.lines),
        ),
    ],
    search=["partner__name__icontains"],
    default_sort="-event",
    empty=Empty(
        "filter-off",
        gettext_lazy("Nobody so far"),
        gettext_lazy("The condition held for no partner in this time."),
    ),
    export_name="rehearsal",
    caption=gettext_lazy("What would have happened"),
)


@page(policies.VIEW, side="console")
def runs(request: Request) -> HttpResponse:
    """List the runs; those whose condition was not met only when asked for."""
    rows = policies.runs_visible_to(request.actor)
    if "state" not in request.GET:
        rows = rows.exclude(state=Run.State.NOT_MET)
    return RUNS.response(request, rows, "automation/runs.html", {})


@page(policies.VIEW, side="console")
def run(request: Request, pk: UUID) -> HttpResponse:
    """Show what a run did, step by step, with the values that decided."""
    row: Run = get_object_or_404(policies.runs_visible_to(request.actor).select_related("event"), pk=pk)
    done = {step.key: step for step in row.steps.all()}
    definition = row.definition
    event = str(definition["trigger"].get("event", ""))
    steps = [
        {
            "number": number,
            "said": words.step(step, event),
            "icon": _icon(step),
            "done": done.get(step["key"]),
            "next": row.cursor == step["key"],
            "deep": number.count("."),
        }
        for number, step in walk(definition["steps"])
    ]
    names = dict(Automation.objects.filter(pk__in=row.chain).values_list("pk", "name"))
    context = {
        "run": row,
        "status": shared.run_status(row),
        "condition": words.condition(definition["condition"], event),
        "trace": row.condition or [],
        "steps": steps,
        "why_stopped": WHY[Stop(row.stopped_because)] if row.stopped_because else "",
        "chain": [names.get(UUID(one), one) for one in row.chain],
        "may_manage": may_manage(request),
        "event_label": words.event_label(row.event.name) if row.event else "",
    }
    return render(request, "automation/run.html", context)


@page(policies.MANAGE, side="console", methods=("POST",))
def run_act(request: Request, pk: UUID) -> HttpResponse:
    """Try a failed run again from where it failed, or end one."""
    row: Run = get_object_or_404(policies.runs_visible_to(request.actor), pk=pk)
    given: dict[str, Any] = {"run": row, "by": request.actor, "at": timezone.now()}
    match request.POST.get("do"):
        case "retry":
            services.retry(**given)
            toast(request, _("It goes on from the step that failed."))
        case "cancel":
            services.cancel(**given)
            toast(request, _("The run is cancelled."), tone="info")
        case _:
            raise Invalid(_("Say what to do with the run."))
    return redirect(row)


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def attempt(request: Request, pk: UUID) -> HttpResponse:
    """Show what would happen for one partner; post to really run it for that one."""
    row = shared.one(request, pk)
    chosen = request.POST.get("partner") or request.GET.get("partner", "")
    form = forms.Trying(request.actor, {"partner": chosen} if chosen else None)
    context: dict[str, Any] = {"automation": row, "form": form}
    if chosen and form.is_valid():
        partner = get_object_or_404(partners.visible_to(request.actor), pk=form.cleaned_data["partner"].pk)
        if request.method == "POST":
            made = services.run_now(automation=row, partner=partner, by=request.actor, at=timezone.now())
            toast(request, _("It runs for %(partner)s now.") % {"partner": partner.name})
            return redirect(made)
        try:
            with as_system():
                context["foreseen"] = rehearsing.foresee(row, partner, at=timezone.now())
        except Problem as problem:
            context["problem"] = problem
        context["partner"] = partner
    return render(request, "automation/try.html", context)


@page(policies.MANAGE, side="console", methods=("POST",))
def rehearse(request: Request, pk: UUID) -> HttpResponse:
    """Begin a rehearsal over past events."""
    row = shared.one(request, pk)
    form = forms.Looking(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 90
    made = services.rehearse(automation=row, days=days, by=request.actor, at=timezone.now())
    return redirect(made)


@page(policies.VIEW, side="console")
def rehearsal(request: Request, pk: UUID) -> HttpResponse:
    """Show what an automation would have done."""
    row: Rehearsal = get_object_or_404(policies.rehearsals_visible_to(request.actor), pk=pk)
    counted = []
    for key, number in sorted(row.actions.items(), key=lambda item: -item[1]):
        try:
            label, icon = str(actions.action(key).label), actions.action(key).icon
        except KeyError:
            label, icon = key, "bolt"
        counted.append({"label": label, "icon": icon, "number": number})
    visible = partners.visible_to(request.actor)
    rows = RehearsedRun.objects.filter(rehearsal=row, partner__in=visible).select_related("partner")
    context = {
        "rehearsal": row,
        "counted": counted,
        "sentence": words.sentence(row.definition),
        "is_event": row.definition["trigger"]["kind"] == "event",
    }
    return REHEARSED.response(request, rows, "automation/rehearsal.html", context)


def _icon(step: dict[str, Any]) -> str:
    if step["kind"] != "action":
        return {"wait": "hourglass", "branch": "git-branch"}[step["kind"]]
    try:
        return actions.action(step["action"]).icon
    except KeyError:
        return "alert-triangle"
