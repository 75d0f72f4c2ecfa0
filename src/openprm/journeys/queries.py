"""The questions that pages and other features ask about journeys."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from openprm.deals.models import DealRegistration
from openprm.journeys import policies, rules
from openprm.journeys.content import PARTNER, Kind
from openprm.journeys.lifecycle import DONE, TO_DO, State
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.services import moving
from openprm.kernel import kpis, settings_store
from openprm.kernel.access import Actor
from openprm.kernel.events.models import Event
from openprm.kernel.files.models import StoredFile
from openprm.partners.models import TeamMember

_RETURNED_APPROVAL = Q(state=State.ACTION_REQUIRED, kind=Kind.APPROVAL)
PARTNERS_TURN = Q(opened_at__isnull=False) & (Q(state__in=TO_DO, owner=PARTNER) | _RETURNED_APPROVAL)
VENDORS_TURN = Q(opened_at__isnull=False) & (
    Q(state=State.WAITING) | (Q(state__in=TO_DO) & ~Q(owner=PARTNER) & ~_RETURNED_APPROVAL)
)
DUE_FIRST = (F("due_on").asc(nulls_last=True), "opened_at", "position", "pk")
MOST_CARDS = 50
MOST_MEASURED = 10_000


def today(at: datetime) -> date:
    """Return the programme's calendar day."""
    return rules.day_of(at, moving.zone())


def partners_todo(actor: Actor) -> QuerySet[Task]:
    """Return what the actor's company has to do, what is due first on top."""
    mine = policies.tasks_visible_to(actor).filter(PARTNERS_TURN, partner_id=actor.company_id)
    return mine.order_by(*DUE_FIRST)


def vendors_todo(actor: Actor) -> QuerySet[Task]:
    """Return what the vendor has to do itself, of what the actor may do; approvals are not in it."""
    return policies.decided_by(actor).filter(VENDORS_TURN).exclude(state=State.WAITING).order_by(*DUE_FIRST)


def to_approve(actor: Actor) -> QuerySet[Task]:
    """Return what waits for a decision that the actor may make, the longest first."""
    waiting = policies.decided_by(actor).filter(VENDORS_TURN, state=State.WAITING)
    return waiting.order_by("state_since", "pk")


def idle_since(at: datetime) -> datetime:
    """Return the moment before which the last progress of a stuck journey lies."""
    return at - timedelta(days=int(settings_store.get("journeys.stuck_days")))


def stuck(journeys: QuerySet[Journey], at: datetime) -> QuerySet[Journey]:
    """Return those that run and in which nothing has moved for too long."""
    return journeys.filter(state=JourneyState.RUNNING, progressed_at__lte=idle_since(at))


def looked_after_by(rows: QuerySet[Any], people: Iterable[UUID]) -> QuerySet[Any]:
    """Return the rows of partners on whose account team one of these people is."""
    return rows.filter(partner_id__in=TeamMember.objects.filter(person_id__in=list(people)).values("partner_id"))


@dataclass(slots=True)
class Card:
    """A journey on the board."""

    journey: Journey
    stuck: bool
    idle_days: int
    stage_days: int
    waiting: int = 0
    overdue: int = 0

    @property
    def url(self) -> str:
        """Return where it opens."""
        return self.journey.console_url


@dataclass(slots=True)
class Column:
    """A stage of the board."""

    key: str
    label: str
    cards: list[Card] = field(default_factory=list)
    count: int = 0
    more_url: str = ""
    tone: str = ""
    nothing: str = ""


def board(rows: QuerySet[Journey], template: JourneyTemplate, at: datetime) -> list[Column]:
    """Return the running journeys of a template by stage; a stage that a newer version dropped stands at the end."""
    running = rows.filter(template=template, state=JourneyState.RUNNING)
    counts = dict(running.order_by().values_list("stage").annotate(number=Count("pk")))
    names = {stage["key"]: stage["name"] for stage in template.published}
    journeys = list(running.order_by("progressed_at", "pk")[: MOST_CARDS * max(1, len(names))])
    for journey in journeys:
        names.setdefault(journey.stage, journey.stage_name)
    columns = {key: Column(key, name, count=counts.get(key, 0)) for key, name in names.items()}
    numbers = open_numbers(journeys, at)
    limit = idle_since(at)
    for journey in journeys:
        column = columns[journey.stage]
        if len(column.cards) < MOST_CARDS:
            column.cards.append(_card(journey, numbers.get(journey.pk, (0, 0)), limit, at))
    return list(columns.values())


def open_numbers(journeys: Collection[Journey], at: datetime) -> Mapping[UUID, tuple[int, int]]:
    """Return how many tasks of each journey wait for approval, and how many are overdue; one query."""
    tasks = Task.objects.filter(journey__in=[journey.pk for journey in journeys], opened_at__isnull=False)
    rows = tasks.order_by().values_list("journey").annotate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        late=Count("pk", filter=~Q(state__in=DONE) & Q(due_on__lt=today(at))),
    )  # fmt: skip
    return {journey: (waiting, late) for journey, waiting, late in rows}


def _card(journey: Journey, numbers: tuple[int, int], limit: datetime, at: datetime) -> Card:
    return Card(
        journey,
        stuck=journey.progressed_at <= limit,
        idle_days=(at - journey.progressed_at).days,
        stage_days=(at - journey.stage_since).days,
        waiting=numbers[0],
        overdue=numbers[1],
    )


@dataclass(frozen=True, slots=True)
class Group:
    """A stage of a journey with its tasks."""

    name: str
    text: str
    tasks: list[Task]
    current: bool

    @property
    def done(self) -> int:
        """Return how many tasks are done."""
        return sum(task.is_done for task in self.tasks)


def groups(journey: Journey) -> list[Group]:
    """Return a journey's tasks by stage; one query."""
    tasks = list(journey.tasks.select_related("partner").order_by("position", "pk"))
    for task in tasks:
        task.journey = journey
    return [
        Group(
            stage["name"],
            stage.get("text", ""),
            [task for task in tasks if task.stage == stage["key"]],
            journey.stage == stage["key"],
        )
        for stage in journey.stages
    ]


def history(journey: Journey, tasks: Iterable[Task], *, most: int = 60) -> QuerySet[Event]:
    """Return what happened on a journey, newest first."""
    about = [journey.pk, *(task.pk for task in tasks)]
    return Event.objects.filter(subject_id__in=about).order_by("-at", "-id")[:most]


def needed_first(task: Task) -> list[str]:
    """Return the titles of what has to be done before a task."""
    if task.journey_id is None or not task.depends_on:
        return []
    before = Task.objects.filter(journey_id=task.journey_id, key__in=task.depends_on).exclude(state__in=DONE)
    return list(before.order_by("position").values_list("title", flat=True))


def files_of(tasks: Collection[UUID]) -> dict[UUID, list[StoredFile]]:
    """Return what was uploaded to each of these tasks; one query."""
    found: dict[UUID, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(owner_type=Task._meta.label, owner_id__in=tasks).order_by("pk"):
        found.setdefault(file.owner_id, []).append(file)
    return found


def activated(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Return the completed journeys; ``reached`` is when."""
    return journeys.filter(state=JourneyState.COMPLETED).annotate(reached=F("ended_at"))


def with_first_deal(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Return the journeys of partners that registered a deal since the start; ``reached`` is when the first one was."""
    deals = DealRegistration.objects.filter(
        partner_id=OuterRef("partner_id"), submitted_at__gte=OuterRef("started_at")
    ).order_by("submitted_at")
    return journeys.annotate(reached=Subquery(deals.values("submitted_at")[:1])).filter(reached__isnull=False)


FIGURES = {"activation": activated, "first-deal": with_first_deal}


def median_days(journeys: QuerySet[Any]) -> int | None:
    """Return the median of the whole days from start to what was reached; None where nothing was."""
    times = list(journeys.order_by("-started_at").values_list("started_at", "reached")[:MOST_MEASURED])
    return round(median((reached - started).total_seconds() / 86_400 for started, reached in times)) if times else None


def completed_journeys(period: kpis.Period, partners: Collection[UUID] | None) -> dict[UUID, Decimal]:
    """Return how many journeys each partner completed in a period."""
    rows = _completed_in(period).filter(**({} if partners is None else {"partner_id__in": list(partners)}))
    counted = rows.order_by().values_list("partner_id").annotate(number=Count("pk"))
    return {partner: Decimal(number) for partner, number in counted}


def completed_rows(partner: UUID, period: kpis.Period) -> list[kpis.SourceRow]:
    """Return which journeys a partner completed in a period, newest first."""
    rows = _completed_in(period).filter(partner_id=partner).order_by("-ended_at", "-pk")
    return [
        kpis.SourceRow(row.name, Decimal(1), row.ended_at or row.started_at, row.console_url, row.portal_url)
        for row in rows[:200]
    ]


def _completed_in(period: kpis.Period) -> QuerySet[Journey]:
    rows = Journey.objects.filter(state=JourneyState.COMPLETED, ended_at__lt=period.end)
    return rows if period.start is None else rows.filter(ended_at__gte=period.start)
