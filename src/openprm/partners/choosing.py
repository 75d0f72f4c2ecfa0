"""Who is chosen to look after a partner. Pure: the same people and figures give the same choice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How one of several people is chosen."""

    FIXED = "fixed"
    ROUND_ROBIN = "round_robin"
    LOAD = "load"
    REGION = "region"
    REGION_AND_LOAD = "region_and_load"


BY_REGION = (Way.REGION, Way.REGION_AND_LOAD)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be chosen: how many partners they look after, since when the last, and where they are."""

    key: str
    load: int
    last: datetime | None
    regions: Collection[str] = ()


def choose(way: str, candidates: Sequence[Candidate], *, region: str = "") -> Candidate | None:
    """Return who is chosen; None where nobody fits.

    By turns (also within a region): whose last partner is longest ago. By load: who has the fewest partners. What is
    equal is decided by turns, then by key.
    """
    fitting = [one for one in candidates if way not in BY_REGION or (region and region in one.regions)]
    if not fitting:
        return None
    by_load = way in (Way.LOAD, Way.REGION_AND_LOAD)
    return min(fitting, key=lambda one: (one.load if by_load else 0, *_turn(one), one.key))


def _turn(one: Candidate) -> tuple[bool, float]:
    return one.last is not None, one.last.timestamp() if one.last else 0.0
