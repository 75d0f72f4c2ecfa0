"""How registrations of the past would have fared under other rules.

What stood there then is put together from what is known now: deals by the times in their rows, opportunities from
their beginning to their end, accounts as they are today, and the customer's own account only. Above that stands what
the partner was told: a reason that was given stood there, and what its version's rules would have told, but did not,
did not. The page says so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from openprm.customers.models import Account, Opportunity
from openprm.deals.lifecycle import State
from openprm.deals.models import DealLine, DealRegistration
from openprm.deals.rules import Claim, Level, Likeness, Rival, RivalKind
from openprm.engagement import versions
from openprm.engagement.models import Hold
from openprm.engagement.rules import OF_THE_CLAIM, Kind, Lines, Rule, Rules, for_partner, weigh
from openprm.kernel import days as calendar
from openprm.kernel.access import as_system

Row = dict[str, Any]
BATCH = 5_000  # deals that are judged together
COLUMNS = ("id", "partner_id", "account_id", "country", "reference", "state", "submitted_at", "decided_at", "closed_at")
TOLD = ("rules_id", "verdict_reasons")
SOMEWHERE_ELSE = frozenset({UUID(int=0)})  # a product line that no claim is about


@dataclass(frozen=True, slots=True)
class Preview:
    """How many deals moved from which verdict to which, and which deals those are, newest first."""

    judged: int
    moves: dict[tuple[Level, Level], int]
    moved: dict[UUID, tuple[Level, Level]]


@dataclass(slots=True)
class Past:
    """What is known about some accounts, gathered with a handful of queries however many deals are judged."""

    deals: dict[UUID, list[Row]] = field(default_factory=lambda: defaultdict(list))
    rivals: dict[UUID, list[tuple[datetime, datetime | None, UUID | None, Rival]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lines: dict[UUID, frozenset[UUID]] = field(default_factory=dict)


def preview(*, old: Rules, new: Rules, since: datetime, until: datetime) -> Preview:
    """Judge the deals submitted in the range by both sets of rules, at once. To be shown to the vendor only."""
    with as_system():
        judge = Judge(old, new)
        moves: Counter[tuple[Level, Level]] = Counter()
        moved: dict[UUID, tuple[Level, Level]] = {}
        last: Row | None = None
        while deals := batch(since=since, until=until, after=last):
            for key, before, after in judge(deals):
                moves[before, after] += 1
                if before is not after:
                    moved[key] = (before, after)
            last = deals[-1]
    return Preview(sum(moves.values()), dict(moves), moved)


def in_range(since: datetime, until: datetime) -> QuerySet[DealRegistration]:
    """Return the deals that are judged."""
    return DealRegistration.objects.filter(submitted_at__gte=since, submitted_at__lt=until, account__isnull=False)


def batch(*, since: datetime, until: datetime, after: Row | None = None, most: int = BATCH) -> list[Row]:
    """Return the next deals of the range behind ``after``, newest first."""
    rows = in_range(since, until)
    if after is not None:
        same_time = Q(submitted_at=after["submitted_at"], pk__lt=after["id"])
        rows = rows.filter(Q(submitted_at__lt=after["submitted_at"]) | same_time)
    return list(rows.order_by("-submitted_at", "-pk").values(*COLUMNS, *TOLD)[:most])


class Judge:
    """Judges deals by two sets of rules. Made once: who is in which audience is asked when it is made."""

    def __init__(self, old: Rules, new: Rules) -> None:
        self.sides = [(rules, versions.members(rules)) for rules in (old, new)]

    def __call__(self, deals: Sequence[Row]) -> Iterator[tuple[UUID, Level, Level]]:
        """Yield each deal with its verdict by the old and by the new rules; a handful of queries for all of them."""
        past = _past(deals)
        for deal in deals:
            claim = Claim(deal["partner_id"], past.lines.get(deal["id"], frozenset()), str(deal["country"]))
            rivals = _as_told(deal, claim, list(_stood_there(deal, claim, past)))
            old, new = (self._level(claim, rivals, rules, inside) for rules, inside in self.sides)
            yield deal["id"], old, new

    @staticmethod
    def _level(claim: Claim, rivals: list[Rival], rules: Rules, inside: dict[str, frozenset[UUID]]) -> Level:
        member_of = {key for key, partners in inside.items() if claim.partner_id in partners}
        return weigh(claim, rivals, for_partner(rules, member_of)).level


def _as_told(deal: Row, claim: Claim, rivals: list[Rival]) -> list[Rival]:
    """Return what stood there by what the partner was told, where it is known which rules told it."""
    if deal["rules_id"] is None:
        return rivals
    rules = [
        rule for rule in versions.version(deal["rules_id"]).rules if rule.enabled and rule.kind not in OF_THE_CLAIM
    ]
    told = {reason["code"]: str(reason.get("reference", "")) for reason in deal["verdict_reasons"]}
    unsaid = [rule for rule in rules if rule.is_for_all and rule.key not in told]
    left = [rival for rival in rivals if not any(rule.fits(claim, rival) for rule in unsaid)]
    for rule in rules:
        if rule.key in told and not any(rule.fits(claim, rival) for rival in left):
            left.append(_meant(rule, told[rule.key]))
    return left


def _meant(rule: Rule, reference: str) -> Rival:
    """Return the least that a rule must have met."""
    likeness = next(one for one in Likeness if one in rule.likeness)
    kind = RivalKind.PENDING if rule.kind is Kind.ANYTHING else RivalKind(rule.kind.value)
    lines = SOMEWHERE_ELSE if rule.lines is Lines.OTHER else frozenset()
    stage = rule.stages[0] if rule.stages else ""
    return Rival(kind, likeness, lines, own_reference=reference, stage=stage, days=rule.least_days or 0)


def _stood_there(deal: Row, claim: Claim, past: Past) -> Iterable[Rival]:
    account: UUID = deal["account_id"]
    at: datetime = deal["submitted_at"]
    for other in past.deals[account]:
        if other["id"] != deal["id"] and (found := _other(other, claim, at, past)):
            yield found
    for began, ended, helper, rival in past.rivals[account]:
        if began <= at and (ended is None or at < ended) and helper != claim.partner_id:
            timed = rival.kind in (RivalKind.DIRECT, RivalKind.LOST) and rival.days is not None
            days = max(0, (at - began).days) if timed else rival.days
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


def _past(deals: Sequence[Row]) -> Past:
    past, accounts = Past(), sorted({deal["account_id"] for deal in deals})
    there = DealRegistration.objects.filter(account__in=accounts, submitted_at__isnull=False)
    for deal in there.values(*COLUMNS):
        past.deals[deal["account_id"]].append(deal)
    lines: dict[UUID, set[UUID]] = defaultdict(set)
    for key, line in DealLine.objects.filter(deal__account__in=accounts).values_list("deal_id", "product_line_id"):
        lines[key].add(line)
    past.lines = {key: frozenset(found) for key, found in lines.items()}
    _opportunities(past, accounts)
    _accounts(past, accounts)
    return past


def _opportunities(past: Past, accounts: Sequence[UUID]) -> None:
    for one in Opportunity.objects.filter(account__in=accounts).prefetch_related("product_lines"):
        lines = frozenset(line.pk for line in one.product_lines.all())
        ended = None if one.is_open else _ended(one)
        direct = Rival(RivalKind.DIRECT, Likeness.SAME, lines, stage=one.stage if one.is_open else "")
        past.rivals[one.account_id].append((one.created_at, ended, one.partner_id, direct))
        if ended and not one.is_won:
            lost = Rival(RivalKind.LOST, Likeness.SAME, lines, days=0 if one.closed_on else None)
            past.rivals[one.account_id].append((ended, None, None, lost))


def _ended(one: Opportunity) -> datetime:
    """Return when an opportunity was closed; where nobody knows it, it counts as closed for as long as it is known."""
    return calendar.begin(one.closed_on, UTC) if one.closed_on else one.created_at


def _accounts(past: Past, accounts: Sequence[UUID]) -> None:
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
            past.rivals[account.pk].append((account.created_at, None, None, Rival(kind, Likeness.SAME, lines)))
