"""What becomes of the deals of a partner that leaves: its claims end, and their customers are free again."""

from datetime import datetime
from uuid import UUID

from openprm.deals import events
from openprm.deals.lifecycle import OPEN
from openprm.deals.models import DealRegistration
from openprm.deals.services import moving
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events import announce
from openprm.kernel.jobs import job
from openprm.partners.models import Partner

BATCH = 100


def end_open_deals(partner_id: UUID, *, at: datetime) -> None:
    """Have a worker end every open deal of a partner that was terminated; drafts stay as they are."""
    _end_later.defer(partner=str(partner_id), at=at.isoformat())


@job("deals.end_of_partner", scoped=False)
def _end_later(partner: str, at: str) -> None:
    while _end_some(UUID(partner), datetime.fromisoformat(at)):
        pass


def _end_some(partner_id: UUID, at: datetime) -> bool:
    """End some of the deals, in a transaction of its own; return whether there may be more."""
    with as_system():
        if not Partner.objects.filter(pk=partner_id, status=Partner.Status.TERMINATED).exists():
            return False  # taken up again meanwhile
        rows = DealRegistration.objects.select_related("partner").filter(partner_id=partner_id, state__in=OPEN)
        batch = list(rows.order_by("pk")[:BATCH])
        moving.hold_still(*batch)
        for deal in batch:
            if deal.state in OPEN:
                move = moving.allowed(deal, "end", by=SYSTEM, code="partner_left")
                moving.close(deal, move, at=at, code="partner_left", text="")
                fact = events.Withdrawn(deal.reference, deal.customer_name, "partner_left")
                announce(fact, about=deal, by=SYSTEM, at=at)
    return bool(batch)
