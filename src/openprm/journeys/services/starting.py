"""Starting journeys, one by one or many at once, ending them, and giving single tasks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.journeys import checking, content, events, policies, rules
from openprm.journeys.content import TaskDoc
from openprm.journeys.lifecycle import DONE, State
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.services import moving
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Problem, Refusal
from openprm.kernel.events import announce
from openprm.kernel.ui import times
from openprm.partners import lifecycle as standing
from openprm.partners.models import Partner


class AlreadyRunning(Refusal):
    """The partner is on this journey already."""

    code = "journey_already_running"


@dataclass(slots=True)
class Outcome:
    """What became of starting a journey for many: who is on it now, and why others are not."""

    started: list[Journey] = field(default_factory=list)
    refused: list[tuple[Partner, str]] = field(default_factory=list)


def template_of(code: str) -> JourneyTemplate:
    """Return the template with a code that can be started; raise Invalid with what to do otherwise."""
    template = JourneyTemplate.objects.filter(code=code).first()
    if template is None:
        message = _("There is no journey “%s”.") % code
        raise Invalid(message, fields={"template": message})
    return template


@transaction.atomic
def start(*, template: JourneyTemplate, partner: Partner, by: Actor, at: datetime, origin: str = "") -> Journey:
    """Start a journey with what is in force now; later changes of the template leave it alone.

    The same ``origin`` starts nothing twice: the journey it has started already is returned.
    """
    _require(by, partner)
    with as_system():
        known = Journey.objects.filter(origin=origin).select_related("partner").first() if origin else None
        if known is not None:
            return known
        _require_startable(template, partner)
        journey = _insert(template, partner, by, at, origin)
        Task.objects.bulk_create(_tasks(journey, at))
        announce(events.Started(journey.code, journey.name, journey.number), about=journey, by=by, at=at)
        moving.advance(journey, by=by, at=at)
    return journey


def start_many(*, template: JourneyTemplate, partners: Iterable[Partner], by: Actor, at: datetime) -> Outcome:
    """Start a journey for each of these partners that can be started; the others stay as they are, with the reason."""
    outcome = Outcome()
    for partner in partners:
        try:
            with transaction.atomic():
                outcome.started.append(start(template=template, partner=partner, by=by, at=at))
        except Problem as problem:
            outcome.refused.append((partner, str(problem)))
    return outcome


@transaction.atomic
def cancel(*, journey: Journey, text: str, by: Actor, at: datetime) -> Journey:
    """End a journey that nobody goes on with; what is not done is skipped, with the same reason."""
    _require(by, journey.partner)
    why = text.strip()
    if not why or len(why) > 500:
        raise Invalid(
            _("Some fields need your attention."), fields={"text": _("Say in up to 500 characters why it ends.")}
        )
    with as_system():
        held = Journey.objects.select_for_update(of=("self",)).select_related("partner").get(pk=journey.pk)
        if not held.is_running:
            raise moving.NotNow(_("This journey has ended already."))
        for task in held.tasks.select_for_update().exclude(state__in=DONE):
            moving.move(task, "skip", by=by, at=at, said=why)
        held.state, held.ended_at, held.ended_text, held.stage = JourneyState.CANCELLED, at, why, ""
        held.done = held.total
        held.write("state", "ended_at", "ended_text", "stage", "done", at=at)
        announce(events.Cancelled(held.code, held.name, why), about=held, by=by, at=at)
    return held


@transaction.atomic
def assign_task(*, partner: Partner, task: TaskDoc, by: Actor, at: datetime, origin: str = "") -> Task:
    """Give a single task, outside of any journey, to the partner or to somebody of its account team."""
    _require(by, partner)
    _require_reachable(partner)
    if task.depends_on:
        message = _("A single task depends on nothing. Draw a journey for tasks that follow each other.")
        raise Invalid(message, fields={"depends_on": message})
    checking.refuse(checking.task_problems(task), "task")
    with as_system():
        known = Task.objects.filter(origin=origin).select_related("partner").first() if origin else None
        if known is not None:
            return known
        row = _task(partner, None, "", 0, task, at)
        row.given_by, row.origin = by.name, origin
        row.save(force_insert=True)
        moving.opens(row, by=by, at=at)
    return row


def _require(by: Actor, partner: Partner) -> None:
    if not policies.may_assign_to(by, partner):
        raise Forbidden(_("You do not look after this partner. Ask its channel manager."))


def _require_reachable(partner: Partner) -> None:
    if partner.status in standing.SHUT_OUT:
        words = {"partner": partner, "status": partner.get_status_display()}
        raise Refusal(_("%(partner)s is %(status)s: nobody there can sign in. Activate it first.") % words)


def _require_startable(template: JourneyTemplate, partner: Partner) -> None:
    _require_reachable(partner)
    if template.state == JourneyTemplate.State.ARCHIVED:
        raise Refusal(_("“%s” is archived. Restore it, or choose another journey.") % template)
    if not template.number:
        raise Refusal(_("“%s” is a draft. Publish it first.") % template)


def _insert(template: JourneyTemplate, partner: Partner, by: Actor, at: datetime, origin: str) -> Journey:
    journey = Journey(
        partner=partner,
        template=template,
        number=template.number,
        code=template.code,
        name=template.name,
        description=template.description,
        stages=template.published,
        stage_since=at,
        started_at=at,
        started_by=by.name,
        progressed_at=at,
        origin=origin,
        created_at=at,
        updated_at=at,
    )
    try:
        with transaction.atomic():
            journey.save(force_insert=True)
    except IntegrityError as error:
        if "journey_runs_once" not in str(error):
            raise
        running = Journey.objects.get(partner=partner, template=template, state=JourneyState.RUNNING)
        words = {"partner": partner, "journey": running.name, "day": times.day(running.started_at)}
        raise AlreadyRunning(
            _("%(partner)s is on the journey “%(journey)s” already, since %(day)s. Cancel that one to begin anew.")
            % words
        ) from None
    return journey


def _tasks(journey: Journey, at: datetime) -> list[Task]:
    numbered = enumerate(content.tasks_of(content.read(journey.stages)), start=1)
    return [_task(journey.partner, journey, stage.key, number, task, at) for number, (stage, task) in numbered]


def _task(partner: Partner, journey: Journey | None, stage: str, position: int, doc: TaskDoc, at: datetime) -> Task:
    counts_now = doc.due_from == "start"
    return Task(
        partner=partner,
        journey=journey,
        stage=stage,
        position=position,
        key=doc.key,
        kind=doc.kind,
        title=doc.title,
        owner=doc.owner,
        optional=doc.optional,
        approval=rules.waits_after(kind=doc.kind, owner=doc.owner, approval=doc.approval),
        depends_on=sorted(set(doc.depends_on)),
        detail=doc.model_dump(mode="json", exclude_defaults=True),
        state=State.PENDING,
        state_since=at,
        due_on=rules.due_on(doc.due_days, at, moving.zone()) if counts_now else None,
        created_at=at,
        updated_at=at,
    )
