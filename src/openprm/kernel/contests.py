"""What of a deal its partner can contest, told by the feature that decided it.

Whoever hears disputes finds it here: extensions tell which request was declined and how one is granted after all, and
know nothing of disputes, nor these of extensions. A feature declares it (``Feature.contests``)::

    Contest(
        "extension",
        rulings=_declined,
        reverse=_grant_after_all,
        template="extensions/_contested.html",
        context=_facts,
    )

The words for a kind of contest, and its reasons, are with whoever hears it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from openprm.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision against the partner: the row that holds it, and since when the partner knows."""

    row: UUID
    since: datetime


class Reverse(Protocol):
    """Decide the row for the partner after all, by the owning feature's own verb; ``days`` None: as asked for.

    ``reference`` names the dispute that found so. Raises a Refusal where it is not possible any more.
    """

    def __call__(self, row: UUID, *, days: int | None, reference: str, by: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Contest:
    """A kind of decision that can be contested.

    ``rulings`` returns those of a deal that stand now. ``template`` is drawn in the case with what ``context`` returns
    for the row: the facts that both sides argue about. Both sides read it.
    """

    key: str
    rulings: Callable[[Any], Sequence[Ruling]]
    reverse: Reverse
    template: str
    context: Callable[[Actor, UUID], dict[str, Any] | None]


_contests: dict[str, Contest] = {}


def register(contest: Contest) -> None:
    """Make a declared kind known."""
    if _contests.setdefault(contest.key, contest) is not contest:
        raise ValueError(f"what can be contested as {contest.key} is declared twice")


def find(key: str) -> Contest | None:
    """Return a kind, if a feature declares it."""
    return _contests.get(key)


def contests() -> list[Contest]:
    """Return all declared kinds."""
    return list(_contests.values())
