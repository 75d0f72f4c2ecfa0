"""Doing tasks: what was typed is kept, files are attached, and the whole is handed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.journeys import answering, events, policies, words
from openprm.journeys.content import PARTNER, Kind, Work
from openprm.journeys.lifecycle import State
from openprm.journeys.models import Task
from openprm.journeys.services import moving
from openprm.kernel import files, task_kinds
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Missing
from openprm.kernel.events import announce
from openprm.kernel.files.models import StoredFile
from openprm.partners import policies as partners
from openprm.partners import services as profiles

MOST_FILES = 10


@transaction.atomic
def save_work(*, task: Task, work: Work, by: Actor, at: datetime) -> Task:
    """Keep what was typed so far, finished or not."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        moving.require(held, "complete")
        _keep(held, work, at)
    return held


@transaction.atomic
def attach(*, task: Task, upload: Any, by: Actor, at: datetime) -> StoredFile:
    """Put a file to a task that is to be done."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        moving.require(held, "complete")
        if len(held.files) >= MOST_FILES:
            message = _("A task takes at most %s files. Remove one first.") % MOST_FILES
            raise Invalid(message, fields={"file": message})
        return files.store(upload, owner=held, by=by, at=at)


@transaction.atomic
def detach(*, task: Task, file_id: UUID, by: Actor, at: datetime) -> None:
    """Take a file away again, before the task is handed in."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        moving.require(held, "complete")
        found = next((file for file in held.files if file.pk == file_id), None)
        if found is None:
            raise Missing(_("This file is not there any more."))
        files.remove(found)


@transaction.atomic
def hand_in(*, task: Task, work: Work, by: Actor, at: datetime) -> Task:
    """Hand a task in: it is completed, or waits for approval where it asks for one."""
    _require(task, by)
    with as_system():
        held = moving.hold(task)
        verb = "submit" if held.approval else "complete"
        moving.require(held, verb)
        _require_not_elsewhere(held)
        doc = held.drawn
        back = held.state == State.ACTION_REQUIRED
        kept, wrong = answering.clean(doc, work, files=len(held.files), at=at, turned_back=back)
        if wrong:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
    if kept.profile:
        _fill_in_profile(held, kept.profile, by, at)
    with as_system():
        values = {"answers": kept.model_dump(exclude_defaults=True), "submitted_at": at, "submitted_by": by.name}
        moving.move(held, verb, by=by, at=at, said="", **values)
        journey = moving.label(held)
        fact: object = events.TaskCompleted(held.title, held.key, held.kind, journey)
        if verb == "submit":
            fact = events.Submitted(held.title, held.kind, journey)
        announce(fact, about=held, by=by, at=at)
        moving.follow(held, by=by, at=at)
    return held


@transaction.atomic
def skip(*, task: Task, by: Actor, at: datetime, text: str = "") -> Task:
    """Leave a task out: the partner an optional one, the vendor any, with a reason."""
    why = text.strip()
    if by.is_partner:
        _require(task, by)
        if not task.optional:
            raise moving.NotNow(_("This task is needed. Ask your channel manager if it does not apply to you."))
        why = why or _("Not needed")
    else:
        if not policies.may_decide(by, task):
            raise Forbidden(_("You do not look after this partner. Ask its channel manager."))
        if not why or len(why) > 500:
            message = _("Say in up to 500 characters why it is not needed.")
            raise Invalid(_("Some fields need your attention."), fields={"text": message})
    with as_system():
        held = moving.hold(task)
        moving.require(held, "skip")
        moving.move(held, "skip", by=by, at=at, said=why)
        announce(events.Skipped(held.title, why, moving.label(held)), about=held, by=by, at=at)
        moving.follow(held, by=by, at=at)
    return held


def meet(*, kind: str, partner_id: UUID, at: datetime) -> int:
    """Complete the open tasks of a declared kind that the partner has done meanwhile; return how many."""
    count = 0
    with transaction.atomic(), as_system():
        for task in Task.objects.filter(kind=kind, partner_id=partner_id, opened_at__isnull=False).order_by("pk"):
            if task.is_done:
                continue
            held = moving.hold(task)
            if held.journey is not None and not held.journey.is_running:
                continue
            if moving.meet_declared(held, at=at):
                count += 1
                moving.follow(held, by=SYSTEM, at=at)
    return count


def _require(task: Task, by: Actor) -> None:
    if policies.may_do(by, task):
        return
    if by.is_partner and (task.partner_id != by.partner_id or not by.may(policies.DO)):
        raise Forbidden(_("Your role does not include doing tasks. Ask an administrator of your company."))
    if task.is_done or task.state == State.WAITING:
        raise moving.NotNow(_("Somebody did this meanwhile: the task is “%s” by now.") % task.state_label)
    if task.opened_at is None:
        raise moving.NotNow(_("This task waits for others to be done first."))
    if by.is_vendor and not policies.may_decide(by, task):
        raise Forbidden(_("You do not look after this partner. Ask its channel manager."))
    owner = words.OWNERS[PARTNER] if task.turn == PARTNER else task.owner_label
    raise moving.NotNow(_("This is for somebody else to do: %s.") % owner)


def _require_not_elsewhere(task: Task) -> None:
    if task_kinds.find(task.kind) is not None:
        raise moving.NotNow(_("This completes itself once it is done. Follow its link."))
    if task.kind not in list(Kind):
        raise moving.NotNow(_("What this task was about is not offered any more. Ask your channel manager to skip it."))


def _keep(task: Task, work: Work, at: datetime) -> None:
    task.answers = answering.draft(task.drawn, work).model_dump(exclude_defaults=True)
    task.write("answers", at=at)


def _fill_in_profile(task: Task, values: dict[str, Any], by: Actor, at: datetime) -> None:
    """Write what was filled in into the partner's profile, by the rights of whoever does it."""
    if not (partners.may_edit_profile(by, task.partner) or partners.may_change(by, task.partner)):
        raise Forbidden(
            _("Only an administrator of your company changes its profile. What you typed is kept: ask one to send it.")
        )
    try:
        profiles.change_profile(partner=task.partner, by=by, at=at, **values)
    except Invalid as problem:
        fields = {f"profile.{name}": text for name, text in problem.fields.items()}
        raise Invalid(str(problem), fields=fields) from None
