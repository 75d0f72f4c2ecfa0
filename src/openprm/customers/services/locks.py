"""Advisory locks that last until the transaction ends: who is second waits, and then sees what the first one did."""

import hashlib
from collections.abc import Iterable

from django.db import connection

BATCHES = "customers.external_ids"


def hold(*names: str) -> None:
    """Hold the named locks, taken in one order everywhere so that nobody waits in a circle."""
    numbers = sorted({_number(name) for name in names})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("select pg_advisory_xact_lock(%s)", [number])


def companies(keys: Iterable[str]) -> None:
    """Hold the names and domains of companies."""
    hold(*(f"customers.company:{key}" for key in keys))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
