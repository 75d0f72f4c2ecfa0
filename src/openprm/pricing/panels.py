"""What prices put on other pages: the margin of a deal, and the books of a partner."""

from typing import Any

from django.utils import timezone

from openprm.kernel.access import Actor
from openprm.partners.models import Partner
from openprm.pricing import policies, queries, when
from openprm.pricing.models import Assignment
from openprm.pricing.told import told

SHOWN = 5


def deal_margin(actor: Actor, deal: Any) -> dict[str, Any] | None:
    """Return the margin of a deal as it was when it was registered; of a draft, as it is now.

    Deals stand above prices: this reads what every page's row of a deal has, and knows nothing else of it.
    """
    if not policies.may_see_margin_of(actor, deal.partner_id):
        return None
    names = {line.product_line_id: line.product_line.name for line in deal.lines.all()}
    at = deal.submitted_at or timezone.now()
    found = told(deal.partner_id, list(names), at, value=deal.value, currency=deal.currency, names=names)
    return {"margin": found, "registered_at": deal.submitted_at} if found else None


def partner_books(actor: Actor, partner: Partner) -> dict[str, Any] | None:
    """Return the books of a partner for its page in the console, and which others it could be given."""
    if not policies.may_see_margin_of(actor, partner.pk):
        return None
    at = timezone.now()
    may_assign = policies.may_assign(actor, partner)
    held = queries.books_of(partner.pk, at)
    others = policies.in_use(at).exclude(pk__in=[one.book.pk for one in held if _named(one)]) if may_assign else []
    lines = [line for line, _name in sorted(queries.active_lines().items(), key=lambda pair: pair[1])]
    return {
        "holdings": [{"held": one, "is_named": _named(one), "last_day": when.last_day(one.until)} for one in held],
        "margins": [one for one in queries.margins(partner.pk, lines, at) if one.is_any] if lines else [],
        "may_assign": may_assign,
        "others": others,
    }


def portal_margins(actor: Actor) -> dict[str, Any]:
    """Return what a partner earns, best first, for its home page."""
    lines = list(queries.active_lines())
    found = queries.margins(actor.company_id, lines, timezone.now()) if lines else []
    earning = [one for one in found if one.is_any and one.points is not None]
    return {"margins": sorted(earning, key=lambda one: (-(one.points or 0), one.line))[:SHOWN]}


def _named(holding: queries.Holding) -> bool:
    return holding.assignment.source == Assignment.Source.NAMED
