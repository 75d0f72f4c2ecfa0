"""Tasks and journeys as pages show them: answers in words, and what happened as a timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.journeys import words
from openprm.journeys.content import Work
from openprm.journeys.models import Task
from openprm.kernel.events.models import Event
from openprm.kernel.ui import times
from openprm.partners.stories import words as profile_words

ICONS = {
    "journey.started": "player-play",
    "journey.stage_reached": "flag",
    "journey.completed": "trophy",
    "journey.cancelled": "ban",
    "journey.stuck": "hourglass",
    "task.assigned": "circle",
    "task.submitted": "send",
    "task.completed": "circle-check",
    "task.returned": "arrow-back-up",
    "task.skipped": "minus",
    "task.resumed": "refresh",
    "task.reminded": "bell",
    "task.overdue": "clock-exclamation",
}
TONES = {
    "journey.completed": "clear",
    "task.completed": "clear",
    "task.returned": "possible",
    "task.overdue": "blocked",
    "journey.stuck": "possible",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    title: str
    text: str
    actor: str
    icon: str
    tone: str
    quote: bool = False


def timeline(happened: Iterable[Event]) -> list[Entry]:
    """Return what happened as a timeline."""
    return [_entry(event) for event in happened]


def answers(task: Task) -> list[tuple[Any, str]]:
    """Return what was filled in for a task, in words: each with its label."""
    doc, work = task.drawn, Work.model_validate(task.answers)
    lines: list[tuple[Any, str]] = [
        (question.label, _said(question.kind, work.answers[question.key]))
        for question in doc.questions
        if work.answers.get(question.key) not in (None, "")
    ]
    lines += [(words.PROFILE_FIELDS[name], profile_words(name, value)) for name, value in work.profile.items()]
    if work.meeting_at:
        try:
            lines.append((_("Proposed time"), times.exact(datetime.fromisoformat(work.meeting_at))))
        except ValueError:
            lines.append((_("Proposed time"), work.meeting_at))
    if work.confirmed and task.submitted_at:
        lines.append((_("Confirmed"), _("yes")))
    if work.note:
        lines.append((_("A word about it"), work.note))
    return lines


def _said(kind: str, value: Any) -> str:
    if kind == "date":
        try:
            return times.day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _entry(event: Event) -> Entry:
    told = event.payload
    text = str(told.get("text", ""))
    title = {
        "journey.started": _("Started"),
        "journey.stage_reached": _("Reached the stage “%s”") % told.get("stage_name", ""),
        "journey.completed": _("Completed"),
        "journey.cancelled": _("Cancelled"),
        "journey.stuck": _("Stuck: nothing moved for %s days") % told.get("days", ""),
        "task.assigned": _("Can be done: %s") % told.get("title", ""),
        "task.submitted": _("Handed in: %s") % told.get("title", ""),
        "task.completed": (_("Approved: %s") if told.get("approved") else _("Done: %s")) % told.get("title", ""),
        "task.returned": _("Sent back: %s") % told.get("title", ""),
        "task.skipped": _("Skipped: %s") % told.get("title", ""),
        "task.resumed": _("Taken up again: %s") % told.get("title", ""),
        "task.reminded": _("Reminded: %s") % told.get("title", ""),
        "task.overdue": _("Overdue: %s") % told.get("title", ""),
    }.get(event.name, str(event.type.label))
    icon, tone = ICONS.get(event.name, "point"), TONES.get(event.name, "neutral")
    return Entry(event.at, title, text, event.actor_name, icon, tone, quote=bool(text))
