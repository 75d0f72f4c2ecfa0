"""Pure decisions about journeys: what is sound, what opens, what is due, who is next. No database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openprm.journeys.content import PARTNER, Kind
from openprm.journeys.lifecycle import DONE, State


def cycle(depends: Mapping[str, Collection[str]]) -> list[str]:
    """Return tasks that wait for each other in a circle, in order; [] if there is none."""
    seen: dict[str, int] = {}  # 1: on the way, 2: done
    for first in depends:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(first, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                seen[key] = 2
                path.pop()
                continue
            if seen.get(key) == 1:
                return path[path.index(key) :]
            if seen.get(key) == 2:
                continue
            seen[key] = 1
            path.append(key)
            stack.append((key, True))
            stack.extend((needed, False) for needed in sorted(depends.get(key, ()), reverse=True) if needed in depends)
    return []


@dataclass(frozen=True, slots=True)
class Step:
    """A task of a journey, as far as rules look at it."""

    key: str
    stage: str
    state: State
    depends_on: Collection[str] = ()
    optional: bool = False


def opened(steps: Iterable[Step]) -> set[str]:
    """Return the tasks of which everything they depend on is done."""
    listed = list(steps)
    done = {step.key for step in listed if step.state in DONE}
    return {step.key for step in listed if set(step.depends_on) <= done}


def current_stage(stages: Sequence[str], steps: Iterable[Step]) -> str:
    """Return the first stage in which something is not done; "" if all is. What is optional holds nobody up, unless
    there is nothing else."""
    listed = list(steps)
    needed = [step for step in listed if not step.optional] or listed
    unfinished = {step.stage for step in needed if step.state not in DONE}
    return next((stage for stage in stages if stage in unfinished), "")


def progress(states: Iterable[State]) -> tuple[int, int]:
    """Return how many tasks are done, of how many."""
    listed = list(states)
    return sum(state in DONE for state in listed), len(listed)


def day_of(moment: datetime, zone: str) -> date:
    """Return the calendar day a moment lies on, in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def due_on(days: int | None, since: datetime, zone: str) -> date | None:
    """Return the day something is due: whole calendar days after the day it counts from, whatever the clock does."""
    return None if days is None else day_of(since, zone) + timedelta(days=days)


def is_overdue(due: date | None, at: datetime, zone: str) -> bool:
    """Say whether the due day has ended."""
    return due is not None and day_of(at, zone) > due


def wants_reminder(due: date | None, at: datetime, zone: str, days: int) -> bool:
    """Say whether the due day is near, and not over yet."""
    return due is not None and 0 <= (due - day_of(at, zone)).days <= days


def is_stuck(last_progress: datetime, at: datetime, days: int) -> bool:
    """Say whether nothing has moved for too long."""
    return at - last_progress >= timedelta(days=days)


def turn(*, state: State, kind: str, owner: str) -> str:
    """Return who is next: "partner", or a role of the account team; "" where nobody is.

    What waits for approval is the vendor's turn. What the vendor sent back of its own approval is the partner's.
    """
    if state in DONE:
        return ""
    if state is State.WAITING:
        return owner if owner != PARTNER else "channel_manager"
    if kind == Kind.APPROVAL and state is State.ACTION_REQUIRED:
        return PARTNER
    return owner


def waits_after(*, kind: str, owner: str, approval: bool) -> bool:
    """Say whether what is handed in waits for the vendor."""
    return kind == Kind.APPROVAL or (owner == PARTNER and (approval or kind == Kind.MEETING))
