"""Questions about standing that pages and features above ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


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


def standing(partner_id: UUID) -> list[StandingIn]:
    """Return where a partner stands in each of its programmes; the leading programme first."""
    raise NotImplementedError


def discount_points(partner_id: UUID, at: datetime) -> Mapping[UUID | None, Decimal]:
    """Return the discount points that a partner's benefits gave at that time, by product line (None: for all lines).

    Where several benefits speak of the same product line, the highest counts. The caller takes the points of the
    line where there are any, else those for all lines.
    """
    raise NotImplementedError


def protection_days(partner_id: UUID, at: datetime) -> Mapping[UUID | None, int]:
    """Return the days of protection that a partner's benefits give, by product line (None: for all lines)."""
    raise NotImplementedError
