"""What the clock does with disputes."""

from datetime import UTC, datetime

from openprm.disputes import services
from openprm.kernel.jobs import job


@job("disputes.escalate", every="*/10 * * * *")
def escalate(timestamp: int) -> None:
    """Bring overdue disputes before the next level."""
    services.escalate_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("disputes.close", every="35 * * * *")
def close(timestamp: int) -> None:
    """Close what can no longer be appealed."""
    services.close_due(at=datetime.fromtimestamp(timestamp, UTC))
