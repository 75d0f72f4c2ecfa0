"""What the clock does with deals: it ends protections and gives the notices before.

What is due is found in the database, and that alone is held, a small batch to a transaction: who works on a deal waits
for a moment at most. What somebody works on right now is left for the next time, and so is what moved meanwhile.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from openprm.deals import events
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import notice_due, notice_mark
from openprm.deals.services import moving
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Stale
from openprm.kernel.events import announce

log = logging.getLogger(__name__)
BATCH = 50  # deals in one transaction
FIRST = UUID(int=0)


def expire_due(*, at: datetime) -> int:
    """End every protection whose time has come, and return how many."""
    over = DealRegistration.objects.filter(state=State.APPROVED, protected_until__lte=at).order_by("pk")

    def find(seen: UUID) -> Sequence[DealRegistration]:
        rest = over.filter(pk__gt=seen)
        return list(rest.select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH])

    def end(deal: DealRegistration) -> None:
        move = moving.allowed(deal, "expire", by=SYSTEM, code="window_ended")
        moving.close(deal, move, at=at, code="window_ended", text="")
        assert deal.protected_until is not None
        fact = events.Expired(deal.reference, deal.customer_name, deal.protected_until)
        announce(fact, about=deal, by=SYSTEM, at=at)

    return _each(find, end)


# The deals whose notice is due by ``rules.notice_due``, and not given by ``rules.notice_mark``; ``next_end`` is when
# the next of a deal's product lines is free again.
_TO_REMIND = """
select deal.*, ends.next_end from deals_dealregistration deal
cross join lateral (
    select coalesce(min(upper(p.period)), deal.protected_until) as next_end from deals_protection p
    where p.deal_id = deal.id and upper(p.period) > %(at)s
) ends
cross join lateral (
    select min(days) as near from unnest(%(before)s::int[]) days
    where ends.next_end <= %(at)s + make_interval(hours => 24 * days)
) before
cross join lateral (
    select max(days) as gone from unnest(%(after)s::int[]) days
    where deal.submitted_at <= %(at)s - make_interval(hours => 24 * days)
) after
cross join lateral (select coalesce(
    'before:' || before.near || to_char(ends.next_end at time zone 'UTC', ' YYYY-MM-DD HH24:MI:SS'),
    'after:' || after.gone
) as mark) due
where deal.state = %(state)s and deal.protected_until > %(at)s and deal.id > %(seen)s
    and due.mark is not null and due.mark <> all (deal.notices)
order by deal.id limit %(most)s for no key update of deal skip locked
"""


def remind_due(*, at: datetime) -> int:
    """Announce each notice that is due and was not given, and return how many."""
    with as_system():
        after, before = settings_store.many("deals.notices_after", "deals.notices_before").values()
    known = {"at": at, "after": list(after), "before": list(before), "state": State.APPROVED.value, "most": BATCH}

    def find(seen: UUID) -> Sequence[DealRegistration]:
        return list(DealRegistration.objects.raw(_TO_REMIND, {**known, "seen": seen}))

    def remind(deal: Any) -> None:
        due = notice_due(since=deal.submitted_at, until=deal.next_end, at=at, after=after, before=before)
        deal.notices.append(notice_mark(due, until=deal.next_end))
        deal.write_unseen("notices")
        fact = events.ProtectionReminded(deal.reference, deal.customer_name, deal.next_end, due)
        announce(fact, about=deal, by=SYSTEM, at=at)

    return _each(find, remind)


def _each(find: Callable[[UUID], Sequence[DealRegistration]], act: Callable[[Any], None]) -> int:
    """Do it to each deal that is found due, batch by batch, and return to how many it was done.

    ``find`` holds the next deals behind the one it is given, by id, ``BATCH`` of them unless there are no more.
    """
    done, seen = 0, FIRST
    while True:
        with as_system():
            batch = find(seen)
            done += sum(_done(act, deal) for deal in batch)
        if len(batch) < BATCH:
            return done
        seen = batch[-1].pk


def _done(act: Callable[[Any], None], deal: DealRegistration) -> bool:
    try:
        with transaction.atomic():
            act(deal)
    except Stale:
        log.info("%s moved meanwhile; it is looked at again next time.", deal.reference)
        return False
    return True
