"""The states of a dispute and the moves between them, as one table. No database, no framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from openprm.deals.lifecycle import Side


class State(StrEnum):
    """Where a dispute stands."""

    OPENED = "opened"
    UNDER_REVIEW = "under_review"
    EVIDENCE_REQUESTED = "evidence_requested"
    DECIDED = "decided"
    APPEALED = "appealed"
    DECIDED_ON_APPEAL = "decided_on_appeal"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Move:
    """A verb, from where to where it leads, and who may do it."""

    verb: str
    before: frozenset[State]
    after: State
    sides: frozenset[Side]


UNDECIDED = frozenset({State.OPENED, State.UNDER_REVIEW, State.EVIDENCE_REQUESTED})
WITH_VENDOR = frozenset({State.OPENED, State.UNDER_REVIEW, State.APPEALED})  # the clock runs
DECIDED = frozenset({State.DECIDED, State.DECIDED_ON_APPEAL})
OPEN = UNDECIDED | DECIDED | {State.APPEALED}
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
TALKING = UNDECIDED | {State.APPEALED}  # statements are taken


def _move(verb: str, before: Iterable[State], after: State, *sides: Side) -> Move:
    return Move(verb, frozenset(before), after, frozenset(sides))


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        _move("start_review", {State.OPENED}, State.UNDER_REVIEW, Side.VENDOR),
        _move("ask", {State.OPENED, State.UNDER_REVIEW}, State.EVIDENCE_REQUESTED, Side.VENDOR),
        _move("answer", {State.EVIDENCE_REQUESTED}, State.UNDER_REVIEW, Side.PARTNER),
        _move("decide", UNDECIDED, State.DECIDED, Side.VENDOR),
        _move("withdraw", UNDECIDED, State.WITHDRAWN, Side.PARTNER),
        _move("appeal", {State.DECIDED}, State.APPEALED, Side.PARTNER),
        _move("decide_on_appeal", {State.APPEALED}, State.DECIDED_ON_APPEAL, Side.VENDOR),
        _move("accept", {State.DECIDED}, State.CLOSED, Side.PARTNER),
        _move("close", DECIDED, State.CLOSED, Side.SYSTEM),
    )
}


def moves_from(state: State, side: Side) -> list[Move]:
    """Return what ``side`` can do with a dispute in ``state``."""
    return [move for move in MOVES.values() if state in move.before and side in move.sides]


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.OPENED} : contest"]
    lines += [
        f"    {before} --> {move.after} : {move.verb}" for move in MOVES.values() for before in sorted(move.before)
    ]
    return "\n".join(lines + [f"    {state} --> [*]" for state in sorted(ENDED)])
