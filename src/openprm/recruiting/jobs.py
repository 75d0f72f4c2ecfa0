"""What the clock does for recruiting."""

from datetime import UTC, datetime

from openprm.kernel.jobs import job
from openprm.recruiting import services
from openprm.recruiting.services.imports import forget_files


@job("recruiting.forget", every="20 3 * * *")
def forget(timestamp: int) -> None:
    """Delete what was never sent."""
    at = datetime.fromtimestamp(timestamp, UTC)
    services.forget_due(at=at)
    forget_files(at=at)
