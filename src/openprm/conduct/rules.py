"""What counts, and what may be shown. Pure: no database, no framework."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

DECISIONS = ("deal.approved", "deal.rejected", "deal.marked_duplicate")
TURNED_DOWN = ("deal.rejected", "deal.marked_duplicate")
UNSPECIFIC = "other"  # a code that gives no reason
GRANTED = ("deal.extension_granted",)
DECLINED = ("deal.extension_declined",)
LONGEST_TARGET = timedelta(days=31)  # nobody can promise a decision later than that

FEWEST_ROWS, FEWEST_PARTNERS = 5, 3  # of others, below which their counts could tell of one


class Figure(StrEnum):
    """What is counted."""

    TIME = "time"
    TARGET = "target"
    TURNED_DOWN = "turned_down"
    REASONED = "reasoned"
    CLOSED_DIRECTLY = "closed_directly"
    EXTENSIONS = "extensions"


PERIODS = {"90d": 90, "12m": 365}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time: after ``since``, up to and with ``until``."""

    key: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are, how many of them are what the figure asks for, and how long they took."""

    whole: int = 0
    part: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None

    @property
    def percent(self) -> int | None:
        """Return the share in percent; None of nothing."""
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure: for the asking partner, for everybody, and how much of it is others'."""

    figure: Figure
    own: Count
    everybody: Count
    other_partners: int

    @property
    def shows_everybody(self) -> bool:
        """Say whether a partner may see everybody's figure: whoever subtracts their own learns of no single other."""
        others = self.everybody.whole - self.own.whole
        return others >= FEWEST_ROWS and self.other_partners >= FEWEST_PARTNERS


def period(key: str, *, at: datetime) -> Period:
    """Return the period that ends then; the shortest for an unknown key."""
    known = key if key in PERIODS else next(iter(PERIODS))
    return Period(known, at - timedelta(days=PERIODS[known]), at)


def closed_directly(*, protected_from: date, protected_until: date, closed_on: date, days_after: int) -> bool:
    """Say whether a sale that the vendor closed itself falls into a protection, or the days after it."""
    return protected_from <= closed_on <= protected_until + timedelta(days=days_after)
