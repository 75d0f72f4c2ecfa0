"""What the clock does with journeys."""

from datetime import UTC, datetime

from openprm.journeys import services
from openprm.kernel.jobs import job


@job("journeys.remind", every="10 * * * *")
def remind(timestamp: int) -> None:
    """Remind of what is due soon or overdue, and tell of journeys that are stuck."""
    at = datetime.fromtimestamp(timestamp, UTC)
    services.remind_due(at=at)
    services.tell_stuck(at=at)
