"""Taking the steps of a run, each in a transaction of its own: once, tried again where it fails, and written down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from openprm.automation import alerts, clock, judging
from openprm.automation.actors import actor_of
from openprm.automation.definition import find, following, walk
from openprm.automation.models import Automation, Run, StepRun
from openprm.kernel import actions, events
from openprm.kernel.access import as_system, enter
from openprm.kernel.actions import Occasion
from openprm.kernel.errors import Invalid, Problem, Stale
from openprm.kernel.hints import hint
from openprm.kernel.jobs import job

State = Run.State
OPEN = (State.GOING, State.WAITING)
RESTING = (Automation.State.PAUSED, Automation.State.ARCHIVED)
MOST_STEPS = 500
MOVED = "automation.run_moved"  # a hint for open pages: runs are no facts of their own


@job("automation.advance", queue="automations", attempts=3, scoped=False)
def advance(run: str) -> None:
    """Take the steps of a run that are due, in a worker."""
    go(UUID(run))


def go(run_id: UUID, *, at: datetime | None = None) -> None:
    """Take steps until the run waits, ends or fails. What a failing step wrote is undone."""
    for _number in range(MOST_STEPS):
        now = at or timezone.now()
        try:
            with transaction.atomic(), as_system():
                further = _step(run_id, now)
        except Exception as error:
            with transaction.atomic(), as_system():
                _note_failure(run_id, error, now)
            return
        if not further:
            return


def occasion_of(run: Run, key: str, at: datetime) -> Occasion:
    """Return why a step of a run is taken."""
    event = run.event
    return Occasion(
        partner_id=run.partner_id,
        by=actor_of(run.automation),
        at=at,
        key=f"{run.pk}:{key}",
        event_id=event.pk if event else None,
        event=event.name if event else "",
        payload=event.payload if event else None,
    )


def _step(run_id: UUID, at: datetime) -> bool:
    """Take one step; say whether there is another one to take now."""
    run = _locked(run_id)
    if run is None or run.state not in OPEN or (run.due_at and run.due_at > at):
        return False
    if run.automation.state in RESTING and not run.started_by:
        return False  # it goes on when the automation is resumed
    definition = run.definition
    if run.condition is None:
        verdict = _judge(run, definition["condition"])
        run.condition = verdict.trace
        if not verdict.holds and not run.started_by:
            return _end(run, State.NOT_MET, at)
    step = find(definition, run.cursor) if run.cursor else None
    if step is None:
        return _end(run, State.DONE, at)
    if step["kind"] == "wait" and run.state != State.WAITING:
        return _wait(run, step, at)
    way = _take(run, step, at)
    run.state, run.due_at, run.attempts, run.error = State.GOING, None, 0, ""
    run.cursor = following(definition, run.cursor, way)
    if not run.cursor:
        return _end(run, State.DONE, at)
    _save(run, at)
    return True


def _take(run: Run, step: dict[str, Any], at: datetime) -> str:
    """Do what a step says, and write it down; return the way a branch goes."""
    note: dict[str, Any] = {"state": StepRun.State.DONE, "kind": step["kind"], "at": at, "error": ""}
    way = ""
    match step["kind"]:
        case "action":
            note["told"] = _act(run, step, at)
        case "branch":
            verdict = _judge(run, step["condition"])
            way = "then" if verdict.holds else "else"
            note |= {"trace": verdict.trace, "way": way}
        case _:
            note["told"] = _("waited")
    note["attempts"] = run.attempts + 1
    _written(run, step["key"], note)
    return way


def _act(run: Run, step: dict[str, Any], at: datetime) -> str:
    try:
        action = actions.action(step["action"])
    except KeyError:
        raise Invalid(_("There is no action “%(key)s” (any more).") % {"key": step["action"]}) from None
    occasion = occasion_of(run, step["key"], at)
    with events.caused_by(run.pk), enter(occasion.by):
        return str(action.run(occasion, action.check(step["values"])))


def _judge(run: Run, wanted: dict[str, Any]) -> judging.Verdict:
    event = run.event
    return judging.judge(
        [wanted],
        partner_id=run.partner_id,
        event=event.name if event else "",
        told=event.payload if event else None,
    )[0]


def _wait(run: Run, step: dict[str, Any], at: datetime) -> bool:
    until = clock.over(step, at=at, zone=timezone.get_default_timezone())
    shown = date_format(timezone.localtime(until, timezone.get_default_timezone()), "DATETIME_FORMAT")
    note = {
        "state": StepRun.State.WAITING,
        "kind": "wait",
        "at": at,
        "told": _("waits until %(moment)s") % {"moment": shown},
    }
    _written(run, step["key"], note)
    run.state, run.due_at = State.WAITING, until
    _save(run, at)
    advance.defer_at(until, run=str(run.pk))
    hint(MOVED, subject=run.pk)
    return False


def _end(run: Run, state: str, at: datetime) -> bool:
    run.state, run.cursor, run.due_at, run.finished_at = state, "", None, at
    _save(run, at)
    hint(MOVED, subject=run.pk)
    return False


def _note_failure(run_id: UUID, error: Exception, at: datetime) -> None:
    """Write down what went wrong. A refusal is not tried again by itself: only people can mend what it says."""
    run = _locked(run_id)
    if run is None or run.state not in OPEN:
        return
    said = _said(error)
    run.attempts, run.error = run.attempts + 1, said
    final = isinstance(error, Problem) and not isinstance(error, Stale)
    again = None if final else clock.next_try(run.attempts, at=at)
    numbers = {step["key"]: (number, step["kind"]) for number, step in walk(run.definition["steps"])}
    number, kind = numbers.get(run.cursor, ("", ""))
    if run.cursor:
        note = {"state": StepRun.State.FAILED, "kind": kind, "at": at, "error": said, "attempts": run.attempts}
        _written(run, run.cursor, note)
    if again:
        run.due_at = again
        _save(run, at)
        advance.defer_at(again, run=str(run.pk))
        hint(MOVED, subject=run.pk)
        return
    run.state, run.due_at, run.finished_at = State.FAILED, None, at
    _save(run, at)
    alerts.failed(run, number, said, at=at)


def _said(error: Exception) -> str:
    if isinstance(error, Problem):
        return " ".join([str(error), *error.fields.values()])[:2000].replace("\0", "")
    return f"{type(error).__name__}: {error}"[:2000].replace("\0", "")


def _locked(run_id: UUID) -> Run | None:
    found = Run.objects.select_for_update(of=("self",)).select_related("automation", "of_version", "partner", "event")
    return found.filter(pk=run_id).first()


def _save(run: Run, at: datetime) -> None:
    run.write("state", "cursor", "due_at", "finished_at", "attempts", "error", "condition", at=at)


def _written(run: Run, key: str, note: dict[str, Any]) -> None:
    row = StepRun(run=run, key=key, partner_id=run.partner_id, **note)
    StepRun.objects.bulk_create([row], update_conflicts=True, unique_fields=["run", "key"], update_fields=[*note])
