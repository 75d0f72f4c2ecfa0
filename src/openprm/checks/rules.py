"""What counts as one check, and which days look like scanning: pure decisions on plain values.

A *leaf* is the longest text that somebody arrived at by typing in one form. Every form grows leaves: a text that goes
on from a leaf, or that the leaf goes on from, is the same check; a text that goes another way is a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

MOST_CORRECTIONS = 2  # a form, where the beginning stays and at least half of the text
SHORTEST_COMMON = 3  # letters that a corrected text has in common with what it corrects


@dataclass(frozen=True, slots=True)
class Text:
    """A name or a domain as it is counted: the company's digest, and the digests of the text's beginnings."""

    company: bytes
    beginnings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What was counted before; ``here`` says that it grew in the form that asks now."""

    id: UUID
    company: bytes
    beginnings: tuple[int, ...]
    corrections: int
    here: bool


class Step(StrEnum):
    """What a text is to what was asked before."""

    KNOWN = "known"  # nothing new: free
    GROWN = "grown"  # a leaf went on growing: free
    CORRECTED = "corrected"  # a leaf was mended: free, a few times
    NEW = "new"  # another company: one check


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text belongs; ``merged`` are leaves of this form that turn out to be the beginning of a known one."""

    step: Step
    leaf: UUID | None = None
    merged: tuple[UUID, ...] = ()


def place(text: Text, leaves: Sequence[Leaf]) -> Place:
    """Say whether a text is another company's, given all that concerns it: this form's leaves, and the same texts'."""
    below = [leaf for leaf in leaves if leaf.here and _goes_on(leaf.beginnings, text.beginnings)]
    known = [leaf for leaf in leaves if leaf.company == text.company]
    if known:
        kept = next((leaf for leaf in known if leaf.here), known[0])
        begun = [leaf for leaf in below if leaf not in known and not leaf.corrections]  # used corrections stay used
        return Place(Step.KNOWN, kept.id, tuple(leaf.id for leaf in begun))
    if covering := [leaf for leaf in leaves if _goes_on(text.beginnings, leaf.beginnings)]:
        return Place(Step.KNOWN, covering[0].id)
    if below:
        return Place(Step.GROWN, below[0].id)
    mended = [leaf for leaf in leaves if leaf.here and _mends(text.beginnings, leaf)]
    if mended and sum(leaf.corrections for leaf in leaves if leaf.here) < MOST_CORRECTIONS:
        return Place(Step.CORRECTED, mended[0].id)
    return Place(Step.NEW)


def _goes_on(shorter: tuple[int, ...], longer: tuple[int, ...]) -> bool:
    """Say whether the longer text begins with the shorter one."""
    return bool(shorter) and len(shorter) <= len(longer) and longer[len(shorter) - 1] == shorter[-1]


def _mends(text: tuple[int, ...], leaf: Leaf) -> bool:
    common = sum(1 for one, other in zip(text, leaf.beginnings, strict=False) if one == other)
    return common >= SHORTEST_COMMON and 2 * common >= max(len(text), len(leaf.beginnings))


class Alarm(StrEnum):
    """Why a partner's checks look like scanning."""

    NOTHING_REGISTERED = "nothing_registered"
    IN_ORDER = "in_order"
    USED_UP_OFTEN = "used_up_often"
    MOSTLY_BLOCKED = "mostly_blocked"


@dataclass(frozen=True, slots=True)
class Counts:
    """A day of a partner: companies asked about, how many of them it registered, how many were blocked, its limit."""

    asked: int
    registered: int
    blocked: int
    limit: int


MANY = 40  # companies in a day
LONG_RUN, LETTERS_OF_RUN = 20, 5  # companies asked in the order of the alphabet, and how far through it
OFTEN = 3  # days out of the last seven
NEARLY = 0.9  # of the limit counts as used up: who scans stays below it
HALF = 0.5
MANY_BLOCKED = 15


def alarms(today: Counts, *, before: Sequence[Counts], initials: str) -> frozenset[Alarm]:
    """Return what looks like scanning. ``before`` are up to six days; ``initials`` stand in the order of asking."""
    week = [today, *before]
    signs = {
        Alarm.NOTHING_REGISTERED: today.asked >= MANY and not any(day.registered for day in week),
        Alarm.IN_ORDER: _in_order(initials),
        Alarm.USED_UP_OFTEN: sum(day.asked >= NEARLY * day.limit for day in week if day.limit) >= OFTEN,
        Alarm.MOSTLY_BLOCKED: today.blocked >= MANY_BLOCKED and today.blocked >= HALF * today.asked,
    }
    return frozenset(alarm for alarm, seen in signs.items() if seen)


def _in_order(initials: str) -> bool:
    """Say whether a long run of questions went through the alphabet, upwards or downwards."""
    return _runs(initials) or _runs(initials[::-1])


def _runs(initials: str) -> bool:
    length, letters = 1, 1
    for one, other in pairwise(initials):
        length, letters = (length + 1, letters + (other > one)) if other >= one else (1, 1)
        if length >= LONG_RUN and letters >= LETTERS_OF_RUN:
            return True
    return False
