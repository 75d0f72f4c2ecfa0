"""Work that is done later or by the clock, in a worker, in the scope of the system.

A job is deferred in the caller's transaction: it exists if and only if the change it follows exists. The queue itself
is out of partners' reach.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import Any, Generic, ParamSpec

from django.db import DatabaseError, InterfaceError, connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import Task, configure_task

from openprm.kernel.access import as_system
from openprm.kernel.files.leftovers import cleared

P = ParamSpec("P")

_manager = JobManager(DjangoConnector())

FIRST_PAUSE = 3  # seconds; each further pause is three times as long


class Job(Generic[P]):
    """A function that can be deferred."""

    def __init__(self, task: Task[Any, Any, Any], run: Callable[P, None]) -> None:
        self._task = task
        self.run = run

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Have it done by a worker once this transaction has committed; arguments are plain JSON values."""
        with as_system():
            self._deferred().defer(*args, **kwargs)  # type: ignore[arg-type]  # plain JSON, by contract

    def defer_at(self, when: datetime, **kwargs: Any) -> None:
        """Have it done no sooner than ``when``."""
        with as_system():
            self._deferred(schedule_at=when).defer(**kwargs)

    def defer_many(self, calls: Iterable[dict[str, Any]]) -> None:
        """Defer many calls with one statement."""
        with as_system():
            self._deferred().batch_defer(*calls)

    def _deferred(self, **options: Any) -> JobDeferrer:
        """Return what puts the job into the queue by Django's connection.

        Inside a worker the task's own way is the worker's connection: the job would be there before, and without,
        the change it follows.
        """
        task = self._task
        return configure_task(name=task.name, job_manager=_manager, queue=task.queue, priority=task.priority, **options)


def job(
    name: str, *, queue: str = "default", attempts: int = 5, every: str | None = None, scoped: bool = True
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make the decorated function a job.

    ``every`` is a cron expression (UTC) for jobs of the clock; such a function takes ``timestamp``, Unix seconds.
    ``scoped=False`` leaves entering the scope to the function, where it needs more than one transaction.
    """

    def wrap(function: Callable[P, None]) -> Job[P]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                with cleared(), nullcontext() if not scoped else as_system():
                    return function(*args, **kwargs)
            except Exception as error:
                _note_failure(name, kwargs, error)
                raise

        retry = RetryStrategy(max_attempts=attempts - 1, exponential_wait=FIRST_PAUSE) if attempts > 1 else False
        task = app.task(name=name, queue=queue, retry=retry)(run)
        if every:
            app.periodic(cron=every)(task)  # type: ignore[arg-type]  # takes the timestamp
        return Job(task, run)

    return wrap


def _note_failure(name: str, arguments: dict[str, Any], error: Exception) -> None:
    """Keep what a job said when it failed, for the page of jobs; the queue itself does not."""
    from openprm.kernel.console.models import JobFailure  # models stand on this module

    said = "".join(traceback.format_exception(error, limit=-6))[-4000:].replace("\0", "")
    with suppress(DatabaseError, InterfaceError), as_system():
        JobFailure.objects.create(task=name, args=arguments, error=said)


def work_off(limit: int = 1000) -> int:
    """Run the jobs that are due here and now, in this transaction, and return how many ran.

    For tests and one-process set-ups; errors are raised, not retried.
    """
    done = 0
    while done < limit:
        due = ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).order_by("id").first()
        if due is None:
            break
        with connection.cursor() as cursor:
            cursor.execute("delete from procrastinate_events where job_id = %s", [due.pk])
            cursor.execute("delete from procrastinate_jobs where id = %s", [due.pk])
        app.tasks[due.task_name].func(**due.args)
        done += 1
    return done
