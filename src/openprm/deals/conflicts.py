"""The one place that looks across partners. It returns only what the asking partner may know."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from openprm.customers import services as customers
from openprm.customers.models import Account, Opportunity
from openprm.deals.lifecycle import UNDECIDED, State
from openprm.deals.models import DealLine, DealRegistration, Protection
from openprm.deals.rules import Claim, Likeness, Rival, RivalKind, Verdict, verdict
from openprm.engagement import versions
from openprm.engagement.models import Hold
from openprm.engagement.rules import asked_for, tells_lines_bought
from openprm.kernel.access import as_system
from openprm.matching import Decision, Match

STANDING = [*UNDECIDED, State.APPROVED]


def weigh(likeness: dict[UUID, Likeness], *, claim: Claim, at: datetime, leaving_out: UUID | None = None) -> Verdict:
    """Return the verdict on a claim to the company that the accounts in ``likeness`` are, or may be.

    ``leaving_out`` is the deal that is being judged itself.
    """
    with as_system():
        version, rules = versions.in_force(claim.partner_id)
        found = (
            list(_rivals(likeness, claim, at, leaving_out, asked_for(rules), tells_lines_bought(rules)))
            if likeness
            else []
        )
        return replace(verdict(claim, found, rules), rules=version.id)


def _with_family(likeness: dict[UUID, Likeness]) -> dict[UUID, Likeness]:
    """Return what deals meet: where a protection covers the whole family, the customer's family is the customer."""
    if not customers.covers_family():
        return likeness
    same = [key for key, found in likeness.items() if found is Likeness.SAME]
    return likeness | {one.other_id: Likeness.SAME for one in customers.kin(same)}


def likeness(matches: Iterable[Match], account: Account | None = None) -> dict[UUID, Likeness]:
    """Return the accounts that are, or may be, the company; ``account`` is it for sure, where that is known."""
    found = {UUID(match.company_id): _likeness(match) for match in matches}
    known = {key: value for key, value in found.items() if value is not None}
    if account is not None:
        known[account.pk] = Likeness.SAME
    return known


def _likeness(match: Match) -> Likeness | None:
    return None if match.decision is Decision.DIFFERENT else Likeness(match.decision.value)


def _rivals(
    likeness: dict[UUID, Likeness],
    claim: Claim,
    at: datetime,
    leaving_out: UUID | None,
    wanted: Collection[RivalKind],
    by_line: bool,
) -> Iterable[Rival]:
    """Return what stands at the companies; what costs a query of its own is looked up where a rule asks for it."""
    yield from _deals(_with_family(likeness), claim, at, leaving_out)
    yield from _opportunities(likeness, claim, at)
    yield from _accounts(likeness, _bought(likeness) if by_line else {})
    if RivalKind.LOST in wanted:
        yield from _losses(likeness, at)


def _deals(likeness: dict[UUID, Likeness], claim: Claim, at: datetime, leaving_out: UUID | None) -> Iterable[Rival]:
    of_deal = {"deal": OuterRef("pk")}
    deals = DealRegistration.objects.filter(account__in=likeness, state__in=STANDING).values_list(
        "pk",
        "account",
        "partner",
        "state",
        "reference",
        ArraySubquery(DealLine.objects.filter(**of_deal).values("product_line")),
        ArraySubquery(Protection.objects.filter(period__endswith__gt=at, **of_deal).values("product_line")),
    )
    for key, account, partner, state, reference, lines, protected in deals:
        if key == leaving_out:
            continue
        found = likeness[account]
        if partner == claim.partner_id:
            if found is Likeness.SAME:
                yield Rival(RivalKind.OWN, found, frozenset(lines), own_reference=reference)
        elif state != State.APPROVED:
            yield Rival(RivalKind.PENDING, found, frozenset(lines))
        elif protected:
            yield Rival(RivalKind.PROTECTED, found, frozenset(protected))


def _opportunities(likeness: dict[UUID, Likeness], claim: Claim, at: datetime) -> Iterable[Rival]:
    open_ones = Opportunity.objects.filter(account__in=likeness, is_open=True).exclude(partner_id=claim.partner_id)
    for opportunity in open_ones.prefetch_related("product_lines"):
        lines = frozenset(line.pk for line in opportunity.product_lines.all())
        yield Rival(
            RivalKind.DIRECT,
            likeness[opportunity.account_id],
            lines,
            stage=opportunity.stage,
            days=max(0, (at - opportunity.created_at).days),
        )


def _accounts(likeness: dict[UUID, Likeness], bought: dict[UUID, frozenset[UUID]]) -> Iterable[Rival]:
    accounts = Account.objects.filter(pk__in=likeness).annotate(
        held=Exists(Hold.objects.filter(account=OuterRef("pk")))
    )
    for account in accounts.only("pk", "is_customer", "named"):
        found = likeness[account.pk]
        if account.held:
            yield Rival(RivalKind.HELD, found)
        if account.named:
            yield Rival(RivalKind.NAMED, found)
        if account.is_customer:
            yield Rival(RivalKind.CUSTOMER, found, bought.get(account.pk, frozenset()))


def _bought(likeness: dict[UUID, Likeness]) -> dict[UUID, frozenset[UUID]]:
    """Return the product lines of the opportunities won at each company; nothing known means any."""
    won = Opportunity.objects.filter(account__in=likeness, is_won=True, product_lines__isnull=False)
    found: dict[UUID, set[UUID]] = {}
    for account, line in won.values_list("account_id", "product_lines").distinct():
        found.setdefault(account, set()).add(line)
    return {account: frozenset(lines) for account, lines in found.items()}


def _losses(likeness: dict[UUID, Likeness], at: datetime) -> Iterable[Rival]:
    """Return what was lost at the companies, by the vendor or by any partner."""
    lost = Opportunity.objects.filter(account__in=likeness, is_open=False, is_won=False)
    for opportunity in lost.prefetch_related("product_lines"):
        day = opportunity.closed_on
        lines = frozenset(line.pk for line in opportunity.product_lines.all())
        days = max(0, (at.date() - day).days) if day else None
        yield Rival(RivalKind.LOST, likeness[opportunity.account_id], lines, days=days)
    deals = DealRegistration.objects.filter(account__in=likeness, state=State.LOST, closed_at__isnull=False)
    for deal in deals.prefetch_related("lines"):
        assert deal.account_id
        assert deal.closed_at
        lines = frozenset(line.product_line_id for line in deal.lines.all())
        yield Rival(RivalKind.LOST, likeness[deal.account_id], lines, days=max(0, (at - deal.closed_at).days))
