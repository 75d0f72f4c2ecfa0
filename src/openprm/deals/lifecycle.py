"""The states of a deal and the moves between them, as one table. No database, no framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a deal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    WON = "won"
    LOST = "lost"
    EXPIRED = "expired"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Who makes a move."""

    PARTNER = "partner"
    VENDOR = "vendor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """A verb, from where to where it leads, who may do it, and the codes one of which it must give as its reason."""

    verb: str
    before: frozenset[State]
    after: State
    sides: frozenset[Side]
    reasons: tuple[str, ...] = ()


WITH_VENDOR = frozenset({State.SUBMITTED, State.IN_REVIEW})
UNDECIDED = WITH_VENDOR | {State.ACTION_REQUIRED}
OPEN = UNDECIDED | {State.APPROVED}
CLOSED = frozenset(set(State) - OPEN - {State.DRAFT})

REJECTED_BECAUSE = (
    "existing_customer",
    "direct_opportunity",
    "protected_by_another",
    "not_qualified",
    "insufficient_information",
    "outside_territory",
    "compliance",
    "other",
)
DUPLICATE_OF = ("own_registration", "another_registration")
WITHDRAWN_BECAUSE = ("customer_cancelled", "registered_by_mistake", "other_vendor_chosen", "other")
LOST_BECAUSE = ("price", "competitor", "no_budget", "no_decision", "product_fit", "timing", "other")
EXPIRED_BECAUSE = ("window_ended",)
ENDED_BECAUSE = ("partner_left",)
REOPENED_BECAUSE = ("dispute_upheld", "dispute_partly_upheld", "appeal_upheld", "appeal_partly_upheld")
DECIDED_AGAINST = frozenset({State.REJECTED, State.DUPLICATE, State.EXPIRED})


def _move(
    verb: str, before: Iterable[State], after: State, sides: Iterable[Side], reasons: tuple[str, ...] = ()
) -> Move:
    return Move(verb, frozenset(before), after, frozenset(sides), reasons)


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        _move("submit", {State.DRAFT}, State.SUBMITTED, {Side.PARTNER}),
        _move("start_review", {State.SUBMITTED}, State.IN_REVIEW, {Side.VENDOR, Side.SYSTEM}),
        _move("ask", WITH_VENDOR, State.ACTION_REQUIRED, {Side.VENDOR}),
        _move("answer", {State.ACTION_REQUIRED}, State.IN_REVIEW, {Side.PARTNER}),
        _move("approve", WITH_VENDOR, State.APPROVED, {Side.VENDOR, Side.SYSTEM}),
        _move("reject", UNDECIDED, State.REJECTED, {Side.VENDOR}, REJECTED_BECAUSE),
        _move("mark_duplicate", UNDECIDED, State.DUPLICATE, {Side.VENDOR}, DUPLICATE_OF),
        _move("withdraw", OPEN, State.WITHDRAWN, {Side.PARTNER}, WITHDRAWN_BECAUSE),
        _move("win", {State.APPROVED}, State.WON, {Side.PARTNER, Side.VENDOR}),
        _move("lose", {State.APPROVED}, State.LOST, {Side.PARTNER, Side.VENDOR}, LOST_BECAUSE),
        _move("extend", {State.APPROVED, State.EXPIRED}, State.APPROVED, {Side.VENDOR, Side.SYSTEM}),
        _move("expire", {State.APPROVED}, State.EXPIRED, {Side.SYSTEM}, EXPIRED_BECAUSE),
        _move("end", OPEN, State.WITHDRAWN, {Side.SYSTEM}, ENDED_BECAUSE),
        _move("reopen", DECIDED_AGAINST, State.IN_REVIEW, {Side.VENDOR}, REOPENED_BECAUSE),
    )
}


def moves_from(state: State, side: Side) -> list[Move]:
    """Return what ``side`` can do with a deal in ``state``."""
    return [move for move in MOVES.values() if state in move.before and side in move.sides]


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    lines += [
        f"    {before} --> {move.after} : {move.verb}" for move in MOVES.values() for before in sorted(move.before)
    ]
    return "\n".join(lines + [f"    {state} --> [*]" for state in sorted(CLOSED)])
