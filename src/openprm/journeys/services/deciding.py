"""The vendor's answer to what was handed in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.journeys import events, policies
from openprm.journeys.models import Task
from openprm.journeys.services import moving
from openprm.kernel import task_kinds
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce


@transaction.atomic
def approve(*, task: Task, by: Actor, at: datetime) -> Task:
    """Find that what was handed in is good; a proposed meeting is confirmed by it."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        moving.require(held, "approve")
        moving.move(held, "approve", by=by, at=at, said="")
        fact = events.TaskCompleted(held.title, held.key, held.kind, moving.label(held), approved=True)
        announce(fact, about=held, by=by, at=at)
        moving.follow(held, by=by, at=at)
    return held


@transaction.atomic
def send_back(*, task: Task, text: str, by: Actor, at: datetime) -> Task:
    """Ask for more, with a reason that the one who does the task reads. What was typed stays."""
    _require(task, by)
    why = text.strip()
    if not why or len(why) > 2000:
        message = _("Say in up to 2,000 characters what is missing.")
        raise Invalid(_("Some fields need your attention."), fields={"text": message})
    with as_system():
        held = moving.hold(task)
        moving.require(held, "send_back")
        if task_kinds.find(held.kind) is not None:
            raise moving.NotNow(_("This was completed by what happened elsewhere, and cannot be sent back."))
        moving.move(held, "send_back", by=by, at=at, said=why)
        fact = events.Returned(held.title, held.kind, why, moving.label(held))
        announce(fact, about=held, by=by, at=at)
        moving.follow(held, by=by, at=at)
    return held


@transaction.atomic
def resume(*, task: Task, by: Actor, at: datetime) -> Task:
    """Take a skipped task up again."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        moving.require(held, "resume")
        single = held.journey is None
        moving.move(held, "resume", by=by, at=at, said="", opened_at=None)
        announce(events.Resumed(held.title, moving.label(held)), about=held, by=by, at=at)
        if single:
            moving.opens(held, by=by, at=at)
        moving.follow(held, by=by, at=at)
        held.refresh_from_db()
    return held


def _require(task: Task, by: Actor) -> None:
    if not policies.may_decide(by, task):
        raise Forbidden(_("You do not look after this partner. Ask its channel manager."))
