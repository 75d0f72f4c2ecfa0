"""The states of an application and the moves between them, as one table. No database, no framework."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    STARTED = "started"
    UNVERIFIED = "unverified"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FORGOTTEN = "forgotten"


MOVES: Mapping[str, Mapping[str, State]] = {
    State.STARTED: {
        "send": State.UNVERIFIED,
        "submit": State.SUBMITTED,
        "withdraw": State.WITHDRAWN,
        "forget": State.FORGOTTEN,
    },
    State.UNVERIFIED: {
        "submit": State.SUBMITTED,
        "reopen": State.STARTED,
        "withdraw": State.WITHDRAWN,
        "forget": State.FORGOTTEN,
    },
    State.SUBMITTED: {
        "review": State.IN_REVIEW,
        "ask": State.ASKED,
        "approve": State.APPROVED,
        "reject": State.REJECTED,
        "withdraw": State.WITHDRAWN,
    },
    State.IN_REVIEW: {
        "ask": State.ASKED,
        "approve": State.APPROVED,
        "reject": State.REJECTED,
        "withdraw": State.WITHDRAWN,
    },
    State.ASKED: {
        "answer": State.IN_REVIEW,
        "approve": State.APPROVED,
        "reject": State.REJECTED,
        "withdraw": State.WITHDRAWN,
    },
    State.APPROVED: {},
    State.REJECTED: {},
    State.WITHDRAWN: {"forget": State.FORGOTTEN},
    State.FORGOTTEN: {},
}

EDITABLE = frozenset({State.STARTED, State.UNVERIFIED})  # the applicant still writes
WITH_VENDOR = frozenset({State.SUBMITTED, State.IN_REVIEW})  # the clock runs
OPEN = WITH_VENDOR | {State.ASKED}
ENDED = frozenset({State.APPROVED, State.REJECTED, State.WITHDRAWN, State.FORGOTTEN})

REASONS = (
    "does_not_fit",
    "region_not_covered",
    "market_covered",
    "already_partner",
    "competitor",
    "incomplete",
    "no_answer",
    "spam",
    "other",
)
SILENT = frozenset({"spam"})  # no letter goes out
NEEDS_WORDS = frozenset({"other"})


def after(state: str, move: str) -> State | None:
    """Return the state that ``move`` leads to, or None where it is not open."""
    return MOVES[state].get(move)


def open_to_reviewer(state: str) -> list[str]:
    """Return what a reviewer can do in this state."""
    return [move for move in ("review", "ask", "approve", "reject") if move in MOVES[state]]
