"""The verb of vendor conduct: noticing what the vendor closed itself."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from openprm.conduct import rules
from openprm.conduct.events import ClosedDirectly
from openprm.customers import services as customers
from openprm.customers.models import Opportunity
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events import announce
from openprm.kernel.events.models import Event

EVENT = "deal.closed_directly"
# Protections beside opportunities that the vendor won without a partner, for a shared product line, at an account that
# counts as the same customer. The dates narrow it roughly; ``rules.closed_directly`` decides. What was closed on an
# unknown day never counts.
_CANDIDATES = """
with place (sold, protected) as (
    select distinct account_id, account_id from customers_opportunity
    where is_won and partner_id is null and closed_on is not null
    union select * from unnest(%(sold)s::uuid[], %(protected)s::uuid[])
)
select d.id, lower(p.period)::date, upper(p.period)::date, o.closed_on
from customers_opportunity o
join customers_opportunity_product_lines l on l.opportunity_id = o.id
join place on place.sold = o.account_id
join deals_protection p on p.account_id = place.protected and p.product_line_id = l.productline_id
join deals_dealregistration d on d.id = p.deal_id
where o.is_won and o.partner_id is null and d.state <> %(won)s
  and o.closed_on between lower(p.period)::date and upper(p.period)::date + %(days_after)s
  and not exists (select 1 from kernel_event e where e.subject_id = d.id and e.name = %(event)s)
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
    others = _counting_as_one()
    known: dict[str, Any] = {
        "sold": [sold for sold, _other in others],
        "protected": [other for _sold, other in others],
        "won": State.WON.value,
        "days_after": days_after,
        "event": EVENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, known)
        found: dict[UUID, tuple[date, date, date]] = {}
        for deal, *dates in cursor.fetchall():
            found.setdefault(deal, (dates[0], dates[1], dates[2]))
    return found


def _counting_as_one() -> list[tuple[UUID, UUID]]:
    """Return accounts where the vendor sold, each with the others that a protection takes for the same customer."""
    sales = Opportunity.objects.filter(is_won=True, partner=None, closed_on__isnull=False)
    sold = sales.order_by().values_list("account_id", flat=True).distinct()
    family = customers.covers_family()
    return [(one.account_id, one.other_id) for one in customers.kin(sold) if one.same or family]


def _record(deal_id: UUID, closed_on: date, *, while_protected: bool, at: datetime) -> bool:
    deal = DealRegistration.objects.select_for_update(of=("self",)).get(pk=deal_id)
    if Event.objects.filter(subject_id=deal_id, name=EVENT).exists():  # somebody else was faster
        return False
    fact = ClosedDirectly(deal.reference, deal.customer_name, closed_on, while_protected)
    announce(fact, about=deal, by=SYSTEM, at=at)
    return True
