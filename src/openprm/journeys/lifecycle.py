"""The states of a task and the moves between them, as one table. No database, no framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    WAITING = "waiting_approval"
    COMPLETED = "completed"
    ACTION_REQUIRED = "action_required"
    SKIPPED = "skipped"


class Journey(StrEnum):
    """Where a journey stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Move:
    """A verb, from where to where it leads. ``either`` moves are for whose turn it is, others for the vendor."""

    verb: str
    before: frozenset[State]
    after: State
    either: bool = False


DONE = frozenset({State.COMPLETED, State.SKIPPED})
TO_DO = frozenset({State.PENDING, State.ACTION_REQUIRED})  # somebody has to do something
OPEN = TO_DO | {State.WAITING}


def _move(verb: str, before: Iterable[State], after: State, *, either: bool = False) -> Move:
    return Move(verb, frozenset(before), after, either)


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        _move("submit", TO_DO, State.WAITING, either=True),
        _move("complete", TO_DO, State.COMPLETED, either=True),
        _move("approve", {State.WAITING}, State.COMPLETED),
        _move("send_back", {State.WAITING, State.COMPLETED}, State.ACTION_REQUIRED),
        _move("skip", OPEN, State.SKIPPED, either=True),
        _move("resume", {State.SKIPPED}, State.PENDING),
    )
}


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.PENDING} : start"]
    lines += [f"    {old} --> {move.after} : {move.verb}" for move in MOVES.values() for old in sorted(move.before)]
    return "\n".join(lines + [f"    {state} --> [*]" for state in sorted(DONE)])
