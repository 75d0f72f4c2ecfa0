"""What workers and the clock do for automations."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from openprm.kernel.jobs import job

KEPT_UNMET = timedelta(days=30)
KEPT_REHEARSALS = timedelta(days=30)
OVERDUE = timedelta(minutes=10)


@job("automation.advance", queue="automations", attempts=3, scoped=False)
def advance(run: str) -> None:
    """Take the steps of a run that are due."""
    from openprm.automation import running  # it defers this job

    running.go(UUID(run))


@job("automation.rehearse", queue="automations", attempts=2, scoped=False)
def rehearse(rehearsal: str) -> None:
    """Work out what an automation would have done."""
    from openprm.automation import rehearsing

    rehearsing.work(UUID(rehearsal))


@job("automation.clock", every="*/5 * * * *")
def tick(timestamp: int) -> None:
    """Begin what schedules and dates have come due for, and go on with what was left lying."""
    from openprm.automation import starting
    from openprm.automation.models import Automation, Run

    at = datetime.fromtimestamp(timestamp, UTC)
    starting.by_the_clock(at=at)
    left = Run.objects.filter(
        state__in=[Run.State.GOING, Run.State.WAITING],
        due_at__lt=at - OVERDUE,
        automation__state=Automation.State.LIVE,
    )
    advance.defer_many([{"run": str(pk)} for pk in left.values_list("pk", flat=True)[:1000]])


@job("automation.sweep", every="20 4 * * *")
def sweep(timestamp: int) -> None:
    """Forget runs whose condition was not met, and old rehearsals."""
    from openprm.automation.models import Rehearsal, Run

    at = datetime.fromtimestamp(timestamp, UTC)
    Run.objects.filter(state=Run.State.NOT_MET, created_at__lt=at - KEPT_UNMET).delete()
    Rehearsal.objects.filter(created_at__lt=at - KEPT_REHEARSALS).delete()
