"""What the clock does with price books."""

from datetime import UTC, datetime

from openprm.kernel.jobs import job
from openprm.pricing import services


@job("pricing.lapse", every="*/10 * * * *")
def lapse(timestamp: int) -> None:
    """Note what has begun and what has ended."""
    services.lapse(at=datetime.fromtimestamp(timestamp, UTC))


@job("pricing.follow", every="20 2 * * *")
def follow(timestamp: int) -> None:
    """Follow what changes audiences without an event of the partner: figures that move with time."""
    services.sync_all(at=datetime.fromtimestamp(timestamp, UTC))
