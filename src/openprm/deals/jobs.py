"""What the clock does with deals, and what takes too long to wait for."""

from datetime import UTC, datetime
from uuid import UUID

from openprm.deals import services
from openprm.kernel.jobs import job


@job("deals.expire", every="*/5 * * * *")
def expire(timestamp: int) -> None:
    """End the protections whose time has come."""
    services.expire_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("deals.remind", every="20 * * * *")
def remind(timestamp: int) -> None:
    """Give the notices that are due."""
    services.remind_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("deals.run_preview", attempts=2, scoped=False)
def run_preview(preview: str) -> None:
    """Judge past registrations by other rules."""
    services.run_preview(UUID(preview))
