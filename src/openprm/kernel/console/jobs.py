"""What the clock does for the queue itself."""

from datetime import UTC, datetime

from django.utils import timezone

from openprm.kernel.console import running
from openprm.kernel.events.models import Delivery
from openprm.kernel.jobs import job


@job("kernel.pick_up_jobs", every="* * * * *", attempts=1)
def pick_up(timestamp: int) -> None:
    """Pick up what killed workers left behind."""
    running.pick_up(at=timezone.now())


@job("kernel.forget_jobs", every="25 * * * *", attempts=1)
def forget(timestamp: int) -> None:
    """Forget what is long done: jobs, and deliveries that succeeded (the events themselves are kept)."""
    now = datetime.fromtimestamp(timestamp, UTC)
    running.forget(at=now)
    Delivery.objects.filter(state=Delivery.State.DONE, done_at__lt=now - running.KEPT_FAILED).delete()
