"""What the clock does with news."""

from datetime import UTC, datetime

from openprm.kernel.jobs import job
from openprm.news import services


@job("news.publish_due", every="*/10 * * * *")
def publish_due(timestamp: int) -> None:
    """Publish what was planned for a day that has come."""
    services.publish_due(at=datetime.fromtimestamp(timestamp, UTC))
