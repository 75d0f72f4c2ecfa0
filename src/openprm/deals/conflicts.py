"""The one place that looks across partners. It returns only what the asking partner may know."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from openprm.customers import services as customers
from openprm.customers.models import Account, Opportunity
from openprm.deals.lifecycle import UNDECIDED, State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Claim, Likeness, Rival, RivalKind, Verdict, verdict
from openprm.kernel.access import as_system
from openprm.matching import Decision, Match

STANDING = [*UNDECIDED, State.APPROVED]


def weigh(likeness: dict[UUID, Likeness], *, claim: Claim, at: datetime, leaving_out: UUID | None = None) -> Verdict:
    """Return the verdict on a claim to the company that the accounts in ``likeness`` are, or may be.

    ``leaving_out`` is the deal that is being judged itself.
    """
    if not likeness:
        return verdict(claim, [])
    with as_system():
        return verdict(claim, list(_rivals(likeness, claim, at, leaving_out)))


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


def _rivals(likeness: dict[UUID, Likeness], claim: Claim, at: datetime, leaving_out: UUID | None) -> Iterable[Rival]:
    yield from _deals(_with_family(likeness), claim, at, leaving_out)
    yield from _opportunities(likeness, claim)
    yield from _accounts(likeness)


def _deals(likeness: dict[UUID, Likeness], claim: Claim, at: datetime, leaving_out: UUID | None) -> Iterable[Rival]:
    deals = DealRegistration.objects.filter(account__in=likeness, state__in=STANDING)
    for deal in deals.prefetch_related("lines", "protections"):
        if deal.pk == leaving_out or deal.account_id is None:
            continue
        lines = frozenset(line.product_line_id for line in deal.lines.all())
        found = likeness[deal.account_id]
        if deal.partner_id == claim.partner_id:
            if found is Likeness.SAME:
                yield Rival(RivalKind.OWN, found, lines, own_reference=deal.reference)
        elif deal.state != State.APPROVED:
            yield Rival(RivalKind.PENDING, found, lines)
        elif protected := frozenset(row.product_line_id for row in deal.protections.all() if row.period.upper > at):
            yield Rival(RivalKind.PROTECTED, found, protected)


def _opportunities(likeness: dict[UUID, Likeness], claim: Claim) -> Iterable[Rival]:
    open_ones = Opportunity.objects.filter(account__in=likeness, is_open=True).exclude(partner_id=claim.partner_id)
    for opportunity in open_ones.prefetch_related("product_lines"):
        lines = frozenset(line.pk for line in opportunity.product_lines.all())
        yield Rival(RivalKind.DIRECT, likeness[opportunity.account_id], lines)


def _accounts(likeness: dict[UUID, Likeness]) -> Iterable[Rival]:
    for account in Account.objects.filter(pk__in=likeness).only("pk", "is_customer", "named"):
        found = likeness[account.pk]
        if account.named:
            yield Rival(RivalKind.NAMED, found)
        if account.is_customer:
            yield Rival(RivalKind.CUSTOMER, found)
