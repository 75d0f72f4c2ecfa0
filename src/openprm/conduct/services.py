"""The verb of vendor conduct: noticing what the vendor closed itself."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection

from openprm.conduct import rules
from openprm.conduct.events import ClosedDirectly
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events import announce
from openprm.kernel.events.models import Event

EVENT = "deal.closed_directly"
# Protections beside opportunities that the vendor won without a partner, at the same account and for a shared product
# line. The dates narrow it roughly; ``rules.closed_directly`` decides. What was closed on an unknown day never counts.
_CANDIDATES = """
select d.id, lower(p.period)::date, upper(p.period)::date, o.closed_on
from customers_opportunity o
join customers_opportunity_product_lines l on l.opportunity_id = o.id
join deals_protection p on p.account_id = o.account_id and p.product_line_id = l.productline_id
join deals_dealregistration d on d.id = p.deal_id
where o.is_won and o.partner_id is null and d.state <> %s
  and o.closed_on between lower(p.period)::date and upper(p.period)::date + %s
  and not exists (select 1 from kernel_event e where e.subject_id = d.id and e.name = %s)
order by d.id, 4
"""


def notice_direct_closings(*, at: datetime) -> int:
    """Record each protected deal whose customer the vendor closed itself, once, and return how many are new."""
    days_after = settings_store.get("conduct.days_after_protection")
    noticed = 0
    with as_system():
        for deal_id, (since, until, closed_on) in _candidates(days_after).items():
            if not rules.closed_directly(
                protected_from=since, protected_until=until, closed_on=closed_on, days_after=days_after
            ):
                continue
            noticed += _record(deal_id, closed_on, while_protected=closed_on <= until, at=at)
    return noticed


def _candidates(days_after: int) -> dict[UUID, tuple[date, date, date]]:
    """Return the earliest such sale of each deal."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [State.WON.value, days_after, EVENT])
        found: dict[UUID, tuple[date, date, date]] = {}
        for deal, *dates in cursor.fetchall():
            found.setdefault(deal, (dates[0], dates[1], dates[2]))
    return found


def _record(deal_id: UUID, closed_on: date, *, while_protected: bool, at: datetime) -> bool:
    deal = DealRegistration.objects.select_for_update(of=("self",)).get(pk=deal_id)
    if Event.objects.filter(subject_id=deal_id, name=EVENT).exists():  # somebody else was faster
        return False
    fact = ClosedDirectly(deal.reference, deal.customer_name, closed_on, while_protected)
    announce(fact, about=deal, by=SYSTEM, at=at)
    return True
