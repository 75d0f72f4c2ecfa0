"""Loops: an automation does not run again because of what it did itself, and chains end. Pure."""

from collections.abc import Sequence
from enum import StrEnum

LONGEST = 5  # automations that can follow from each other
MOST_PER_HOUR = 30  # runs of one automation for one partner


class Stop(StrEnum):
    """Why a run did not begin."""

    LOOP = "loop"
    DEPTH = "depth"
    TOO_OFTEN = "too_often"


def stopped(automation: str, chain: Sequence[str], *, lately: int = 0) -> Stop | None:
    """Say why an automation may not begin after these automations; None where it may.

    ``lately`` is how often it began for the same partner within the hour: what comes round by ways that no chain shows
    ends by that.
    """
    if automation in chain:
        return Stop.LOOP
    if len(chain) >= LONGEST:
        return Stop.DEPTH
    return Stop.TOO_OFTEN if lately >= MOST_PER_HOUR else None
