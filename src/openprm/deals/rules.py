"""The rules of engagement as pure decisions: who holds a customer, what a claim meets, when protection ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Level(StrEnum):
    """What a partner is told about a claim."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    BLOCKED = "blocked"

    @property
    def weight(self) -> int:
        """Return 0 for clear, growing with gravity."""
        return list(Level).index(self)


class Likeness(StrEnum):
    """How sure it is that two names mean one company (as matching says it, without "different")."""

    SAME = "same"
    FAMILY = "family"
    POSSIBLE = "possible"


class RivalKind(StrEnum):
    """What stands against a claim."""

    OWN = "own"  # this partner's own open deal
    PROTECTED = "protected"  # another partner's approved deal
    PENDING = "pending"  # another partner's deal that is being decided
    DIRECT = "direct"  # an open opportunity of the vendor's own
    CUSTOMER = "customer"  # buys already
    NAMED = "named"  # kept for the vendor's own team


@dataclass(frozen=True, slots=True)
class Claim:
    """What a partner asks for: product lines of one customer."""

    partner_id: UUID
    product_lines: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Rival:
    """Something that stands against the claim. No product lines means all of them."""

    kind: RivalKind
    likeness: Likeness
    product_lines: frozenset[UUID] = frozenset()
    own_reference: str = ""  # only ever of the claimant's own deal

    def meets(self, claim: Claim) -> bool:
        """Say whether both are about the same product line; a claim that names none yet meets everything."""
        return not self.product_lines or not claim.product_lines or bool(self.product_lines & claim.product_lines)


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why the verdict is what it is: a code with words in ``reasons.py``, and what may be said with it."""

    code: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a claim: how grave, and every reason, the gravest first."""

    level: Level
    reasons: tuple[Reason, ...] = ()


# What each kind of rival means where the company is the same and a product line is shared.
_GRAVITY: dict[RivalKind, tuple[Level, str]] = {
    RivalKind.OWN: (Level.BLOCKED, "own_registration"),
    RivalKind.PROTECTED: (Level.BLOCKED, "protected_by_another"),
    RivalKind.DIRECT: (Level.BLOCKED, "direct_opportunity"),
    RivalKind.PENDING: (Level.POSSIBLE, "another_in_review"),
    RivalKind.NAMED: (Level.POSSIBLE, "named_account"),
    RivalKind.CUSTOMER: (Level.POSSIBLE, "existing_customer"),
}
_OTHER_LINES: dict[RivalKind, str] = {
    RivalKind.PROTECTED: "protected_other_lines",
    RivalKind.DIRECT: "direct_other_lines",
}


def verdict(claim: Claim, rivals: Iterable[Rival]) -> Verdict:
    """Say whether the claim is clear, and every reason against it.

    The same company and a shared product line weigh as the table says. Another product line, or a company of the same
    family or of a similar name, is at most a possible conflict: a person decides.
    """
    found = {reason for rival in rivals for reason in [_weigh(claim, rival)] if reason is not None}
    ordered = sorted(found, key=lambda pair: (-pair[0].weight, pair[1]))
    level = ordered[0][0] if ordered else Level.CLEAR
    return Verdict(level, tuple(reason for _level, reason in ordered))


def _weigh(claim: Claim, rival: Rival) -> tuple[Level, Reason] | None:
    if rival.likeness is not Likeness.SAME:
        if rival.kind is RivalKind.CUSTOMER or not rival.meets(claim):
            return None
        code = "related_company" if rival.likeness is Likeness.FAMILY else "similar_name"
        return Level.POSSIBLE, Reason(code)
    if rival.meets(claim):
        level, code = _GRAVITY[rival.kind]
        return level, Reason(code, rival.own_reference)
    code_for_other_lines = _OTHER_LINES.get(rival.kind)
    return (Level.POSSIBLE, Reason(code_for_other_lines)) if code_for_other_lines else None


@dataclass(frozen=True, slots=True)
class Limit:
    """The part of an approval rule that looks at the deal; its audience looks at the partner."""

    most: Decimal
    currency: str
    levels: frozenset[Level]

    def covers(self, *, value: Decimal, currency: str, level: Level) -> bool:
        """Say whether a deal of this value and verdict needs nobody to decide."""
        return currency == self.currency and value <= self.most and level in self.levels


@dataclass(frozen=True, slots=True)
class Window:
    """How long deals are protected: for a tier of partners and a product line, either of them None for all."""

    tier: str | None
    line: UUID | None
    days: int

    def covers(self, *, tier: str, line: UUID) -> bool:
        """Say whether it speaks of this tier and product line."""
        return self.tier in (None, tier) and self.line in (None, line)

    @property
    def precision(self) -> int:
        """Return how exactly it says whom it is for; the product line counts more than the tier."""
        return 2 * (self.line is not None) + (self.tier is not None)


def window_days(windows: Iterable[Window], *, tier: str, line: UUID, otherwise: int) -> int:
    """Return the days of the most specific window, or ``otherwise`` where none speaks of this tier and line."""
    fitting = [window for window in windows if window.covers(tier=tier, line=line)]
    return max(fitting, key=lambda window: window.precision).days if fitting else otherwise


def protected_until(approved_at: datetime, days: int) -> datetime:
    """Return the end of a protection of ``days`` days of 24 hours."""
    return approved_at + timedelta(days=days)


def notice_due(*, since: datetime, until: datetime, at: datetime, after: Sequence[int], before: Sequence[int]) -> str:
    """Return the key of the latest notice that is due (``after:30``, ``before:7``), or "" for none yet.

    ``after`` are days since the registration, ``before`` days until protection ends; an end that is near counts more.
    """
    left = until - at
    near = sorted(days for days in before if left <= timedelta(days=days))
    if near:
        return f"before:{near[0]}"
    gone = sorted(days for days in after if at - since >= timedelta(days=days))
    return f"after:{gone[-1]}" if gone else ""
