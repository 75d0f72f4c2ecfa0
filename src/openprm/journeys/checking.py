"""Whether a drawn journey is sound, told in words that name what is wrong."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from pydantic import ValidationError

from openprm.journeys.content import MOST_STAGES, MOST_TASKS, PARTNER, Kind, StageDoc, TaskDoc, tasks_of
from openprm.journeys.rules import cycle
from openprm.kernel import task_kinds
from openprm.kernel.errors import Invalid


def problems(stages: Sequence[StageDoc]) -> list[str]:
    """Return everything that is wrong with a journey as it is drawn; a draft may still lack stages and tasks."""
    tasks = [task for _stage, task in tasks_of(stages)]
    found = _twice([stage.key for stage in stages], _("Two stages are called “%s”. Give each a key of its own."))
    found += _twice([task.key for task in tasks], _("Two tasks are called “%s”. Give each a key of its own."))
    if len(stages) > MOST_STAGES or len(tasks) > MOST_TASKS:
        most = {"stages": MOST_STAGES, "tasks": MOST_TASKS}
        found.append(_("A journey has at most %(stages)s stages and %(tasks)s tasks.") % most)
    for task in tasks:
        found += [f"{task.title}: {problem}" for problem in task_problems(task)]
    return found + _dependencies(tasks)


def missing(stages: Sequence[StageDoc]) -> list[str]:
    """Return what a journey still needs before it can be published."""
    if not stages:
        return [_("Add a stage with at least one task.")]
    return [
        _("The stage “%s” has no task. Add one, or remove the stage.") % stage.name
        for stage in stages
        if not stage.tasks
    ]


def task_problems(task: TaskDoc) -> list[str]:
    """Return what is wrong with a task by itself."""
    found: list[str] = []
    match task.kind:
        case Kind.FORM:
            if not task.questions and not task.profile_fields:
                found.append(_("a form needs a question, or something of the profile to fill in."))
            found += _questions(task)
        case Kind.CONFIRM:
            if not task.text.strip():
                found.append(_("write the text that is read and confirmed."))
        case Kind.LINK:
            if urlsplit(task.link).scheme not in ("https", "http") or not urlsplit(task.link).netloc:
                found.append(_("give the link's whole address, beginning with https://."))
        case Kind.APPROVAL:
            if task.owner == PARTNER:
                found.append(_("an approval belongs to somebody of the vendor. Choose a role of the account team."))
        case Kind.DOCUMENT | Kind.MEETING:
            pass
        case _:
            found += _declared(task)
    if task.link and task.kind != Kind.LINK and urlsplit(task.link).scheme not in ("https", "http"):
        found.append(_("give the link's whole address, beginning with https://."))
    if task.due_from == "dependencies" and not task.depends_on:
        found.append(_("it is due after what it depends on, but depends on nothing."))
    return found


def refuse(found: Sequence[str], field: str = "stages") -> None:
    """Raise Invalid where something was found."""
    if found:
        text = " ".join(found[:10])
        raise Invalid(text, fields={field: text})


def _questions(task: TaskDoc) -> Iterable[str]:
    yield from _twice([q.key for q in task.questions], _("two questions are called “%s”."))
    for question in task.questions:
        if question.kind == "choice" and len({choice.strip() for choice in question.choices} - {""}) < 2:
            yield _("“%s” needs at least two choices.") % question.label


def _declared(task: TaskDoc) -> list[str]:
    kind = task_kinds.find(task.kind)
    if kind is None:
        return [_("there is no kind of task “%s”.") % task.kind]
    try:
        kind.check(task.details)
    except Invalid as problem:
        return [f"{name}: {text}" for name, text in problem.fields.items()]
    return []


def _dependencies(tasks: Sequence[TaskDoc]) -> list[str]:
    titles = {task.key: task.title for task in tasks}
    found = [
        _("%(title)s: it depends on “%(key)s”, which is not in this journey.") % {"title": task.title, "key": key}
        for task in tasks
        for key in task.depends_on
        if key not in titles
    ]
    circle = cycle({task.key: task.depends_on for task in tasks})
    if circle:
        around = " → ".join(f"“{titles[key]}”" for key in [*circle, circle[0]])
        found.append(_("These tasks wait for each other and could never begin: %s.") % around)
    return found


def _twice(keys: Sequence[str], words: str) -> list[str]:
    return [words % key for key in sorted({key for key in keys if keys.count(key) > 1})]


def shape_problem(error: ValidationError) -> Invalid:
    """Return what pydantic found wrong, as a refusal."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return Invalid(f"{where}: {first['msg']}", fields={where or "stages": first["msg"]})
