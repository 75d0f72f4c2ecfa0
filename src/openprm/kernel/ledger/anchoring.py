"""Holding the heads of the chains together, once a minute."""

from datetime import datetime

from django.db import connection, models, transaction

from openprm.kernel.access import as_system
from openprm.kernel.ledger.hashing import GENESIS, anchor_hash
from openprm.kernel.ledger.models import Anchor, Chain

MOST_HEADS = 500  # in one anchor
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('openprm ledger anchor'))"
_WAITING = """
select subject_id, length, head from kernel_chain where length > anchored
order by subject_id limit %s for update skip locked
"""
_HELD = "update kernel_chain set anchored = length, anchor = %s where subject_id = any(%s)"


def anchor_due(*, at: datetime) -> int:
    """Anchor every chain that grew since it was anchored, and return how many.

    Each anchor is a transaction of its own, so that announcing waits for a moment at most; chains that somebody is
    announcing to are left for the next minute.
    """
    held = 0
    while count := _anchor_batch(at):
        held += count
    return held


def _anchor_batch(at: datetime) -> int:
    with transaction.atomic(), as_system(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_WAITING, [MOST_HEADS])
        waiting = cursor.fetchall()
        if waiting:
            anchor = _write({str(subject): [length, head] for subject, length, head in waiting}, at)
            cursor.execute(_HELD, [anchor.sequence, [subject for subject, _length, _head in waiting]])
    return len(waiting)


def _write(heads: dict[str, list[int | str]], at: datetime) -> Anchor:
    newest = Anchor.objects.order_by("-sequence").first()
    sequence, previous = (newest.sequence + 1, newest.hash) if newest else (1, GENESIS)
    mark = anchor_hash(sequence=sequence, at=at, previous=previous, heads=heads)
    return Anchor.objects.create(sequence=sequence, at=at, previous=previous, heads=heads, hash=mark)


def waiting() -> int:
    """Return how many chains wait to be anchored."""
    return Chain.objects.filter(length__gt=models.F("anchored")).count()
