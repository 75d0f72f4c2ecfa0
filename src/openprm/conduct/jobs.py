"""What the clock does for vendor conduct."""

from datetime import UTC, datetime

from openprm.conduct import services
from openprm.kernel.jobs import job


@job("conduct.notice_direct_closings", every="40 * * * *", attempts=1)
def notice_direct_closings(timestamp: int) -> None:
    """Notice what the vendor closed itself."""
    services.notice_direct_closings(at=datetime.fromtimestamp(timestamp, UTC))
