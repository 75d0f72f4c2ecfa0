"""Counting what must not happen too often, in one place for all processes."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db import connection, models
from django.utils import timezone


class Counter(models.Model):
    """How often a key was hit in its running window."""

    key = models.CharField(max_length=200, primary_key=True)
    hits = models.PositiveIntegerField()
    resets_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class Throttle:
    """The answer to a hit: ``retry_after`` and ``reset`` are seconds until the window ends."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: int


_HIT = """
insert into kernel_counter as c (key, hits, resets_at)
values (%(key)s, 1, clock_timestamp() + %(per)s)
on conflict (key) do update set
    hits = case when c.resets_at <= clock_timestamp() then 1 else c.hits + 1 end,
    resets_at = case when c.resets_at <= clock_timestamp() then clock_timestamp() + %(per)s else c.resets_at end
returning hits, ceil(extract(epoch from resets_at - clock_timestamp()))::int
"""


def hit(key: str, *, limit: int, per: timedelta) -> Throttle:
    """Count one hit on ``key`` and say whether it is within ``limit`` for the window ``per``. Atomic."""
    with connection.cursor() as cursor:
        cursor.execute(_HIT, {"key": key[:200], "per": per})  # type: ignore[dict-item]  # psycopg takes it
        hits, seconds = cursor.fetchone()
    return Throttle(allowed=hits <= limit, limit=limit, remaining=max(0, limit - hits), retry_after=max(1, seconds))


def look(key: str, *, limit: int) -> Throttle:
    """Say whether another hit on ``key`` would be within ``limit``, without counting one."""
    counter = Counter.objects.filter(key=key[:200], resets_at__gt=timezone.now()).first()
    if counter is None:
        return Throttle(allowed=True, limit=limit, remaining=limit, retry_after=1)
    seconds = ceil((counter.resets_at - timezone.now()).total_seconds())
    remaining = max(0, limit - counter.hits)
    return Throttle(allowed=remaining > 0, limit=limit, remaining=remaining, retry_after=max(1, seconds))


def clear(key: str) -> None:
    """Forget the hits on ``key``."""
    Counter.objects.filter(key=key[:200]).delete()
