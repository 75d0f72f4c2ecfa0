"""How deals end, and the notices before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openprm.deals import events
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.rules import notice_due
from openprm.deals.services import discretion, moving
from openprm.deals.services.content import beyond
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, Actor
from openprm.kernel.errors import Invalid
from openprm.kernel.events import announce

BATCH = 500


@transaction.atomic
def withdraw(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Take the claim back; the customer is free again."""
    move = moving.allowed(deal, "withdraw", by=by, code=code)
    moving.close(deal, move, at=at, code=code, text=text)
    announce(events.Withdrawn(deal.reference, deal.customer_name, code, deal.closing_text), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def win(*, deal: DealRegistration, value: Decimal | None = None, by: Actor, at: datetime) -> DealRegistration:
    """Record that the customer ordered; ``value`` is what it came to, in the deal's currency."""
    move = moving.allowed(deal, "win", by=by)
    if value is not None and value <= 0:
        raise Invalid(_("Give a value above zero."), fields={"value": _("Give what the order came to.")})
    if value is not None and (too_much := beyond(value, deal.currency)):
        raise Invalid(too_much, fields={"value": too_much})
    deal.value = deal.value if value is None else value
    moving.close(deal, move, at=at, code="won", text="", value=deal.value)
    assert deal.value is not None
    announce(events.Won(deal.reference, deal.customer_name, deal.value, deal.currency), about=deal, by=by, at=at)
    return deal


@transaction.atomic
def lose(*, deal: DealRegistration, code: str, text: str = "", by: Actor, at: datetime) -> DealRegistration:
    """Record that the customer did not order."""
    move = moving.allowed(deal, "lose", by=by, code=code)
    discretion.require(deal, text, by=by)
    moving.close(deal, move, at=at, code=code, text=text)
    announce(events.Lost(deal.reference, deal.customer_name, code, deal.closing_text), about=deal, by=by, at=at)
    return deal


def expire_due(*, at: datetime) -> int:
    """End every protection whose time has come, and return how many."""
    ended = 0
    for deal in _locked(DealRegistration.objects.filter(state=State.APPROVED, protected_until__lte=at)):
        move = moving.allowed(deal, "expire", by=SYSTEM, code="window_ended")
        moving.close(deal, move, at=at, code="window_ended", text="")
        assert deal.protected_until is not None
        fact = events.Expired(deal.reference, deal.customer_name, deal.protected_until)
        announce(fact, about=deal, by=SYSTEM, at=at)
        ended += 1
    return ended


def remind_due(*, at: datetime) -> int:
    """Announce each notice that is due and was not given, and return how many."""
    chosen = settings_store.many("deals.notices_after", "deals.notices_before")
    after, before = chosen.values()
    shortest = min([*after, 1000])
    horizon = at + timedelta(days=max([*before, 0]))
    ending = Q(pk__in=Protection.objects.filter(period__endswith__gt=at, period__endswith__lte=horizon).values("deal"))
    old_enough = Q(submitted_at__lte=at - timedelta(days=shortest))
    approved = DealRegistration.objects.filter(state=State.APPROVED, protected_until__gt=at)
    reminded = 0
    for deal in _locked(approved.filter(ending | old_enough)):
        assert deal.submitted_at is not None
        until = _next_end(deal, at)
        due = notice_due(since=deal.submitted_at, until=until, at=at, after=after, before=before)
        if due and due != deal.notice:
            deal.notice = due
            deal.write_unseen("notice")
            fact = events.ProtectionReminded(deal.reference, deal.customer_name, until, due)
            announce(fact, about=deal, by=SYSTEM, at=at)
            reminded += 1
    return reminded


def _next_end(deal: DealRegistration, at: datetime) -> datetime:
    """Return when the next of the deal's product lines is free again."""
    running = deal.protections.filter(period__endswith__gt=at)
    assert deal.protected_until is not None
    ends: list[datetime] = [row.period.upper for row in running]
    return min(ends, default=deal.protected_until)


def _locked(deals: QuerySet[DealRegistration]) -> Iterator[DealRegistration]:
    """Yield the deals in batches, each locked, leaving out those somebody else works on right now."""
    seen = None
    while True:
        rest = deals if seen is None else deals.filter(pk__gt=seen)
        batch = list(rest.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
        if not batch:
            return
        yield from batch
        seen = batch[-1].pk
