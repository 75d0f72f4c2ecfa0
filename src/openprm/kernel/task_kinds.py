"""Kinds of tasks that features bring to onboarding journeys: a course to pass, an agreement to sign.

A feature declares them (``Feature.task_kinds``); whoever draws a journey chooses them, and a task of that kind is
completed by what happens in that feature. It needs to know nothing of journeys, nor they of it::

    TaskKind(
        "learning.course",
        _("Pass a course"),
        icon="certificate",
        parameters=[Parameter("course", _("Course"), "choice", choices=_published_courses)],
        completed_by=["course.passed"],
        is_met=lambda partner_id, given: _somebody_passed(partner_id, given["course"]),
        link=lambda given: reverse("portal:course", args=[given["course"]]),
    )
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openprm.kernel.actions import Action, Parameter

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task. ``parameters`` are what whoever draws the journey says about one.

    ``is_met(partner_id, given)`` says whether the partner has done it; it is asked when the task opens and after each
    event in ``completed_by`` that concerns the partner. ``link(given)`` is the portal's address where it is done,
    ``console_link`` the console's. ``words`` says in the partner's words what is to be done.
    """

    key: str
    label: Any
    is_met: Callable[[UUID, Given], bool]
    completed_by: Sequence[str]
    parameters: Sequence[Parameter] = ()
    icon: str = "checks"
    link: Callable[[Given], str] | None = None
    console_link: Callable[[Given], str] | None = None
    words: Any = ""

    def check(self, given: Given) -> dict[str, Any]:
        """Return the values to keep, or raise Invalid with a message for each parameter that is wrong."""
        return Action(self.key, self.label, "", lambda _occasion, _given: "", self.parameters).check(given)


_kinds: dict[str, TaskKind] = {}
_watchers: list[Callable[[TaskKind], None]] = []


def register(kind: TaskKind) -> None:
    """Make a declared kind known."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"task kind {kind.key} is declared twice")
    for told in _watchers:
        told(kind)


def watch(told: Callable[[TaskKind], None]) -> None:
    """Be told of every kind, those declared already and those to come."""
    _watchers.append(told)
    for kind in list(_kinds.values()):
        told(kind)


def find(key: str) -> TaskKind | None:
    """Return a kind, if a feature declares it."""
    return _kinds.get(key)


def task_kinds() -> list[TaskKind]:
    """Return all declared kinds, by label."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.label))
