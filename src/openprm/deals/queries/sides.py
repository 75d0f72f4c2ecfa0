"""Both sides of a conflict, for the vendor's eyes: the registration, and everything that stands against it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import queries as companies
from openprm.customers import services as customers
from openprm.customers.evidence import Bar, bars
from openprm.customers.models import Account, CompanyDecision, Opportunity
from openprm.deals.lifecycle import UNDECIDED, State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Likeness
from openprm.kernel.access import as_system
from openprm.matching import Decision, Match, Query
from openprm.partners.models import Partner

MOST_EACH = 10  # deals and opportunities shown of one company


@dataclass(frozen=True, slots=True)
class Side:
    """One company that is, or may be, the customer, with what is going on there."""

    account: Account
    likeness: Likeness
    percent: int | None
    bars: list[Bar]
    deals: list[DealRegistration] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    decision: CompanyDecision | None = None

    @property
    def label(self) -> str:
        """Return how alike it is, in words."""
        return {
            Likeness.SAME: _("The same company"),
            Likeness.FAMILY: _("A company of the same group"),
            Likeness.POSSIBLE: _("A similar name"),
        }[self.likeness]

    @property
    def tone(self) -> str:
        """Return how grave that is."""
        return "blocked" if self.likeness is Likeness.SAME and self.stands_against else "possible"

    @property
    def stands_against(self) -> bool:
        """Say whether anything of this company can stand against a registration."""
        return bool(self.deals or self.opportunities or self.account.named or self.account.is_customer)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a partner's deals, beside one of them."""

    partner: Partner
    open: int
    won: int
    lost: int
    rejected: int

    @property
    def win_rate(self) -> int | None:
        """Return the share of won deals among those that ended in a sale or not, in percent."""
        ended = self.won + self.lost
        return round(100 * self.won / ended) if ended else None


def conflict_sides(deal: DealRegistration) -> list[Side]:
    """Return the companies that may be the customer, the likeliest first, each with its open deals and opportunities.

    It looks at everything, whoever asks: show it to people who may decide only.
    """
    query = Query(deal.customer_name, deal.website or None, deal.country or None)
    with as_system():
        matches = {UUID(match.company_id): match for match in customers.find(query)}
        found = {key: _likeness(match) for key, match in matches.items() if match.decision is not Decision.DIFFERENT}
        if deal.account_id:
            found[deal.account_id] = Likeness.SAME
        return _sides(deal, found, matches)


def _sides(deal: DealRegistration, found: dict[UUID, Likeness], matches: dict[UUID, Match]) -> list[Side]:
    deals = _by_account(_rival_deals(deal, found))
    opportunities = _by_account(_open_opportunities(found))
    decided = _decisions(deal)
    sides = [
        Side(
            account,
            found[account.pk],
            _percent(matches.get(account.pk)),
            bars(matches[account.pk].evidence) if account.pk in matches else [],
            deals.get(account.pk, [])[:MOST_EACH],
            opportunities.get(account.pk, [])[:MOST_EACH],
            decided.get(account.pk),
        )
        for account in Account.objects.filter(pk__in=found)
    ]
    order = list(Likeness)
    return sorted(sides, key=lambda side: (not side.stands_against, order.index(side.likeness), -(side.percent or 100)))


def _rival_deals(deal: DealRegistration, found: Iterable[UUID]) -> Iterable[DealRegistration]:
    standing = Q(state__in=UNDECIDED) | Q(state=State.APPROVED, protected_until__gt=timezone.now())
    deals = DealRegistration.objects.filter(standing, account__in=list(found)).exclude(pk=deal.pk)
    return deals.select_related("partner").prefetch_related("lines__product_line").order_by("submitted_at")[:100]


def _open_opportunities(found: Iterable[UUID]) -> Iterable[Opportunity]:
    opportunities = Opportunity.objects.filter(account__in=list(found), is_open=True).select_related("partner")
    return opportunities.prefetch_related("product_lines").order_by("-amount")[:100]


def _by_account(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.account_id, []).append(row)
    return found


def _likeness(match: Match) -> Likeness:
    return Likeness(match.decision.value)


def _percent(match: Match | None) -> int | None:
    if match is None or match.decision is Decision.FAMILY:  # a sister company is another company: no share says that
        return None
    return min(99, round(100 * match.probability))


def _decisions(deal: DealRegistration) -> dict[UUID, CompanyDecision]:
    """Return what is decided about the deal's customer, by the other account."""
    if deal.account is None:
        return {}
    rows = companies.decisions_about(deal.account)
    return {row.other_id if row.account_id == deal.account_id and row.other_id else row.account_id: row for row in rows}


def partner_summary(deal: DealRegistration) -> Summary:
    """Return what the partner's deals came to so far."""
    counts = DealRegistration.objects.filter(partner_id=deal.partner_id).aggregate(
        open=Count("pk", filter=Q(state__in=[*UNDECIDED, State.APPROVED])),
        won=Count("pk", filter=Q(state=State.WON)),
        lost=Count("pk", filter=Q(state=State.LOST)),
        rejected=Count("pk", filter=Q(state__in=[State.REJECTED, State.DUPLICATE])),
    )
    return Summary(deal.partner, **counts)
