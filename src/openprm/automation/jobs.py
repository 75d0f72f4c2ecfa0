"""What the clock does for automations."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from openprm.automation import starting
from openprm.automation.models import Automation, Rehearsal, Run
from openprm.automation.running import OPEN, advance
from openprm.kernel.jobs import job

KEPT_UNMET = timedelta(days=30)
KEPT_REHEARSALS = timedelta(days=30)
OVERDUE = timedelta(minutes=10)


@job("automation.clock", every="*/5 * * * *")
def tick(timestamp: int) -> None:
    """Begin what schedules and dates have come due for, and go on with what was left lying."""
    at = datetime.fromtimestamp(timestamp, UTC)
    starting.by_the_clock(at=at)
    lost = Q(due_at__lt=at - OVERDUE) | Q(due_at=None, updated_at__lt=at - OVERDUE)
    left = Run.objects.filter(lost, state__in=OPEN, automation__state=Automation.State.LIVE)
    advance.defer_many([{"run": str(pk)} for pk in left.values_list("pk", flat=True)[:1000]])


@job("automation.sweep", every="20 4 * * *")
def sweep(timestamp: int) -> None:
    """Forget runs whose condition was not met, and old rehearsals."""
    at = datetime.fromtimestamp(timestamp, UTC)
    Run.objects.filter(state=Run.State.NOT_MET, created_at__lt=at - KEPT_UNMET).delete()
    Rehearsal.objects.filter(created_at__lt=at - KEPT_REHEARSALS).delete()
