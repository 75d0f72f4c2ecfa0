"""What the clock does for the API."""

from datetime import UTC, datetime

from openprm.kernel.api.models import KeptAnswer
from openprm.kernel.api.repeats import KEPT_FOR
from openprm.kernel.jobs import job
from openprm.kernel.throttle import Counter


@job("kernel.sweep_answers", every="17 * * * *")
def sweep(timestamp: int) -> None:
    """Forget kept answers and counters that have had their time."""
    now = datetime.fromtimestamp(timestamp, UTC)
    KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    Counter.objects.filter(resets_at__lt=now - KEPT_FOR).delete()
