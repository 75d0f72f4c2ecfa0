"""Where a post stands, from its two dates. Pure decisions, no Django."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    PLANNED = "planned"
    PUBLISHED = "published"
    ARCHIVED = "archived"


def state(starts_at: datetime | None, ends_at: datetime | None, *, at: datetime) -> State:
    """Return where a post stands at a moment: it is there from ``starts_at`` on, and no more from ``ends_at`` on."""
    if ends_at is not None and ends_at <= at:
        return State.ARCHIVED
    if starts_at is None:
        return State.DRAFT
    return State.PUBLISHED if starts_at <= at else State.PLANNED
