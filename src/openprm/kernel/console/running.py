"""The queue as the engine room sees it: what waits, runs, failed; trying again, taking away, and picking up what a
worker left behind when it was killed.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel.console.models import JobFailure
from openprm.kernel.errors import Refusal

SILENT = timedelta(seconds=30)  # a worker that has not said for so long that it lives (every ten seconds) is dead
MOST_LIVES = 5  # a job that was left behind so often kills its workers
KEPT_DONE = timedelta(days=1)
KEPT_FAILED = timedelta(days=60)
SHOWN = ("failed", "doing", "todo")

_LEFT_BEHIND = """
select j.id, j.attempts from procrastinate_jobs j
left join procrastinate_workers w on w.id = j.worker_id
where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - make_interval(secs => %s))
for update of j skip locked
"""
_FORGET = """
delete from procrastinate_jobs j where j.status = any(%s::procrastinate_job_status[])
and not exists (select 1 from procrastinate_events e where e.job_id = j.id and e.at > %s)
"""


def jobs() -> Any:
    """Return the jobs that are not done, with what they said when they failed."""
    failures = JobFailure.objects.filter(task=OuterRef("task_name"), args=OuterRef("args")).order_by("-at")
    return ProcrastinateJob.objects.filter(status__in=SHOWN).annotate(
        error=Subquery(failures.values("error")[:1]), failed_at=Subquery(failures.values("at")[:1])
    )


def counts() -> dict[str, int]:
    """Return how many jobs stand where."""
    found = dict(ProcrastinateJob.objects.filter(status__in=SHOWN).values_list("status").annotate(Count("id")))
    return {status: found.get(status, 0) for status in SHOWN}


def retry(pk: int, *, at: datetime) -> None:
    """Have a failed job done again, with all its attempts."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from procrastinate_jobs where id = %s and status = 'failed' for update", [pk])
        if cursor.fetchone() is None:
            raise Refusal(_("Only a failed job can be tried again."), code="job_not_failed")
        cursor.execute("select procrastinate_retry_job_v2(%s, %s, null, null, null)", [pk, at])
        cursor.execute("update procrastinate_jobs set attempts = 0 where id = %s", [pk])


def cancel(pk: int) -> None:
    """Take a job that waits out of the queue."""
    with connection.cursor() as cursor:
        cursor.execute("select procrastinate_cancel_job_v1(%s, false, false)", [pk])
        if cursor.fetchone()[0] is None:
            raise Refusal(_("Only a job that waits can be cancelled."), code="job_not_waiting")


def pick_up(*, at: datetime) -> int:
    """Give the jobs of workers that were killed to others; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_BEHIND, [SILENT.total_seconds()])
        left = cursor.fetchall()
        for pk, lives in left:
            if lives + 1 >= MOST_LIVES:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'failed', false)", [pk])
            else:
                cursor.execute("select procrastinate_retry_job_v2(%s, %s, null, null, null)", [pk, at])
    return len(left)


def forget(*, at: datetime) -> None:
    """Forget jobs that were done a while ago, and old failures."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [["succeeded", "cancelled", "aborted"], at - KEPT_DONE])
        cursor.execute(_FORGET, [["failed"], at - KEPT_FAILED])
    JobFailure.objects.filter(at__lt=at - KEPT_FAILED).delete()
