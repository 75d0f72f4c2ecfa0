"""Something for the pages of fairness: a customer the vendor closed itself, receipts, anchors, a verification."""

from datetime import datetime, timedelta
from decimal import Decimal

from openprm.conduct import services as conduct
from openprm.customers import services as customers
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.demo.personas import RESELLER, RIVAL
from openprm.kernel.access import SYSTEM
from openprm.kernel.events.models import Event
from openprm.kernel.ledger.anchoring import anchor_due
from openprm.kernel.ledger.verifying import verify
from openprm.receipts import services as receipts
from openprm.receipts.kinds import KINDS

RECEIPTS = 6


def show(*, now: datetime) -> None:
    """Let the vendor close two protected customers itself, sign some receipts, and verify everything."""
    for name in (RESELLER, RIVAL):
        _close_directly(name, now)
    conduct.notice_direct_closings(at=now - timedelta(days=1))
    for event in Event.objects.filter(name__in=KINDS, shared=True).order_by("-at", "-id")[:RECEIPTS]:
        receipts.issue(event=event, by=SYSTEM, at=now)
    anchor_due(at=now)
    verify(by=SYSTEM.name, at=now, now=lambda: now)


def _close_directly(partner: str, now: datetime) -> None:
    lost = DealRegistration.objects.filter(
        partner__trading_name=partner, state__in=[State.LOST, State.EXPIRED], decided_at__lt=now - timedelta(days=60)
    )
    deal = lost.select_related("account").order_by("-decided_at", "pk").first()
    if deal is None or deal.account is None or deal.closed_at is None:
        return
    customers.create_opportunity(
        account=deal.account,
        name="Direct order",
        is_won=True,
        amount=Decimal(30_000),
        currency="EUR",
        close_date=min(deal.closed_at + timedelta(days=12), now - timedelta(days=2)).date(),
        product_lines=[line.product_line.key for line in deal.lines.select_related("product_line")],
        by=SYSTEM,
        at=now - timedelta(days=2),
    )
