"""What makes the work on a task complete, and the messages beside what is not. No database."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.journeys.content import Kind, Question, TaskDoc, Work
from openprm.kernel import numbers

LONGEST = {"text": 300, "long_text": 5000}


def clean(task: TaskDoc, work: Work, *, files: int, at: datetime, turned_back: bool) -> tuple[Work, dict[str, str]]:
    """Return the work as it is kept, and what is still wrong with it, by field.

    ``turned_back`` says that the vendor sent the task back: of an approval, the reply is what is handed in.
    """
    wrong: dict[str, str] = {}
    kept = Work.model_validate({"note": work.note.strip()})
    match task.kind:
        case Kind.FORM:
            kept.answers = _answers(task.questions, work.answers, wrong)
            kept.profile = _profile(task, work.profile, wrong)
        case Kind.DOCUMENT:
            if not files:
                wrong["files"] = _("Upload at least one file.")
        case Kind.CONFIRM | Kind.LINK:
            kept.confirmed = work.confirmed
            if not work.confirmed:
                wrong["confirmed"] = _("Tick this to go on.")
        case Kind.MEETING:
            kept.meeting_at = _meeting(work.meeting_at, at, wrong)
        case Kind.APPROVAL:
            if turned_back and not kept.note:
                wrong["note"] = _("Say in a few words what you changed.")
    return kept, wrong


def draft(task: TaskDoc, work: Work) -> Work:
    """Return what is kept of work that is not finished: what belongs to the task, as it was typed."""
    known = {question.key for question in task.questions}
    fields = set(task.profile_fields)
    return Work(
        answers={key: _short(value) for key, value in work.answers.items() if key in known},
        profile={key: _short(value) for key, value in work.profile.items() if key in fields},
        confirmed=work.confirmed,
        meeting_at=work.meeting_at,
        note=work.note,
    )


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one)[:100] for one in value[:50]]
    return value if isinstance(value, bool | int | float) or value is None else str(value)[:5000]


def _answers(questions: list[Question], given: dict[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    known = {question.key for question in questions}
    for key in given.keys() - known:
        wrong[f"answers.{key}"] = _("This form asks no such question.")
    kept: dict[str, Any] = {}
    for question in questions:
        value = given.get(question.key)
        value = value.strip() if isinstance(value, str) else value
        if value in (None, ""):
            if question.required:
                wrong[f"answers.{question.key}"] = _("Please answer this.")
            continue
        try:
            kept[question.key] = _answer(question, value)
        except ValueError as problem:
            wrong[f"answers.{question.key}"] = str(problem)
    return kept


def _answer(question: Question, value: Any) -> Any:
    match question.kind:
        case "choice":
            if value not in question.choices:
                raise ValueError(_("Choose from the list."))
            return value
        case "yes_no":
            if value in (True, "yes"):
                return True
            if value in (False, "no"):
                return False
            raise ValueError(_("Say yes or no."))
        case "number":
            return number(value)
        case "date":
            try:
                return date.fromisoformat(str(value)).isoformat()
            except ValueError:
                raise ValueError(_("Give a date, as in 2027-01-31.")) from None
        case _:
            if not isinstance(value, str) or len(value) > LONGEST[question.kind]:
                raise ValueError(_("Write at most %s characters.") % LONGEST[question.kind])
            return value


def number(value: Any) -> int | float:
    """Return an answer as a number; ValueError with what to do if it is none."""
    try:
        if isinstance(value, bool):
            raise ValueError
        found = float(numbers.read(value) if isinstance(value, str) else value)
    except (TypeError, ValueError):
        raise ValueError(_("Give a number.")) from None
    if not abs(found) < 1e15:  # nor infinity, nor what is no number
        raise ValueError(_("Give a number."))
    return int(found) if found == int(found) else found


def _profile(task: TaskDoc, given: dict[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    for key in given.keys() - set(task.profile_fields):
        wrong[f"profile.{key}"] = _("This form does not ask for it.")
    kept: dict[str, Any] = {}
    for name in task.profile_fields:
        value = given.get(name)
        if name in ("business_models", "verticals"):
            listed = value if isinstance(value, list) else []
            if not listed:
                wrong[f"profile.{name}"] = _("Choose at least one.")
            kept[name] = [str(one) for one in listed]
        else:
            text = value.strip() if isinstance(value, str) else ""
            if not text and name == "website":
                wrong[f"profile.{name}"] = _("Please fill this in.")
            kept[name] = text
    return kept


def _meeting(value: str, at: datetime, wrong: dict[str, str]) -> str:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        wrong["meeting_at"] = _("Propose a day and a time.")
        return value
    if when.tzinfo is None:
        wrong["meeting_at"] = _("Give the time with its offset, for example 2026-11-02T09:00:00+01:00.")
    elif when <= at:
        wrong["meeting_at"] = _("Propose a time that is still to come.")
    return value
