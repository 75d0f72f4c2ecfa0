"""What the clock does with deals."""

from datetime import UTC, datetime

from openprm.deals import services
from openprm.kernel.jobs import job


@job("deals.expire", every="*/5 * * * *", scoped=False)
def expire(timestamp: int) -> None:
    """End the protections whose time has come."""
    services.expire_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("deals.remind", every="20 * * * *", scoped=False)
def remind(timestamp: int) -> None:
    """Give the notices that are due."""
    services.remind_due(at=datetime.fromtimestamp(timestamp, UTC))
