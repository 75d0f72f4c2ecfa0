"""Putting automations to work, and to rest."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.automation import diff, rules
from openprm.automation.events import Published, StateChanged
from openprm.automation.models import Automation, AutomationVersion, Run
from openprm.automation.policies import MANAGE
from openprm.automation.running import advance
from openprm.automation.services import checks
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Refusal
from openprm.kernel.events import announce

State = Automation.State


class CannotMove(Refusal):
    """There is no way from this state to that."""

    code = "automation_state"


@transaction.atomic
def publish(*, automation: Automation, note: str = "", by: Actor, at: datetime) -> Automation:
    """Make the draft the next version. A first version goes live with it; a paused automation stays paused."""
    by.require(MANAGE)
    if automation.state == State.ARCHIVED:
        raise CannotMove(_("This automation is archived. Bring it back first."))
    note = checks.note(note)
    automation.hold()
    if automation.draft is None:
        raise CannotMove(_("The draft says the same as the version in force. Change something first."))
    definition = checks.sound(automation.draft)
    before = automation.current
    told = diff.in_words(before.definition if before else None, definition)
    automation.current = AutomationVersion.objects.create(
        automation=automation,
        number=before.number + 1 if before else 1,
        definition=definition,
        note=note,
        published_by=by.name,
        created_at=at,
        updated_at=at,
    )
    automation.draft = None
    automation.trigger_kind, automation.trigger_event = rules.trigger_of(definition)
    automation.clock_at = at
    fields = ["current", "draft", "trigger_kind", "trigger_event", "clock_at"]
    if automation.state == State.DRAFT:
        automation.state = State.LIVE
        fields.append("state")
    automation.write(*fields, at=at)
    announce(Published(automation.current.number, note, told), about=automation, by=by, at=at)
    if "state" in fields:
        announce(StateChanged({"state": [State.DRAFT, State.LIVE]}), about=automation, by=by, at=at)
    return automation


def pause(*, automation: Automation, by: Actor, at: datetime) -> Automation:
    """Begin no more runs, and let those under way rest."""
    return _move(automation, (State.LIVE,), State.PAUSED, by, at)


@transaction.atomic
def resume(*, automation: Automation, by: Actor, at: datetime) -> Automation:
    """Begin runs again, and go on with those that rested. What happened in between is not made good."""
    _move(automation, (State.PAUSED,), State.LIVE, by, at)
    automation.clock_at = at
    automation.write("clock_at", at=at)
    with as_system():
        rested = Run.objects.filter(automation=automation, state__in=[Run.State.GOING, Run.State.WAITING])
        due = rested.exclude(due_at__gt=at).values_list("pk", flat=True)
        if calls := [{"run": str(pk)} for pk in due]:
            advance.defer_many(calls)
    return automation


@transaction.atomic
def archive(*, automation: Automation, by: Actor, at: datetime) -> Automation:
    """Put an automation away for good; its history stays, and what was under way is cancelled."""
    _move(automation, (State.DRAFT, State.LIVE, State.PAUSED), State.ARCHIVED, by, at)
    with as_system():
        under_way = Run.objects.filter(automation=automation, state__in=[Run.State.GOING, Run.State.WAITING])
        under_way.update(state=Run.State.CANCELLED, due_at=None, finished_at=at, updated_at=at)
    return automation


def revive(*, automation: Automation, by: Actor, at: datetime) -> Automation:
    """Bring an archived automation back: paused, or as the draft it was."""
    return _move(automation, (State.ARCHIVED,), State.PAUSED if automation.current else State.DRAFT, by, at)


@transaction.atomic
def _move(automation: Automation, ways: tuple[State, ...], state: State, by: Actor, at: datetime) -> Automation:
    by.require(MANAGE)
    if automation.state not in ways:
        words = {"now": automation.get_state_display(), "wanted": state.label}
        raise CannotMove(_("It is “%(now)s” and cannot become “%(wanted)s”.") % words)
    before, automation.state = automation.state, state
    automation.write("state", at=at)
    announce(StateChanged({"state": [before, state]}), about=automation, by=by, at=at)
    return automation
