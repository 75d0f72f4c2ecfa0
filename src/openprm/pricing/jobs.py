"""What the clock and workers do with price books."""

from datetime import UTC, datetime
from uuid import UUID

from openprm.kernel.jobs import job


@job("pricing.lapse", every="*/10 * * * *")
def lapse(timestamp: int) -> None:
    """Note what has begun and what has ended."""
    from openprm.pricing import services  # they defer the job below

    services.lapse(at=datetime.fromtimestamp(timestamp, UTC))


@job("pricing.follow", every="20 2 * * *")
def follow(timestamp: int) -> None:
    """Follow what changes audiences without an event of the partner: figures that move with time."""
    from openprm.pricing import services

    services.sync_all(at=datetime.fromtimestamp(timestamp, UTC))


@job("pricing.spread", attempts=5, scoped=False)
def spread(book: str, person: str, name: str, ended: str) -> None:
    """Give a book to its partners, where they are many."""
    from openprm.pricing import services

    services.spread(
        UUID(book),
        person=UUID(person) if person else None,
        name=name,
        ended=datetime.fromisoformat(ended) if ended else None,
    )
