"""What the clock does with requests."""

from datetime import UTC, datetime

from openprm.extensions import services
from openprm.kernel.jobs import job


@job("extensions.lapse", every="35 * * * *")
def lapse(timestamp: int) -> None:
    """Decline what nobody decided in time."""
    services.lapse_due(at=datetime.fromtimestamp(timestamp, UTC))
