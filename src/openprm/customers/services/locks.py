"""Advisory locks that last until the transaction ends: who is second waits, and then sees what the first one did."""

import hashlib
from collections.abc import Iterable

from django.db import connection

BATCHES = "customers.external_ids"
IDENTITIES = "customers.identities"  # held by who changes which accounts are one, shared by who relies on it
NEW_COMPANIES = "customers.new_companies"  # held by who may be about to add a company that a partner names


def hold(*names: str) -> None:
    """Hold the named locks, taken in one order everywhere so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        wanted = sorted({number(name) for name in names})
        cursor.execute("select pg_advisory_xact_lock(one) from unnest(%s::bigint[]) one", [wanted])


def share(name: str) -> None:
    """Hold a lock together with others who share it; whoever holds it alone waits for all of them."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [number(name)])


def companies(keys: Iterable[str]) -> None:
    """Hold the names and domains of companies."""
    hold(*(f"customers.company:{key}" for key in keys))


def number(name: str) -> int:
    """Return the number under which the database knows a lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
