"""How registrations of the past would have fared under other rules.

What stood there then is put together from what is known now: deals by the times in their rows, opportunities and
accounts as they are today, and the customer's own account only. The page says so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from openprm.customers.models import Account, Opportunity
from openprm.deals.lifecycle import State
from openprm.deals.models import DealLine, DealRegistration
from openprm.deals.rules import Claim, Level, Likeness, Rival, RivalKind, Verdict
from openprm.engagement import versions
from openprm.engagement.models import Hold
from openprm.engagement.rules import Rules, for_partner, weigh
from openprm.kernel.access import as_system

Row = dict[str, Any]
MOST = 20_000  # the newest deals of the range
COLUMNS = ("id", "partner_id", "account_id", "country", "reference", "state", "submitted_at", "decided_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Preview:
    """How many deals moved from which verdict to which, and which deals those are, newest first."""

    judged: int
    moves: dict[tuple[Level, Level], int]
    moved: dict[UUID, tuple[Level, Level]]
    capped: bool


@dataclass(slots=True)
class Past:
    """What is known about some accounts, gathered with a handful of queries however many deals are judged."""

    deals: dict[UUID, list[Row]] = field(default_factory=lambda: defaultdict(list))
    rivals: dict[UUID, list[tuple[datetime, UUID | None, Rival]]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[UUID, frozenset[UUID]] = field(default_factory=dict)


def preview(*, old: Rules, new: Rules, since: datetime, until: datetime) -> Preview:
    """Judge the deals submitted in the range by both sets of rules. To be shown to the vendor only."""
    with as_system():
        wanted = DealRegistration.objects.filter(submitted_at__gte=since, submitted_at__lt=until, account__isnull=False)
        deals = list(wanted.order_by("-submitted_at").values(*COLUMNS)[: MOST + 1])
        past = _past(wanted)
        inside = (versions.members(old), versions.members(new))
    moves: Counter[tuple[Level, Level]] = Counter()
    moved: dict[UUID, tuple[Level, Level]] = {}
    for deal in deals[:MOST]:
        levels = tuple(_judge(deal, past, rules, known).level for rules, known in zip((old, new), inside, strict=True))
        moves[levels[0], levels[1]] += 1
        if levels[0] is not levels[1]:
            moved[deal["id"]] = (levels[0], levels[1])
    return Preview(min(len(deals), MOST), dict(moves), moved, len(deals) > MOST)


def _judge(deal: Row, past: Past, rules: Rules, inside: dict[str, frozenset[UUID]]) -> Verdict:
    partner: UUID = deal["partner_id"]
    member_of = {key for key, partners in inside.items() if partner in partners}
    claim = Claim(partner, past.lines.get(deal["id"], frozenset()), str(deal["country"]))
    return weigh(claim, _stood_there(deal, claim, past), for_partner(rules, member_of))


def _stood_there(deal: Row, claim: Claim, past: Past) -> Iterable[Rival]:
    account: UUID = deal["account_id"]
    at: datetime = deal["submitted_at"]
    for other in past.deals[account]:
        if other["id"] != deal["id"] and (found := _other(other, claim, at, past)):
            yield found
    for began, helper, rival in past.rivals[account]:
        if began <= at and helper != claim.partner_id:
            days = max(0, (at - began).days) if rival.kind in (RivalKind.DIRECT, RivalKind.LOST) else 0
            yield Rival(rival.kind, rival.likeness, rival.product_lines, stage=rival.stage, days=days)


def _other(other: Row, claim: Claim, at: datetime, past: Past) -> Rival | None:
    submitted: datetime = other["submitted_at"]
    decided: datetime | None = other["decided_at"]
    closed: datetime | None = other["closed_at"]
    lines = past.lines.get(other["id"], frozenset())
    if submitted >= at:
        return None
    if closed and closed <= at:
        lost = other["state"] == State.LOST
        return Rival(RivalKind.LOST, Likeness.SAME, lines, days=(at - closed).days) if lost else None
    if other["partner_id"] == claim.partner_id:
        return Rival(RivalKind.OWN, Likeness.SAME, lines, own_reference=str(other["reference"]))
    granted = decided is not None and decided <= at
    return Rival(RivalKind.PROTECTED if granted else RivalKind.PENDING, Likeness.SAME, lines)


def _past(wanted: QuerySet[DealRegistration]) -> Past:
    past, accounts = Past(), wanted.values("account_id")
    there = DealRegistration.objects.filter(account__in=accounts, submitted_at__isnull=False)
    for deal in there.values(*COLUMNS):
        past.deals[deal["account_id"]].append(deal)
    lines: dict[UUID, set[UUID]] = defaultdict(set)
    for key, line in DealLine.objects.filter(deal__in=there.values("pk")).values_list("deal_id", "product_line_id"):
        lines[key].add(line)
    past.lines = {key: frozenset(found) for key, found in lines.items()}
    _opportunities(past, accounts)
    _accounts(past, accounts)
    return past


def _opportunities(past: Past, accounts: QuerySet[Any, Any]) -> None:
    for one in Opportunity.objects.filter(account__in=accounts, is_won=False).prefetch_related("product_lines"):
        lines = frozenset(line.pk for line in one.product_lines.all())
        kind = RivalKind.DIRECT if one.is_open else RivalKind.LOST
        began = one.created_at if one.is_open else one.updated_at
        rival = Rival(kind, Likeness.SAME, lines, stage=one.stage)
        past.rivals[one.account_id].append((began, one.partner_id if one.is_open else None, rival))


def _accounts(past: Past, accounts: QuerySet[Any, Any]) -> None:
    held = set(Hold.objects.filter(account__in=accounts).values_list("account_id", flat=True))
    bought: dict[UUID, set[UUID]] = defaultdict(set)
    won = Opportunity.objects.filter(account__in=accounts, is_won=True, product_lines__isnull=False)
    for key, line in won.values_list("account_id", "product_lines"):
        bought[key].add(line)
    for account in Account.objects.filter(pk__in=accounts).only("pk", "is_customer", "named", "created_at"):
        standing = {
            RivalKind.HELD: account.pk in held,
            RivalKind.NAMED: account.named,
            RivalKind.CUSTOMER: account.is_customer,
        }
        for kind in (kind for kind, there in standing.items() if there):
            lines = frozenset(bought[account.pk]) if kind is RivalKind.CUSTOMER else frozenset()
            past.rivals[account.pk].append((account.created_at, None, Rival(kind, Likeness.SAME, lines)))
