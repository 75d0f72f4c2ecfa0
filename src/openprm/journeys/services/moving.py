"""What every change of a task has in common: the rows are held, the state moves, and the journey follows."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.journeys import content, events, rules
from openprm.journeys.lifecycle import DONE, MOVES, State
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.models import Journey, Task
from openprm.kernel import settings_store, task_kinds
from openprm.kernel.access import SYSTEM, Actor
from openprm.kernel.errors import Refusal
from openprm.kernel.events import announce


class NotNow(Refusal):
    """The task does not stand where this can be done."""

    code = "task_not_now"


def zone() -> str:
    """Return the programme's time zone, in which due days end."""
    return str(settings_store.get("journeys.time_zone"))


def hold(task: Task) -> Task:
    """Return the task as it is now, with its journey, both locked; the journey first, so that two never wait in a
    circle. To be called as the system."""
    journey = Journey.objects.select_for_update().get(pk=task.journey_id) if task.journey_id else None
    held = Task.objects.select_for_update(of=("self",)).select_related("partner").get(pk=task.pk)
    if journey is not None:
        held.journey = journey
    return held


def require(task: Task, verb: str) -> None:
    """Refuse where the move does not lead from where the task stands."""
    if task.journey is not None and not task.journey.is_running:
        raise NotNow(_("This journey has ended. Nothing of it is changed any more."))
    if State(task.state) in MOVES[verb].before and (task.opened_at is not None or verb in ("skip", "resume")):
        return
    if task.opened_at is None and not task.is_done:
        raise NotNow(_("This task waits for others to be done first."))
    raise NotNow(_("Somebody did this meanwhile: the task is “%s” by now.") % task.state_label)


def move(task: Task, verb: str, *, by: Actor, at: datetime, **values: Any) -> None:
    """Write where a task stands now, and what was said."""
    task.state = MOVES[verb].after
    task.state_since = at
    done = State(task.state) in DONE
    task.ended_at, task.ended_by = (at, by.name) if done else (None, "")
    for name, value in values.items():
        setattr(task, name, value)
    task.write("state", "state_since", "ended_at", "ended_by", *values, at=at)


def label(task: Task) -> str:
    """Return the name of the task's journey."""
    return task.journey.name if task.journey else ""


def follow(task: Task, *, by: Actor, at: datetime) -> None:
    """Let the task's journey follow a change: what opens, which stage it is, whether all is done."""
    if task.journey is not None:
        advance(task.journey, by=by, at=at)


def advance(journey: Journey, *, by: Actor, at: datetime) -> None:
    """Open what can begin now, and write where the journey stands."""
    tasks = list(
        Task.objects.filter(journey=journey).select_for_update().select_related("partner").order_by("position")
    )
    for task in tasks:
        task.journey = journey
    while _open(tasks, by=by, at=at):
        pass
    before = journey.stage
    steps = _steps(tasks)
    journey.stage = rules.current_stage([stage["key"] for stage in journey.stages], steps)
    if not journey.stage:
        _leave_out(tasks, by=by, at=at)
    journey.done, journey.total = rules.progress(State(task.state) for task in tasks)
    journey.progressed_at, journey.stuck_told_at = at, None
    changed = ["stage", "done", "total", "progressed_at", "stuck_told_at"]
    if journey.stage != before:
        journey.stage_since = at
        changed.append("stage_since")
    if not journey.stage:
        journey.state, journey.ended_at = JourneyState.COMPLETED, at
        changed += ["state", "ended_at"]
    journey.write(*changed, at=at)
    if not journey.stage:
        days = (at - journey.started_at).days
        announce(events.Completed(journey.code, journey.name, days), about=journey, by=by, at=at)
    elif before and journey.stage != before:
        fact = events.StageReached(journey.code, journey.name, journey.stage, journey.stage_name)
        announce(fact, about=journey, by=by, at=at)


def opens(task: Task, *, by: Actor, at: datetime) -> None:
    """Let a task begin: from now on it is due, somebody's turn, and told of."""
    doc = task.drawn
    task.opened_at = at
    if doc.due_from == "dependencies" and task.due_on is None:
        task.due_on = rules.due_on(doc.due_days, at, zone())
    if doc.kind == content.Kind.APPROVAL:
        task.state, task.state_since = State.WAITING, at
    task.write("opened_at", "due_on", "state", "state_since", at=at)
    fact = events.Assigned(task.title, task.kind, task.owner, label(task), task.due_on)
    announce(fact, about=task, by=by, at=at)
    meet_declared(task, at=at)


def meet_declared(task: Task, *, at: datetime) -> bool:
    """Complete a task of a declared kind where the partner has done it; say whether that was so."""
    kind = task_kinds.find(task.kind)
    if kind is None or not task.to_do or not kind.is_met(task.partner_id, task.drawn.details):
        return False
    move(task, "complete", by=SYSTEM, at=at)
    fact = events.TaskCompleted(task.title, task.key, task.kind, label(task))
    announce(fact, about=task, by=SYSTEM, at=at)
    return True


def _open(tasks: list[Task], *, by: Actor, at: datetime) -> bool:
    """Open and close what the states ask for; say whether something was completed by that, so that more may open."""
    ready = rules.opened(_steps(tasks))
    again = False
    for task in tasks:
        if task.is_done:
            continue
        if task.key in ready and task.opened_at is None:
            opens(task, by=by, at=at)
            again = again or task.is_done
        elif task.key not in ready and task.opened_at is not None and _can_wait(task):
            _close(task, at)
    return again


def _leave_out(tasks: list[Task], *, by: Actor, at: datetime) -> None:
    """Skip the optional tasks that nobody did, when all that was needed is done."""
    why = _("It was optional, and everything else is done.")
    for task in tasks:
        if not task.is_done:
            move(task, "skip", by=by, at=at, said=why)
            announce(events.Skipped(task.title, why, label(task)), about=task, by=by, at=at)


def _can_wait(task: Task) -> bool:
    return task.state == State.PENDING or (task.kind == content.Kind.APPROVAL and task.state == State.WAITING)


def _close(task: Task, at: datetime) -> None:
    task.opened_at, task.state, task.state_since = None, State.PENDING, at
    if task.drawn.due_from == "dependencies":
        task.due_on = None
    task.write("opened_at", "state", "state_since", "due_on", at=at)


def _steps(tasks: list[Task]) -> list[rules.Step]:
    return [rules.Step(task.key, task.stage, State(task.state), task.depends_on, task.optional) for task in tasks]
