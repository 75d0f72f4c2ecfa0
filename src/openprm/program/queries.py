"""Questions about standing that pages and features above ask."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from openprm.customers.models import ProductLine
from openprm.kernel.access import as_system
from openprm.kernel.kpis import Period
from openprm.program import figures, rules, versions, words
from openprm.program.definition import Benefit, Criterion, Definition, Tier
from openprm.program.models import BenefitGrant, Membership, Proposal, TierMove
from openprm.program.rules import JudgedTier, Values

QUARTERS = 4
YEAR = 365


@dataclass(frozen=True, slots=True)
class StandingIn:
    """Where a partner stands in one of its programmes."""

    programme_id: UUID
    programme: str  # the code
    name: str
    tier: str  # the code
    tier_name: str
    rank: int  # 0 is the lowest tier
    since: datetime
    grace_until: datetime | None
    held_until: datetime | None
    held: bool


@dataclass(frozen=True, slots=True)
class Has:
    """A benefit that a partner has: with its tier, or (``grant``) given by hand."""

    benefit: Benefit
    programme_id: UUID
    words: str
    icon: str
    grant: BenefitGrant | None = None
    withheld: BenefitGrant | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A criterion as pages show it."""

    criterion: Criterion
    label: str
    window: str
    value: str
    needed: str
    gap: str
    percent: int
    met: bool
    expected: datetime | None  # when it is met at the pace of late


@dataclass(frozen=True, slots=True)
class Part:
    """A group of criteria as pages show it."""

    need: str
    met: bool
    criteria: list[Measured]


@dataclass(frozen=True, slots=True)
class Step:
    """A tier with what of it is met, what it gives, and what it gives more than the tier held."""

    tier: Tier
    name: str
    rank: int
    held: bool
    reached: bool
    judged: JudgedTier
    parts: list[Part]
    lines: list[tuple[str, str, Decimal, int]]  # scorecard: words, value, points, most points
    categories: list[tuple[str, Decimal, int, bool]]
    benefits: list[str]
    unlocks: list[str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member is: every tier judged by the figures of now."""

    member: Membership
    definition: Definition
    version: int
    steps: list[Step]
    held: Step
    next: Step | None
    expected: datetime | None
    benefits: list[Has] = field(default_factory=list)


def standing(partner_id: UUID) -> list[StandingIn]:
    """Return where a partner stands in each of its programmes; the leading programme first."""
    found = []
    with as_system():
        rows = Membership.objects.filter(partner_id=partner_id, programme__archived=False)
        for row in rows.select_related("programme").order_by("programme__place", "programme__name"):
            says = versions.in_force(row.programme_id).says
            found.append(
                StandingIn(
                    programme_id=row.programme_id,
                    programme=row.programme.code,
                    name=str(row.programme),
                    tier=row.tier,
                    tier_name=words.tier_name(says, row.tier),
                    rank=says.codes.index(row.tier),
                    since=row.tier_since,
                    grace_until=row.grace_until,
                    held_until=row.held_until,
                    held=row.held,
                )
            )
    return found


def discount_points(partner_id: UUID, at: datetime) -> Mapping[UUID | None, Decimal]:
    """Return the discount points that a partner's benefits gave at that time, by product line (None: for all lines).

    Where several benefits speak of the same product line, the highest counts. The caller takes the points of the
    line where there are any, else those for all lines.
    """
    return _by_line(partner_id, "discount", at)


def protection_days(partner_id: UUID, at: datetime) -> Mapping[UUID | None, int]:
    """Return the days of protection that a partner's benefits give, by product line (None: for all lines)."""
    return {line: int(days) for line, days in _by_line(partner_id, "protection", at).items()}


def benefits(partner_id: UUID, at: datetime) -> list[tuple[UUID, Benefit]]:
    """Return the benefits a partner had at a time, each with its programme: those of its tiers, and by hand."""
    with as_system():
        moves = TierMove.objects.filter(partner_id=partner_id, at__lte=at, programme__archived=False)
        latest = moves.order_by("programme_id", "-at", "-step").distinct("programme_id")
        tiers = {programme: tier for programme, tier in latest.values_list("programme_id", "after") if tier}
        grants = list(_grants_at(partner_id, at))
    if not tiers:
        return []
    says = versions.at_time(list(tiers), at)
    withheld = {(one.programme_id, one.code) for one in grants if one.withheld}
    found = []
    for programme, tier in tiers.items():
        version = says.get(programme)
        given = version.says.tier(tier).benefits if version and tier in version.says.codes else ()
        found += [(programme, one) for one in given if (programme, one.code) not in withheld]
    given_by_hand = [one for one in grants if not one.withheld and one.programme_id in tiers]
    return found + [(one.programme_id, Benefit.model_validate(one.benefit)) for one in given_by_hand]


def progress(member: Membership, *, at: datetime, project: bool = True) -> Progress:
    """Return how far a member is; ``project`` says when the next tier is reached at the pace of late."""
    with as_system():
        version = versions.in_force(member.programme_id)
        says = version.says
        values = figures.of(member.partner_id, rules.needs(says), at)
        say = words.Speaker()
        upcoming = says.above(member.tier)
        steps = [
            _step(member, tier, values, say, says, at, project=project and tier is upcoming) for tier in says.tiers
        ]
        held = next(one for one in steps if one.held)
        following = next((one for one in steps if one.rank == held.rank + 1), None)
        expected = _expected(following) if following and project else None
        return Progress(
            member, says, version.number, steps, held, following, expected, has(member, say=say, at=at, tier=held.tier)
        )


def has(member: Membership, *, at: datetime, tier: Tier | None = None, say: words.Speaker | None = None) -> list[Has]:
    """Return what a member has, and what of its tier is withheld."""
    say = say or words.Speaker()
    with as_system():
        tier = tier or versions.in_force(member.programme_id).says.tier(member.tier)
        grants = list(_grants_at(member.partner_id, at).filter(programme_id=member.programme_id))
    withheld = {one.code: one for one in grants if one.withheld}
    found = [
        Has(one, member.programme_id, say.benefit(one), words.ICONS[one.kind], None, withheld.get(one.code))
        for one in tier.benefits
    ]
    for grant in grants:
        if not grant.withheld:
            one = Benefit.model_validate(grant.benefit)
            found.append(Has(one, member.programme_id, say.benefit(one), words.ICONS[one.kind], grant))
    return found


def due(at: datetime) -> list[tuple[UUID, datetime]]:
    """Return the members whose grace, or tier set by hand, has ended, each with when it did."""
    with as_system():
        rows = Membership.objects.filter(programme__archived=False, set_aside="")
        ended = rows.filter(Q(grace_until__lte=at) | Q(held=True, held_until__lte=at))
        waiting = Proposal.objects.filter(state=Proposal.State.OPEN).values("membership_id")
        ends = ended.exclude(pk__in=waiting).order_by("pk").values_list("pk", "grace_until", "held_until")[:1000]
        return [(pk, end) for pk, grace, held in ends if (end := grace or held) is not None]


def ran_out(at: datetime) -> list[UUID]:
    """Return the benefits given by hand until a time that is over, where nobody was told yet; the oldest first."""
    with as_system():
        rows = BenefitGrant.objects.filter(over=False, until__lte=at).order_by("until")
        return list(rows.values_list("pk", flat=True)[:1000])


def _by_line(partner_id: UUID, kind: str, at: datetime) -> dict[UUID | None, Decimal]:
    found = rules.points([one for _programme, one in benefits(partner_id, at)], kind)
    keys = [line for line in found if line]
    with as_system():
        ids = dict(ProductLine.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    return {ids[line] if line else None: amount for line, amount in found.items() if line is None or line in ids}


def _grants_at(partner_id: UUID, at: datetime):  # type: ignore[no-untyped-def]
    running = Q(until=None) | Q(until__gt=at)
    return BenefitGrant.objects.filter(running, partner_id=partner_id, since__lte=at)


def _step(
    member: Membership, tier: Tier, values: Values, say: words.Speaker, says: Definition, at: datetime, *, project: bool
) -> Step:
    judged = rules.judge(says, tier, values)
    parts = []
    for group in judged.groups:
        shown = [
            Measured(
                criterion=one.criterion,
                label=say.label(one.criterion.kpi),
                window=say.window(one.criterion.kpi, one.criterion.months),
                value=say.amount(one.criterion.kpi, one.value),
                needed=say.amount(one.criterion.kpi, one.criterion.at_least),
                gap=say.amount(one.criterion.kpi, one.gap) if not one.met else "",
                percent=int(one.share * 100),
                met=one.met,
                expected=_projected(member, one, say, at) if project and not one.met else None,
            )
            for one in group.criteria
        ]
        parts.append(Part(group.group.need, group.met, shown))
    given = {one.code: one for one in says.tier(member.tier).benefits}
    return Step(
        tier=tier,
        name=words.tier_name(says, tier.code),
        rank=says.codes.index(tier.code),
        held=tier.code == member.tier,
        reached=says.codes.index(tier.code) <= says.codes.index(member.tier),
        judged=judged,
        parts=parts,
        lines=[
            (say.line(one.line), say.amount(one.line.kpi, one.value), one.points, one.line.points)
            for one in judged.points
        ],
        categories=[(name, had, least, had >= least) for name, (had, least) in judged.categories.items()],
        benefits=[say.benefit(one) for one in tier.benefits],
        unlocks=[say.benefit(one) for one in tier.benefits if given.get(one.code) != one],
    )


def _projected(member: Membership, one: rules.Judged, say: words.Speaker, at: datetime) -> datetime | None:
    """Return when a criterion is met if things go on as in the last quarter of its window."""
    kpi = say.kpis.get(one.criterion.kpi)
    if kpi is None or not kpi.rolling or kpi.unit not in ("money", "count"):
        return None
    days = round(YEAR * (one.criterion.months or 12) / 12)
    marks = [at - timedelta(days=days * part / QUARTERS) for part in range(QUARTERS, -1, -1)]
    partner = member.partner_id
    sums = []
    for start, end in itertools.pairwise(marks):
        last = end + figures.INCLUSIVE if end == at else end
        sums.append(kpi.measure(Period(start, last), [partner]).get(partner, Decimal(0)))
    goal = one.criterion.at_least
    if one.criterion.months is None:  # what came before the last year stays
        goal -= one.value - sum(sums)
    needed = rules.days_until(sums, goal, rolling=one.criterion.months is not None, days=days)
    return at + timedelta(days=needed) if needed else None


def _expected(step: Step) -> datetime | None:
    """Return when a tier is reached: of groups the last, of alternatives the first."""
    if not step.judged.score_met:
        return None
    last: list[datetime] = []
    for part in step.parts:
        if part.met:
            continue
        open_ones = [one.expected for one in part.criteria if not one.met]
        if part.need == "any":
            known = [one for one in open_ones if one]
            if not known:
                return None
            last.append(min(known))
        else:
            for one in open_ones:
                if one is None:
                    return None
                last.append(one)
    return max(last) if last else None


def leading(partner_id: UUID) -> Membership | None:
    """Return a partner's membership in its leading programme, if it has one."""
    return next(iter(memberships(partner_id)), None)


def memberships(partner_id: UUID) -> list[Membership]:
    """Return a partner's memberships, the leading programme first."""
    with as_system():
        rows = Membership.objects.filter(partner_id=partner_id, programme__archived=False)
        listed = rows.select_related("programme", "partner").order_by("programme__place", "programme__name")
        return list(listed)


def share(found: Progress) -> int:
    """Return how much of the next tier is met, in percent: of its criteria and score, each in equal parts."""
    if found.next is None:
        return 100
    judged = found.next.judged
    parts: list[float] = []
    for group in judged.groups:
        shares = [float(one.share) for one in group.criteria]
        parts.append(max(shares) if group.group.need == "any" else sum(shares) / len(shares))
    if judged.tier.score:
        parts.append(min(1.0, float(judged.score) / judged.tier.score.least))
    return int(100 * sum(parts) / len(parts)) if parts else 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A move as lists show it."""

    move: TierMove
    before: str
    after: str
    tone: str


def shown(moves: list[TierMove]) -> list[Shown]:
    """Return moves with the names of their tiers."""
    found = []
    for move in moves:
        says = versions.numbered(move.programme_id, move.version_number).says
        before, after = words.tier_name(says, move.before), words.tier_name(says, move.after)
        found.append(Shown(move, before, after, words.TONES.get(move.kind, "neutral")))
    return found


def history(member: Membership, limit: int = 50) -> list[Shown]:
    """Return a member's moves, newest first."""
    with as_system():
        rows = TierMove.objects.filter(partner_id=member.partner_id, programme_id=member.programme_id)
        return shown(list(rows[:limit]))


IN_GRACE = Q(grace_until__isnull=False)
BY_HAND = Q(held=True)


def definition(member: Membership) -> Definition:
    """Return what a member's programme says now."""
    return versions.in_force(member.programme_id).says
