"""The history of tiers recomputed from the facts, to be compared with the history that is stored.

A fact of a move carries what was measured and by which version; the decision is made again from these and from where
the recomputed history stands by then. Nothing of the stored history goes into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

from openprm.kernel.access import as_system
from openprm.kernel.events.models import Event
from openprm.program import versions
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme, TierMove
from openprm.program.rules import Standing, decide, earned
from openprm.program.services.moving import KINDS, read_measured

NAMES: Mapping[str, str] = {
    "member.enrolled": TierMove.Kind.JOINED,
    "tier.raised": TierMove.Kind.RAISED,
    "tier.lowered": TierMove.Kind.LOWERED,
    "grace.started": TierMove.Kind.GRACE,
    "grace.ended": TierMove.Kind.RECOVERED,
    "tier.set": TierMove.Kind.HELD,
    "tier.released": TierMove.Kind.RELEASED,
    "member.left": TierMove.Kind.LEFT,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a member, as far as it matters here."""

    kind: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A step of a history."""

    kind: str
    before: str
    after: str
    at: datetime
    grace_until: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two histories part."""

    partner_id: UUID
    programme: str
    recomputed: Row | None
    stored: Row | None


def recompute(facts: Iterable[Fact], says: Callable[[int], Definition]) -> tuple[list[Row], Standing | None]:
    """Return the history that follows from the facts, and where it ends; ``says`` gives a version by its number."""
    standing: Standing | None = None
    rows: list[Row] = []
    for fact in facts:
        before = standing.tier if standing else ""
        kind = fact.kind
        if kind == TierMove.Kind.LEFT:
            standing = None
        elif kind in (TierMove.Kind.JOINED, TierMove.Kind.HELD):
            standing = Standing(fact.payload["after"], None, kind == TierMove.Kind.HELD)
        elif standing is not None and kind == TierMove.Kind.RELEASED:
            standing = Standing(standing.tier)
        elif standing is not None:
            definition = says(fact.payload["version"])
            tier = earned(definition, read_measured(fact.payload["measured"]))
            decision = decide(standing, definition, tier, fact.at)
            kind, standing = KINDS.get(decision.step, decision.step.value), decision.after
        after = standing.tier if standing else ""
        rows.append(Row(str(kind), before, after, fact.at, standing.grace_until if standing else None))
    return rows, standing


def check(partner_id: UUID | None = None) -> Iterator[Difference]:
    """Yield every difference between recomputed and stored history; of one partner, or of all."""
    with as_system():
        for programme in Programme.objects.order_by("code"):
            yield from _check(programme, partner_id)


def _check(programme: Programme, partner_id: UUID | None) -> Iterator[Difference]:
    facts = Event.objects.filter(
        name__in=list(NAMES), subject_type="program.Membership", payload__programme=programme.code
    )
    stored = TierMove.objects.filter(programme=programme)
    members = Membership.objects.filter(programme=programme)
    if partner_id is not None:
        facts, stored = facts.filter(partner_id=partner_id), stored.filter(partner_id=partner_id)
        members = members.filter(partner_id=partner_id)
    kept = _by_partner(stored.order_by("partner_id", "at", "step").iterator())
    now = {row.partner_id: row for row in members.iterator()}
    told = facts.order_by("partner_id", "at", "payload__step").values_list("partner_id", "name", "at", "payload")
    seen = set()
    for partner, rows in groupby(told.iterator(), key=lambda row: row[0]):
        seen.add(partner)
        history = [Fact(NAMES[name], at, payload) for _partner, name, at, payload in rows]
        found, standing = recompute(history, lambda number: versions.numbered(programme.pk, number).says)
        for mine, theirs in zip_longest(found, kept.get(partner, [])):
            if mine != theirs:
                yield Difference(partner, programme.code, mine, theirs)
        if not _agrees(standing, now.get(partner)):
            yield Difference(partner, programme.code, found[-1], None)
    for partner in kept.keys() - seen:
        yield Difference(partner, programme.code, None, kept[partner][0])


def _agrees(standing: Standing | None, member: Membership | None) -> bool:
    if standing is None or member is None:
        return standing is None and member is None
    return standing == Standing(member.tier, member.grace_until, member.held)


def _by_partner(rows: Iterable[TierMove]) -> dict[UUID, Sequence[Row]]:
    return {
        partner: [Row(one.kind, one.before, one.after, one.at, one.grace_until) for one in group]
        for partner, group in groupby(rows, key=lambda one: one.partner_id)
    }
