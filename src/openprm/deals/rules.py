"""Pure decisions about deals: the verdict on a claim, what an approval rule covers, when protection ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openprm.engagement.defaults import SHIPPED
from openprm.engagement.rules import Claim, Level, Likeness, Reason, Rival, RivalKind, Rule, Verdict, weigh

__all__ = [
    "Claim",
    "Level",
    "Likeness",
    "Limit",
    "Reason",
    "Rival",
    "RivalKind",
    "Verdict",
    "latest_close",
    "most_value",
    "notice_due",
    "notice_mark",
    "protected_until",
    "verdict",
]

CLOSES_WITHIN = 5  # years from a submission to the expected order
MOST = Decimal(10**9)  # what a deal comes to at most; more is a slip of the finger
SMALL_UNITS = 100  # … and so many times as much in currencies whose unit is worth about a cent
SMALL = frozenset(("CLP", "COP", "CRC", "HUF", "IDR", "INR", "ISK", "JPY", "KRW", "KZT", "NGN", "PYG", "UGX", "VND"))


def latest_close(today: date) -> date:
    """Return the last day that is accepted as a deal's expected close date."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day  # the year may have no leap day
    return date(today.year + CLOSES_WITHIN, today.month, day)


def most_value(currency: str) -> Decimal:
    """Return the largest value that is accepted for a deal in a currency."""
    return MOST * SMALL_UNITS if currency in SMALL else MOST


def verdict(claim: Claim, rivals: Iterable[Rival], rules: Iterable[Rule] = SHIPPED) -> Verdict:
    """Say whether the claim is clear under the rules of engagement, and every reason against it."""
    return weigh(claim, rivals, rules)


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


def longer(days: int, given: Mapping[UUID | None, int], line: UUID) -> int:
    """Return the longer of a window's days and what the partner's benefits give for the line, or else for all lines.

    So a programme can only add to a protection, never shorten it.
    """
    return max(days, given.get(line, given.get(None, 0)))


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


def notice_mark(notice: str, *, until: datetime) -> str:
    """Return what is remembered of a notice, so that it is given once: one before an end, once for each end."""
    return f"{notice} {until.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if notice.startswith("before:") else notice
