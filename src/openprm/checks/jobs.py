"""What the clock does for checks."""

from datetime import UTC, datetime

from openprm.checks import services
from openprm.kernel import jobs


@jobs.job("checks.tidy", queue="night", every="15 0 * * *")
def tidy(timestamp: int) -> None:
    """Count yesterday for good, and forget what was asked a month ago."""
    services.tidy(at=datetime.fromtimestamp(timestamp, tz=UTC))
