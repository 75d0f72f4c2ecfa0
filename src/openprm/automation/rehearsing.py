"""What an automation would do, or would have done. Nothing is written: the database itself refuses to, meanwhile."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.automation import clock, judging, payload, words
from openprm.automation.actors import actor_of
from openprm.automation.definition import Definition, Step, walk
from openprm.automation.known import fields_of
from openprm.automation.models import Automation, Rehearsal, RehearsedRun
from openprm.automation.starting import due_partners
from openprm.kernel import actions
from openprm.kernel.access import as_system
from openprm.kernel.actions import Occasion
from openprm.kernel.errors import Problem
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import job
from openprm.partners.models import Partner

BATCH = 200
MOST_EVENTS = 50_000
KEPT_LINES = 12


@dataclass(slots=True)
class Line:
    """One thing that would happen: its step, its words, and for a branch why it goes this way."""

    number: str
    kind: str
    said: str
    icon: str = ""
    action: str = ""
    trace: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen to one partner: whether the condition holds, why, and what follows if it does."""

    holds: bool
    trace: list[dict[str, Any]]
    lines: list[Line]
    event: Event | None


@contextmanager
def reading_only() -> Iterator[None]:
    """Let the database refuse every change in the block, whatever the code forgets."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local transaction_read_only = on")
        try:
            yield
        finally:
            transaction.set_rollback(True)  # the outer transaction may write again


def latest_event(definition: Definition, partner_id: UUID) -> Event | None:
    """Return the last event of the trigger's kind about a partner, to try things with."""
    name = definition["trigger"].get("event")
    if not name:
        return None
    return Event.objects.filter(name=name, partner_id=partner_id).order_by("-at").first()


def foresee(automation: Automation, partner: Partner, *, at: datetime) -> Foreseen:
    """Return what the draft (or the current version) would do for one partner now. To be called as the system.

    It is tried with the last event of its kind about the partner, if there was one.
    """
    definition = automation.edited
    with reading_only():
        event = latest_event(definition, partner.pk)
        judge = _One(partner.pk, event)
        verdict = judge.verdict(definition["condition"])
        lines = list(_lines(automation, definition, partner.pk, event, judge, at))
    return Foreseen(verdict.holds, verdict.trace, lines, event)


@job("automation.rehearse", queue="automations", attempts=2, scoped=False)
def work_later(rehearsal: str) -> None:
    """Work out, in a worker, what an automation would have done."""
    work(UUID(rehearsal))


def work(pk: UUID) -> None:
    """Work out a rehearsal, a batch after the other, each in a transaction of its own so that progress is seen."""
    try:
        while True:
            with transaction.atomic(), as_system():
                if not _batch(pk):
                    return
    except Exception as error:
        with transaction.atomic(), as_system():
            Rehearsal.objects.filter(pk=pk).update(state=Rehearsal.State.FAILED, error=str(error)[:2000])
        raise


def _batch(pk: UUID) -> bool:
    """Work out the next part; say whether there is more."""
    row = Rehearsal.objects.select_for_update(of=("self",)).select_related("automation").get(pk=pk)
    if row.state != Rehearsal.State.GOING:
        return False
    if not row.total:
        row.total = _count(row)
    occasions = _occasions(row)
    with reading_only():
        found = _worked(row, occasions)
    RehearsedRun.objects.bulk_create(found)
    counted: Counter[str] = Counter(row.actions)
    for run in found:
        counted.update(line["action"] for line in run.lines if line.get("action"))
    row.actions = dict(counted)
    row.matched += len(found)
    row.seen = min(row.total, row.seen + len(occasions))
    row.partners = RehearsedRun.objects.filter(rehearsal=row).values("partner").distinct().count()
    if len(occasions) < BATCH:
        row.state, row.seen = Rehearsal.State.DONE, row.total
    row.updated_at = timezone.now()
    row.save(update_fields=["total", "seen", "matched", "actions", "partners", "state", "after", "updated_at"])
    return row.state == Rehearsal.State.GOING


def _since(row: Rehearsal) -> datetime:
    return row.until - timedelta(days=row.days)


def _events(row: Rehearsal) -> Any:
    name = row.definition["trigger"]["event"]
    return Event.objects.filter(name=name, at__gt=_since(row), at__lte=row.until, partner_id__isnull=False)


def _count(row: Rehearsal) -> int:
    if row.definition["trigger"]["kind"] == "event":
        return min(int(_events(row).count()), MOST_EVENTS)
    return len(_by_the_clock(row))


def _occasions(row: Rehearsal) -> list[tuple[UUID, datetime, Event | None]]:
    """Return the next partners and moments to look at; ``after`` remembers how far it came."""
    if row.definition["trigger"]["kind"] != "event":
        part = _by_the_clock(row)[row.seen : row.seen + BATCH]
        return [(partner, moment, None) for partner, moment in part]
    rows = _events(row).order_by("at", "id")
    if row.seen >= MOST_EVENTS:
        return []
    if row.after:
        at, pk = datetime.fromisoformat(row.after[0]), row.after[1]
        rows = rows.filter(at__gte=at).exclude(at=at, id__lte=pk)
    events = list(rows[:BATCH])
    if events:
        row.after = [events[-1].at.isoformat(), str(events[-1].pk)]
    return [(event.partner_id, event.at, event) for event in events]


def _by_the_clock(row: Rehearsal) -> list[tuple[UUID, datetime]]:
    """Return whom schedules and dates would have meant; a schedule's last time stands for all of them."""
    trigger = row.definition["trigger"]
    zone = timezone.get_default_timezone()
    found: list[tuple[UUID, datetime]] = []
    moments: list[datetime] = []
    begin = _since(row)
    while begin < row.until:  # the clock looks back a month at most
        end = min(begin + timedelta(days=30), row.until)
        moments += clock.moments(trigger, after=begin, until=end, zone=zone)
        begin = end
    for moment in moments if trigger["kind"] == "date" else moments[-1:]:
        found += [(partner, moment) for partner, _occasion in due_partners(row.definition, moment)]
    return found


def _worked(row: Rehearsal, occasions: Sequence[tuple[UUID, datetime, Event | None]]) -> list[RehearsedRun]:
    judge = _Many({partner for partner, _at, _event in occasions})
    found = []
    for partner_id, at, event in occasions:
        judge.look_at(partner_id, event)
        if not judge.holds(row.definition["condition"]):
            continue
        lines = _lines(row.automation, row.definition, partner_id, event, judge, row.until)
        told = [
            {"number": line.number, "kind": line.kind, "said": line.said, "icon": line.icon, "action": line.action}
            for line in lines
        ]
        found.append(RehearsedRun(rehearsal=row, partner_id=partner_id, event_at=at, lines=told[:KEPT_LINES]))
    return found


def _lines(
    automation: Automation,
    definition: Definition,
    partner_id: UUID,
    event: Event | None,
    judge: "_One | _Many",
    at: datetime,
) -> Iterator[Line]:
    occasion = Occasion(
        partner_id=partner_id,
        by=actor_of(automation),
        at=at,
        key="rehearsal",
        event_id=event.pk if event else None,
        event=event.name if event else "",
        payload=event.payload if event else None,
    )
    numbers = {step["key"]: number for number, step in walk(definition["steps"])}
    name = str(definition["trigger"].get("event", ""))

    def follow(steps: list[Step]) -> Iterator[Line]:
        for step in steps:
            number = numbers[step["key"]]
            if step["kind"] == "branch":
                held, trace = judge.branch(step["condition"])
                said = _("%(if)s: yes") if held else _("%(if)s: no")
                yield Line(number, "branch", said % {"if": words.step(step, name)}, "git-branch", trace=trace)
                yield from follow(step["then"] if held else step["else"])
            elif step["kind"] == "wait":
                yield Line(number, "wait", words.wait(step), "hourglass")
            else:
                yield _act(number, step, occasion)

    yield from follow(definition["steps"])


def _act(number: str, step: Step, occasion: Occasion) -> Line:
    try:
        action = actions.action(step["action"])
        given = action.check(step["values"])
        with transaction.atomic():
            said = action.foresee(occasion, given) if action.foresee else action.describe(given)
    except (KeyError, Problem) as problem:
        return Line(number, "action", _("cannot: %(why)s") % {"why": problem}, "alert-triangle")
    return Line(number, "action", str(said), action.icon, action=action.key)


class _One:
    """Judges conditions for one partner, with the values."""

    def __init__(self, partner_id: UUID, event: Event | None) -> None:
        self.partner_id, self.event = partner_id, event

    def verdict(self, wanted: Mapping[str, Any]) -> judging.Verdict:
        event = self.event
        return judging.judge(
            [wanted],
            partner_id=self.partner_id,
            event=event.name if event else "",
            told=event.payload if event else None,
        )[0]

    def branch(self, wanted: Mapping[str, Any]) -> tuple[bool, list[dict[str, Any]]]:
        found = self.verdict(wanted)
        return found.holds, found.trace


class _Many:
    """Judges conditions for many partners: each audience is asked for once."""

    def __init__(self, partners: set[UUID]) -> None:
        self.partners = partners
        self.members: dict[str, set[UUID]] = {}
        self.partner_id: UUID | None = None
        self.event: Event | None = None

    def look_at(self, partner_id: UUID, event: Event | None) -> None:
        self.partner_id, self.event = partner_id, event

    def holds(self, wanted: Mapping[str, Any]) -> bool:
        key = repr(wanted["audience"])
        if key not in self.members:
            self.members[key] = judging.members(wanted["audience"], self.partners)
        if self.partner_id not in self.members[key]:
            return False
        event = self.event
        fits, _trace = payload.judge(
            wanted["payload"], event.payload if event else None, fields_of(event.name) if event else {}
        )
        return fits

    def branch(self, wanted: Mapping[str, Any]) -> tuple[bool, list[dict[str, Any]]]:
        return self.holds(wanted), []
