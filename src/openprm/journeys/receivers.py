"""Those concerned are told; and tasks of kinds that other features declare are completed by what happens there."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from openprm.journeys import policies, services
from openprm.journeys.content import PARTNER
from openprm.journeys.models import Journey, Task
from openprm.kernel import task_kinds
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.kernel.task_kinds import TaskKind
from openprm.kernel.ui import times


@on("journey.started", name="journeys.tell_of_start")
def tell_of_start(event: Event) -> None:
    """Tell the partner's people that a journey has begun, once for all tasks it begins with."""
    journey = Journey.objects.select_related("partner").filter(pk=event.subject_id).first()
    if journey is not None:
        title = _words(lambda: _("Your journey “%s” has begun") % journey.name)
        body = _words(lambda: _("%s steps; your checklist shows what comes first.") % journey.total)
        _tell("journeys.tasks", policies.who_does(journey.partner), event, title, body, journey.portal_url)


@on("task.assigned", name="journeys.tell_of_task")
def tell_of_task(event: Event) -> None:
    """Tell whose turn it is that a task can be done; the partner not of those that a journey begins with."""
    task = _task(event)
    if task is None or not task.is_open:
        return
    began_with_it = task.journey is not None and task.opened_at == task.journey.started_at
    if task.turn == PARTNER and began_with_it:
        return
    kind = "journeys.tasks" if task.turn == PARTNER else "journeys.vendor_tasks"
    _tell_owner(kind, task, event, _words(lambda: _("A task for you: %s") % task.title), _due(task))


@on("task.submitted", name="journeys.tell_of_work")
def tell_of_work(event: Event) -> None:
    """Tell the vendor's people that something waits for approval."""
    task = _task(event)
    if task is not None:
        words = {"partner": task.partner, "task": task.title}
        title = _words(lambda: _("%(partner)s handed in: %(task)s") % words)
        _tell("journeys.to_approve", policies.who_decides(task.partner), event, title, "", task.console_url)


@on("task.returned", "task.completed", name="journeys.tell_of_answer")
def tell_of_answer(event: Event) -> None:
    """Tell the partner what the vendor said about a task."""
    task = _task(event)
    if task is None:
        return
    if event.name == "task.returned":
        title = _words(lambda: _("Please look again: %s") % task.title)
        if task.turn == PARTNER:
            _tell("journeys.decided", policies.who_does(task.partner), event, title, event.fact.text, task.portal_url)
        else:
            _tell_owner("journeys.vendor_tasks", task, event, title, event.fact.text)
    elif event.fact.approved:
        title = _words(lambda: _("Approved: %s") % task.title)
        _tell("journeys.decided", policies.who_does(task.partner), event, title, "", task.portal_url)


@on("task.reminded", "task.overdue", name="journeys.tell_of_due")
def tell_of_due(event: Event) -> None:
    """Remind whose turn it is."""
    task = _task(event)
    if task is None or not task.is_open:
        return
    late = event.name == "task.overdue"
    title = _words(lambda: (_("Overdue: %s") if late else _("Due soon: %s")) % task.title)
    kind = "journeys.reminders" if task.turn == PARTNER else "journeys.vendor_reminders"
    _tell_owner(kind, task, event, title, _due(task))


@on("journey.completed", "journey.stuck", name="journeys.tell_of_journey")
def tell_of_journey(event: Event) -> None:
    """Tell both sides that a partner is through; the vendor where nothing moves."""
    journey = Journey.objects.select_related("partner").filter(pk=event.subject_id).first()
    if journey is None:
        return
    words = {"partner": journey.partner, "journey": journey.name}
    vendor = policies.who_decides(journey.partner)
    if event.name == "journey.stuck":
        title = _words(lambda: _("%(partner)s is stuck: %(journey)s") % words)
        body = _words(lambda: _("Nothing moved for %s days.") % event.fact.days)
        _tell("journeys.progress", vendor, event, title, body, journey.console_url)
        return
    title = _words(lambda: _("%(partner)s completed: %(journey)s") % words)
    _tell("journeys.progress", vendor, event, title, "", journey.console_url)
    title = _words(lambda: _("Journey completed: %s") % journey.name)
    _tell("journeys.tasks", policies.who_does(journey.partner), event, title, "", journey.portal_url)


def _complete_by_events(kind: TaskKind) -> None:
    """Ask a declared kind again after each fact that may have completed its tasks."""

    @on(*kind.completed_by, name=f"journeys.complete.{kind.key}")
    def complete(event: Event) -> None:
        if event.partner_id is not None:
            services.meet(kind=kind.key, partner_id=event.partner_id, at=event.at)


task_kinds.watch(_complete_by_events)


def _task(event: Event) -> Task | None:
    return Task.objects.select_related("partner", "journey").filter(pk=event.subject_id).first()


def _words(say: Callable[[], Any]) -> Any:
    return lazy(lambda: str(say()), str)()


def _due(task: Task) -> Any:
    due = task.due_on
    return _words(lambda: _("Due on %s.") % times.day(due)) if due else ""


def _tell_owner(kind: str, task: Task, event: Event, title: Any, body: Any) -> None:
    if task.turn == PARTNER:
        _tell(kind, policies.who_does(task.partner), event, title, body, task.portal_url)
    else:
        _tell(kind, policies.who_decides(task.partner, task.turn), event, title, body, task.console_url)


def _tell(kind: str, people: Any, event: Event, title: Any, body: Any, url: str) -> None:
    to = [pk for pk in people.values_list("pk", flat=True) if pk != event.actor_id]
    notify(kind=kind, to=to, title=title, body=body, url=url, event=event)
