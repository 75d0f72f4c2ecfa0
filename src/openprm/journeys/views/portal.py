"""The partner's pages: the checklist, a journey, and each task with its own form."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.journeys import forms, policies, queries, services
from openprm.journeys.lifecycle import DONE
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.models import Task
from openprm.journeys.views.common import POST, READ_WRITE, about, seen_task, sent, typed
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

MOST_DONE = 20


@page(policies.VIEW, side="portal")
def checklist(request: Request) -> HttpResponse:
    """Show what is to be done, due first, and every journey with how far it is."""
    actor = request.actor
    mine = policies.visible_to(actor).filter(partner_id=actor.company_id)
    singles = policies.tasks_visible_to(actor).filter(partner_id=actor.company_id, journey=None)
    context = {
        "todo": list(queries.partners_todo(actor)[:100]),
        "running": list(mine.filter(state=JourneyState.RUNNING).order_by("started_at")),
        "ended": list(mine.exclude(state=JourneyState.RUNNING).order_by("-ended_at")[:MOST_DONE]),
        "with_vendor": list(
            singles.filter(queries.VENDORS_TURN).order_by("state_since")[:MOST_DONE]
        ),
        "done": list(singles.filter(state__in=DONE).order_by("-ended_at")[:MOST_DONE]),
        "today": queries.today(timezone.now()),
    }  # fmt: skip
    return render(request, "journeys/portal/checklist.html", context)


@page(policies.VIEW, side="portal")
def journey(request: Request, pk: UUID) -> HttpResponse:
    """Show one journey: its stages, and who did what."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    context = {"journey": row, "stages": queries.groups(row), "today": queries.today(timezone.now())}
    return render(request, "journeys/portal/journey.html", context)


@page(policies.VIEW, side="portal")
def task(request: Request, pk: UUID) -> HttpResponse:
    """Show a task with its form, or what was handed in."""
    return render(request, "journeys/portal/task.html", about(request, seen_task(request, pk)))


@page(policies.DO, side="portal", methods=READ_WRITE)
def hand_in(request: Request, pk: UUID) -> HttpResponse:
    """Hand a task in; who had to sign in meanwhile finds here what they typed."""
    row = seen_task(request, pk)
    if request.method != "POST":
        return render(request, "journeys/portal/task.html", about(request, row, typed(request, row)))
    form = forms.WorkForm(row, row.partner, request.POST)
    upload = request.FILES.get("file")

    def do() -> None:
        if upload is not None:
            services.attach(task=row, upload=upload, by=request.actor, at=timezone.now())
        services.hand_in(task=row, work=form.work(), by=request.actor, at=timezone.now())

    if form.is_valid() and sent(form, do):
        waits = row.approval
        toast(request, _("Handed in. You are told when it is looked at.") if waits else _("Done. Thank you!"))
        return redirect(row.journey.portal_url if row.journey else "portal:journeys")
    row = seen_task(request, pk)
    return render(request, "journeys/portal/task.html", about(request, row, form), status=422)


@page(policies.DO, side="portal", methods=POST)
def draft(request: Request, pk: UUID) -> HttpResponse:
    """Keep what is being typed."""
    row = seen_task(request, pk)
    form = forms.WorkForm(row, row.partner, request.POST)
    services.save_work(task=row, work=form.unfinished(), by=request.actor, at=timezone.now())
    return HttpResponse(status=204)


@page(policies.DO, side="portal", methods=POST)
def attach(request: Request, pk: UUID) -> HttpResponse:
    """Upload a file to a task."""
    row = seen_task(request, pk)
    upload = forms.Upload(request.POST, request.FILES, auto_id="id_upload_%s")
    file = request.FILES.get("file")

    def do() -> None:
        services.attach(task=row, upload=file, by=request.actor, at=timezone.now())

    if upload.is_valid() and sent(upload, do):
        toast(request, _("%(file)s is uploaded.") % {"file": file.name if file else ""})
        return redirect(row.portal_url)
    context = {**about(request, row), "upload": upload}
    return render(request, "journeys/portal/task.html", context, status=422)


@page(policies.DO, side="portal", methods=POST)
def detach(request: Request, pk: UUID) -> HttpResponse:
    """Take a file away again."""
    row = seen_task(request, pk)
    services.detach(task=row, file_id=_file_id(request), by=request.actor, at=timezone.now())
    toast(request, _("The file is removed."), tone="info")
    return redirect(row.portal_url)


@page(policies.DO, side="portal", methods=POST)
def skip(request: Request, pk: UUID) -> HttpResponse:
    """Leave an optional task out."""
    row: Task = seen_task(request, pk)
    services.skip(task=row, by=request.actor, at=timezone.now())
    toast(request, _("Skipped: %s") % row.title, tone="info")
    return redirect(row.journey.portal_url if row.journey else "portal:journeys")


def _file_id(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("file", ""))
    except ValueError:
        raise Invalid(_("Choose a file.")) from None
