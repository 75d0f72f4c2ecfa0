"""The queue of jobs, for programs."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.console import running
from openprm.kernel.http import Request

OPERATE = "kernel.operate"
router = Router(tags=["Engine room"])


class JobOut(Schema):
    """A job that waits (`todo`), runs (`doing`) or failed. What is done is not listed."""

    id: int
    task: str = Field(alias="task_name", examples=["deals.expire"])
    args: dict[str, Any]
    status: Literal["todo", "doing", "failed"]
    attempts: int
    scheduled_at: datetime | None = Field(description="It is not begun before this time.")
    error: str | None
    failed_at: datetime | None


class JobFilter(PageQuery):
    """Which jobs are wanted."""

    status: Literal["todo", "doing", "failed"] | None = None


@router.get("/jobs", response=Page[JobOut], operation_id="list_jobs")
@operation(OPERATE)
def list_jobs(request: Request, wanted: Query[JobFilter]) -> Any:
    """List what waits, runs and failed, newest first."""
    rows = running.jobs()
    return paginate(rows.filter(status=wanted.status) if wanted.status else rows, wanted, order=("-id",))


@router.post("/jobs/{int:job_id}/retry", response={202: JobOut}, operation_id="retry_job")
@operation(OPERATE)
def retry_job(request: Request, job_id: int) -> Any:
    """Have a failed job done again."""
    job = get_object_or_404(running.jobs(), pk=job_id)
    running.retry(job.pk, at=timezone.now())
    return Status(202, running.jobs().get(pk=job.pk))


@router.post("/jobs/{int:job_id}/cancel", response={204: None}, operation_id="cancel_job")
@operation(OPERATE)
def cancel_job(request: Request, job_id: int) -> Any:
    """Take a job that waits out of the queue."""
    running.cancel(get_object_or_404(running.jobs(), pk=job_id).pk)
    return Status(204, None)
