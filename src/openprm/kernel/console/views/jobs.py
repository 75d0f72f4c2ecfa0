"""The queue of jobs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.console import running
from openprm.kernel.console.tones import JOB_WORDS
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Preset, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

OPERATE = "kernel.operate"


def _arguments(row: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.args.items())[:120]


table = Table(
    id="jobs",
    columns=[
        Column("task", _("Job"), sort="task_name", cell="task_name"),
        Column("args", _("With"), cell=_arguments, from_width="tablet"),
        Column("state", _("Status"), cell="kernel/console/_job_state.html", csv="status"),
        Column("attempts", _("Attempts"), cell="attempts", align="end"),
        Column("scheduled", _("Not before"), sort="scheduled_at", cell="scheduled_at", from_width="tablet"),
        Column("error", _("Error"), cell="kernel/console/_job_error.html", csv="error"),
        Column("act", _("Actions"), cell="kernel/console/_job_actions.html", csv=False, label_hidden=True, align="end"),
    ],
    filters=[Filter("status", _("Status"), choices=JOB_WORDS.items())],
    presets=[Preset(_("Failed"), {"status": "failed"}), Preset(_("Running"), {"status": "doing"})],
    search=["task_name__icontains"],
    default_sort="-pk",
    empty=Empty("stack-2", _("No jobs"), _("Work that is done later waits here. There is none at the moment.")),
    export_name="jobs",
    caption=_("Jobs"),
)


@page(OPERATE, side="console")
def listing(request: Request) -> HttpResponse:
    """List what waits, runs and failed."""
    return table.response(request, running.jobs(), "kernel/console/jobs.html", {"counts": running.counts()})


@page(OPERATE, side="console", methods=("POST",))
def retry(request: Request, pk: int) -> HttpResponse:
    """Have a failed job done again."""
    running.retry(pk, at=timezone.now())
    toast(request, _("It is tried again."))
    return redirect("console:jobs")


@page(OPERATE, side="console", methods=("POST",))
def cancel(request: Request, pk: int) -> HttpResponse:
    """Take a waiting job out of the queue."""
    running.cancel(pk)
    toast(request, _("It was cancelled."))
    return redirect("console:jobs")
