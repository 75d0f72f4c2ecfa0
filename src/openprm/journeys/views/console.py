"""The vendor's pages of what runs: the board, the lists, a journey, a task, and the approvals."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals.views.lists import manager_choices
from openprm.journeys import forms, policies, queries, services, shown
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.lifecycle import State
from openprm.journeys.models import JourneyTemplate
from openprm.journeys.views.common import POST, READ_WRITE, about, back_to, chosen, seen_task, sent, typed
from openprm.kernel.errors import Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

PER_PAGE = 25


@page(policies.VIEW, side="console")
def board(request: Request) -> HttpResponse:
    """Show a template's partners by stage, with the figures above."""
    now = timezone.now()
    visible = policies.visible_to(request.actor)
    templates = list(JourneyTemplate.objects.filter(number__gte=1).exclude(state="archived").order_by("name"))
    known = {template.code: template for template in templates}
    code = chosen(request, known, "template") or _busiest(visible, templates)
    members = dict(manager_choices(request))
    member = chosen(request, members, "member")
    rows = queries.looked_after_by(visible, [UUID(member)]) if member else visible
    only_stuck = request.GET.get("stuck") == "1"
    shown_rows = queries.stuck(rows, now) if only_stuck else rows
    template = known.get(code)
    context = {
        "templates": templates,
        "template": template,
        "columns": queries.board(shown_rows, template, now) if template else [],
        "members": members.items(),
        "filters": {"member": member, "stuck": only_stuck, "template": code},
        "figures": _figures(rows.filter(template=template) if template else rows.none(), now),
        "may_assign": request.actor.may(policies.ASSIGN),
        "may_draw": request.actor.may(policies.TEMPLATES),
    }
    return render(request, "journeys/console/board.html", context)


@page(policies.VIEW, side="console")
def journey(request: Request, pk: UUID) -> HttpResponse:
    """Show a partner's journey with its tasks and what happened."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    groups = queries.groups(row)
    now = timezone.now()
    tasks = [task for group in groups for task in group.tasks]
    context = {
        "journey": row,
        "stages": groups,
        "history": shown.timeline(queries.history(row, tasks)),
        "stuck": row.is_running and row.progressed_at <= queries.idle_since(now),
        "may_assign": policies.may_assign_to(request.actor, row.partner),
        "cancelling": forms.Reason(),
        "today": queries.today(now),
    }
    return render(request, "journeys/console/journey.html", context)


@page(policies.ASSIGN, side="console", methods=POST)
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """End a journey."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    services.cancel(journey=row, text=request.POST.get("text", ""), by=request.actor, at=timezone.now())
    toast(request, _("%(journey)s is cancelled.") % {"journey": row.name}, tone="info")
    return redirect(row.console_url)


@page(policies.VIEW, side="console")
def task(request: Request, pk: UUID) -> HttpResponse:
    """Show a task: what was handed in, and what the vendor does with it."""
    return _task(request, pk)


@page(policies.DECIDE, side="console", methods=READ_WRITE)
def hand_in(request: Request, pk: UUID) -> HttpResponse:
    """Do a task of the vendor's own; who had to sign in meanwhile finds here what they typed."""
    row = seen_task(request, pk)
    if request.method != "POST":
        return _task(request, pk, typed(request, row))
    form = forms.WorkForm(row, row.partner, request.POST)

    def do() -> None:
        upload = request.FILES.get("file")
        if upload is not None:
            services.attach(task=row, upload=upload, by=request.actor, at=timezone.now())
        services.hand_in(task=row, work=form.work(), by=request.actor, at=timezone.now())

    if form.is_valid() and sent(form, do):
        toast(request, _("Done: %s") % row.title)
        return redirect(row.journey.console_url if row.journey else row.console_url)
    return _task(request, pk, form)


@page(policies.DECIDE, side="console", methods=POST)
def draft(request: Request, pk: UUID) -> HttpResponse:
    """Keep what is being typed."""
    row = seen_task(request, pk)
    form = forms.WorkForm(row, row.partner, request.POST)
    services.save_work(task=row, work=form.unfinished(), by=request.actor, at=timezone.now())
    return HttpResponse(status=204)


@page(policies.DECIDE, side="console")
def approvals(request: Request) -> HttpResponse:
    """Show what waits for approval, the longest first, each with what was handed in."""
    shown_page = Paginator(queries.to_approve(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    files = queries.files_of([row.pk for row in shown_page])
    cases = [
        {
            "task": row,
            "answers": shown.answers(row),
            "files": files.get(row.pk, []),
            "form": forms.Reason(auto_id=f"id_{row.pk}_%s"),
        }
        for row in shown_page
    ]
    return render(request, "journeys/console/approvals.html", {"cases": cases, "page": shown_page})


@page(policies.DECIDE, side="console", methods=POST)
def approve(request: Request, pk: UUID) -> HttpResponse:
    """Approve what was handed in."""
    row = seen_task(request, pk)
    services.approve(task=row, by=request.actor, at=timezone.now())
    toast(request, _("Approved: %(task)s, %(partner)s") % {"task": row.title, "partner": row.partner})
    return redirect(back_to(request, row.console_url))


@page(policies.DECIDE, side="console", methods=POST)
def send_back(request: Request, pk: UUID) -> HttpResponse:
    """Ask for more."""
    row = seen_task(request, pk)
    try:
        services.send_back(task=row, text=request.POST.get("text", ""), by=request.actor, at=timezone.now())
    except Invalid as problem:
        raise Invalid(problem.fields["text"], fields=problem.fields) from None
    toast(request, _("Sent back: %(task)s, %(partner)s") % {"task": row.title, "partner": row.partner}, tone="info")
    return redirect(back_to(request, row.console_url))


@page(policies.DECIDE, side="console", methods=POST)
def skip(request: Request, pk: UUID) -> HttpResponse:
    """Leave a task out."""
    row = seen_task(request, pk)
    try:
        services.skip(task=row, text=request.POST.get("text", ""), by=request.actor, at=timezone.now())
    except Invalid as problem:
        raise Invalid(problem.fields["text"], fields=problem.fields) from None
    toast(request, _("Skipped: %s") % row.title, tone="info")
    return redirect(back_to(request, row.console_url))


@page(policies.DECIDE, side="console", methods=POST)
def resume(request: Request, pk: UUID) -> HttpResponse:
    """Take a skipped task up again."""
    row = seen_task(request, pk)
    services.resume(task=row, by=request.actor, at=timezone.now())
    toast(request, _("Taken up again: %s") % row.title)
    return redirect(back_to(request, row.console_url))


def _task(request: Request, pk: UUID, form: forms.WorkForm | None = None) -> HttpResponse:
    row = seen_task(request, pk)
    may_decide = policies.may_decide(request.actor, row)
    ended = row.journey is not None and not row.journey.is_running
    happened = Event.objects.filter(subject_id=row.pk).order_by("-at", "-id")[:30]
    context = {
        **about(request, row, form),
        "may_decide": may_decide and not ended,
        "may_send_back": row.state in (State.WAITING, State.COMPLETED) and not ended,
        "may_skip": not row.is_done and not ended,
        "reason": forms.Reason(),
        "history": shown.timeline(happened),
    }
    return render(request, "journeys/console/task.html", context, status=422 if request.method == "POST" else 200)


def _busiest(visible: Any, templates: list[JourneyTemplate]) -> str:
    """Return the template with most running journeys."""
    running = visible.filter(state=JourneyState.RUNNING).order_by().values_list("code", flat=True)
    codes = list(running[: queries.MOST_MEASURED])
    best = max(templates, key=lambda template: codes.count(template.code), default=None)
    return best.code if best else ""


def _figures(rows: Any, now: Any) -> dict[str, Any]:
    """Return the numbers above the board; each opens its list."""
    return {
        "running": rows.filter(state=JourneyState.RUNNING).count(),
        "stuck": queries.stuck(rows, now).count(),
        "activation": queries.median_days(queries.activated(rows)),
        "first_deal": queries.median_days(queries.with_first_deal(rows)),
    }
