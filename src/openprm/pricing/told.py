"""The margin of a sale as pages show it: one figure where the lines agree, a span where they do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openprm.pricing import queries, rules, words
from openprm.pricing.queries import Margin


@dataclass(frozen=True, slots=True)
class Told:
    """Margins of the lines of one sale. ``low`` and ``high`` are its points, ``least`` and ``most`` what they come to.

    A value is for the whole sale, so lines that differ give a span.
    """

    lines: tuple[Margin, ...]
    low: Decimal | None
    high: Decimal | None
    least: Decimal | None
    most: Decimal | None
    currency: str

    @property
    def is_span(self) -> bool:
        """Say whether the lines differ."""
        return self.low != self.high

    @property
    def words(self) -> str:
        """Return the points in short: ``25%``, or ``20% to 25%``."""
        if self.low is None or self.high is None:
            return ""
        low, high = words.percent(self.low), words.percent(self.high)
        return low if low == high else f"{low} – {high}"

    @property
    def until(self) -> datetime | None:
        """Return when the first of them may become another one."""
        return min((one.until for one in self.lines if one.until), default=None)


def told(
    partner_id: UUID,
    lines: Sequence[UUID],
    at: datetime,
    *,
    value: Decimal | None = None,
    currency: str = "",
    names: Mapping[UUID, str] | None = None,
) -> Told | None:
    """Return what a partner gets on a sale of these lines at a moment; None where nothing can be told.

    ``names`` are those of the lines, where the caller has read them already.
    """
    if not lines:
        return None
    found = queries.margins(partner_id, lines, at, names=names)
    if not any(one.is_any for one in found):
        return None
    points = [one.points for one in found if one.points is not None]
    low, high = (min(points), max(points)) if points else (None, None)
    least, most = rules.amount(low, value), rules.amount(high, value)
    ordered = tuple(sorted(found, key=lambda one: one.line))
    return Told(ordered, low, high, least, most, currency)
