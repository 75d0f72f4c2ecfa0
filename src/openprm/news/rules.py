"""Where a post stands, from its two moments. Pure decisions, no Django."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"


def state(starts_at: datetime | None, ends_at: datetime | None, *, at: datetime) -> State:
    """Return where a post stands at a moment: it is there from ``starts_at`` on, and no more from ``ends_at`` on.

    What has never been given a time to begin is a draft, whatever day it was to end on.
    """
    if starts_at is None:
        return State.DRAFT
    if ends_at is not None and ends_at <= at:
        return State.ENDED
    return State.LIVE if starts_at <= at else State.SCHEDULED


def excerpt(text: str, most: int = 200) -> str:
    """Return the beginning of a text in one line, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    whole = cut.rpartition(" ")[0] if flat[most - 1] != " " else cut
    return (whole or cut).rstrip(" ,;:.–-") + "…"
