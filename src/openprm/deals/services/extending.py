"""Prolonging a protection, or reviving one that ended a short time ago, if the customer is still free."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from openprm.deals import events
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.rules import notice_due, notice_mark
from openprm.deals.services import deciding, discretion, moving
from openprm.kernel import settings_store
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce

MOST = 730  # days


class TooLate(Refusal):
    """The protection ended too long ago to be revived."""

    code = "too_late"


@transaction.atomic
def extend(*, deal: DealRegistration, days: int, by: Actor, at: datetime, text: str = "") -> DealRegistration:
    """Protect the deal for ``days`` more. Raises AlreadyProtected where somebody else holds the customer by now.

    Days count from the end of the protection; where it has ended, from now. Product lines whose own window ended
    before the deal's stay free. Customer and deal are held, so expiry, extension and another deal's approval wait for
    each other and see what the other did.
    """
    if not 1 <= days <= MOST:
        raise Invalid(_("Choose a number of days."), fields={"days": _("Give from 1 to %s days.") % MOST})
    moving.hold_still(deal)
    move = moving.allowed(deal, "extend", by=by)
    discretion.require(deal, text, by=by)
    before, revived = _end(deal), deal.state == State.EXPIRED
    _require_in_time(before, at)
    until = (_revive if before <= at else _prolong)(deal, timedelta(days=days), at)
    moving.go(
        deal, move, at=at, protected_until=until, closed_at=None, closing_code="", closing_text="",
        notices=_given(deal, until, at),
    )  # fmt: skip
    fact = events.Extended(deal.reference, deal.customer_name, before, until, days, revived, text.strip())
    announce(fact, about=deal, by=by, at=at)
    return deal


def revivable_since(at: datetime) -> datetime:
    """Return since when a protection may have ended to be revived at ``at``."""
    return at - timedelta(days=settings_store.get("deals.grace_days"))


def _require_in_time(end: datetime, at: datetime) -> None:
    if end <= revivable_since(at):
        raise TooLate(_("The protection ended too long ago to be extended. The partner can register the deal anew."))


def _end(deal: DealRegistration) -> datetime:
    assert deal.protected_until is not None
    return deal.protected_until


def _prolong(deal: DealRegistration, more: timedelta, at: datetime) -> datetime:
    """Move the end of what still runs."""
    with as_system(), moving.one_holder():
        running = list(deal.protections.filter(period__endswith__gt=at).order_by("product_line_id"))
        for row in running:
            row.period = type(row.period)(row.period.lower, row.period.upper + more)
            row.write("period", at=at)
    ends: list[datetime] = [row.period.upper for row in running]
    return max(ends)


def _revive(deal: DealRegistration, more: timedelta, at: datetime) -> datetime:
    """Protect anew what was protected to the last."""
    with as_system():
        latest = _last_ends(deal)
    end = max(latest.values())
    deciding.protect(deal, at, {line: at + more for line, ended in latest.items() if ended == end})
    return at + more


def _last_ends(deal: DealRegistration) -> dict[UUID, datetime]:
    rows = Protection.objects.filter(deal=deal).values("product_line_id").annotate(end=Max("period__endswith"))
    return {row["product_line_id"]: row["end"] for row in rows}


def _given(deal: DealRegistration, until: datetime, at: datetime) -> list[str]:
    """Return the notices that count as given: what lies behind is not told again, what comes before the new end is."""
    assert deal.submitted_at is not None
    chosen = settings_store.many("deals.notices_after", "deals.notices_before")
    after, before = chosen.values()
    due = notice_due(since=deal.submitted_at, until=until, at=at, after=after, before=before)
    return [*deal.notices, notice_mark(due, until=until)] if due else deal.notices
