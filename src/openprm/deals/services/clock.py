"""What the clock does with deals: it ends protections and gives the notices before.

What is due is found in the database, and that alone is held, a small batch to a transaction: who works on a deal waits
for a moment at most. What somebody works on right now is left for the next time, and so is what moved meanwhile.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, F, Min, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from openprm.deals import events
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.rules import notice_due
from openprm.deals.services import moving
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Stale
from openprm.kernel.events import announce

log = logging.getLogger(__name__)
BATCH = 50  # deals in one transaction


def expire_due(*, at: datetime) -> int:
    """End every protection whose time has come, and return how many."""

    def end(deal: DealRegistration) -> None:
        move = moving.allowed(deal, "expire", by=SYSTEM, code="window_ended")
        moving.close(deal, move, at=at, code="window_ended", text="")
        assert deal.protected_until is not None
        fact = events.Expired(deal.reference, deal.customer_name, deal.protected_until)
        announce(fact, about=deal, by=SYSTEM, at=at)

    return _each(DealRegistration.objects.filter(state=State.APPROVED, protected_until__lte=at), end)


def remind_due(*, at: datetime) -> int:
    """Announce each notice that is due and was not given, and return how many."""
    with as_system():
        after, before = settings_store.many("deals.notices_after", "deals.notices_before").values()

    def remind(deal: Any) -> None:
        due = notice_due(since=deal.submitted_at, until=deal.next_end, at=at, after=after, before=before)
        deal.notice = due
        deal.write_unseen("notice")
        fact = events.ProtectionReminded(deal.reference, deal.customer_name, deal.next_end, due)
        announce(fact, about=deal, by=SYSTEM, at=at)

    return _each(_to_remind(at, after, before), remind)


def _to_remind(at: datetime, after: Sequence[int], before: Sequence[int]) -> QuerySet[DealRegistration]:
    """Return the deals whose notice is due by ``rules.notice_due`` and not given yet.

    ``next_end`` is when the next of a deal's product lines is free again.
    """
    running = Protection.objects.filter(deal=OuterRef("pk"), period__endswith__gt=at)
    first = running.order_by().values("deal").annotate(end=Min("period__endswith")).values("end")
    near = [When(next_end__lte=at + timedelta(days=days), then=Value(f"before:{days}")) for days in sorted(before)]
    gone = [
        When(submitted_at__lte=at - timedelta(days=days), then=Value(f"after:{days}"))
        for days in sorted(after, reverse=True)
    ]
    approved = DealRegistration.objects.filter(state=State.APPROVED, protected_until__gt=at)
    dated = approved.annotate(next_end=Coalesce(Subquery(first), F("protected_until")))
    due = dated.annotate(due=Case(*near, *gone, default=Value(""), output_field=CharField()))
    return due.exclude(due__in=["", F("notice")])


def _each(due: QuerySet[DealRegistration], act: Callable[[Any], None]) -> int:
    """Do it to each deal that is due, batch by batch, and return to how many it was done."""
    done, seen = 0, None
    while True:
        with as_system():
            rest = due if seen is None else due.filter(pk__gt=seen)
            held = rest.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
            batch = list(held[:BATCH])
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
