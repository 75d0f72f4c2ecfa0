"""Beginning runs: for an event, by the clock, or because somebody asked for one. To be called as the system."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from openprm.automation import alerts, chains, clock, judging
from openprm.automation.definition import first
from openprm.automation.known import date_fields
from openprm.automation.models import Automation, Run
from openprm.automation.running import MOVED, advance
from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.hints import hint, looks_back
from openprm.kernel.ids import first_of
from openprm.partners.models import Partner

State = Run.State
BATCH = 1_000
SECONDS = 60


def for_event(event: Event, *, at: datetime | None = None) -> list[Run]:
    """Begin the runs of the live automations that want this event; each at most once for it."""
    if event.partner_id is None:
        return []
    wanting = list(
        Automation.objects.filter(state=Automation.State.LIVE, trigger_event=event.name).select_related("current")
    )
    if not wanting or not Partner.objects.filter(pk=event.partner_id).exists():
        return []
    at = at or timezone.now()
    verdicts = judging.judge(
        [_condition(automation) for automation in wanting],
        partner_id=event.partner_id,
        event=event.name,
        told=event.payload,
    )
    chain = chain_of(event)
    lately = _lately(wanting, event.partner_id, at)
    runs = [
        _run(automation, verdict, event, chain, lately[automation.pk], at)
        for automation, verdict in zip(wanting, verdicts, strict=True)
    ]
    return _begun(runs)


def chain_of(event: Event) -> list[str]:
    """Return the automations that led to an event, the latest last."""
    if event.cause:
        known = Run.objects.filter(pk=event.cause).values_list("chain", flat=True).first()
        if known is not None:
            return list(known)
    own = event.actor_kind == "system" and event.actor_id is not None
    return [str(event.actor_id)] if own else []


def by_the_clock(*, at: datetime) -> int:
    """Begin what schedules and dates have come due for since they were last looked after; return how many runs."""
    kinds = ("schedule", "date")
    due = Automation.objects.filter(state=Automation.State.LIVE, trigger_kind__in=kinds).select_related("current")
    begun = 0
    for automation in due.select_for_update(of=("self",)):
        begun += len(_scheduled(automation, at))
        Automation.objects.filter(pk=automation.pk).update(clock_at=at)
    return begun


def _scheduled(automation: Automation, at: datetime) -> list[Run]:
    assert automation.current is not None
    trigger = automation.current.definition["trigger"]
    moments = clock.moments(
        trigger, after=automation.clock_at or automation.updated_at, until=at, zone=timezone.get_default_timezone()
    )
    begun: list[Run] = []
    for moment in moments if trigger["kind"] == "date" else moments[-1:]:
        for partner_id, occasion in due_partners(automation.current.definition, moment):
            begun.append(
                Run(
                    automation=automation,
                    of_version=automation.current,
                    partner_id=partner_id,
                    occasion=occasion,
                    chain=[str(automation.pk)],
                    cursor=first(automation.current.definition),
                    created_at=at,
                    updated_at=at,
                )
            )
    return _begun(begun)


def due_partners(definition: dict[str, Any], moment: datetime) -> list[tuple[UUID, str]]:
    """Return the partners that a schedule or date means at this moment, each with the occasion that is run once."""
    trigger = definition["trigger"]
    try:
        found = audiences.members(definition["condition"]["audience"], subject="partner")
    except Invalid:  # a choice in it was removed: it means nobody until somebody mends it
        return []
    if trigger["kind"] == "schedule":
        stamp = moment.isoformat(timespec="minutes")
        return [(pk, f"{stamp} {pk}") for pk in found.order_by("pk").values_list("pk", flat=True)]
    field = date_fields().get(trigger["field"])
    if field is None:  # its feature was switched off
        return []
    day = clock.sought_day(trigger, moment.date())
    where = Q(**{field.path: day})
    if field.many:
        where = Q(pk__in=Partner.objects.filter(where).values("pk"))
    found = found.filter(where).order_by("pk")
    return [(pk, f"{trigger['field']} {day} {pk}") for pk in found.values_list("pk", flat=True)]


def _condition(automation: Automation) -> dict[str, Any]:
    assert automation.current is not None
    condition: dict[str, Any] = automation.current.definition["condition"]
    return condition


def _run(
    automation: Automation, verdict: judging.Verdict, event: Event, chain: Sequence[str], lately: int, at: datetime
) -> Run:
    assert automation.current is not None
    assert event.partner_id is not None
    run = Run(
        automation=automation,
        of_version=automation.current,
        partner_id=event.partner_id,
        event=event,
        occasion=str(event.pk),
        chain=[*chain, str(automation.pk)],
        condition=verdict.trace,
        cursor=first(automation.current.definition),
        created_at=at,
        updated_at=at,
    )
    stop = chains.stopped(str(automation.pk), chain, lately=lately) if verdict.holds else None
    if not verdict.holds:
        run.state, run.finished_at = State.NOT_MET, at
    elif stop:
        run.state, run.finished_at, run.stopped_because = State.STOPPED, at, stop.value
    return run


def _lately(wanting: Sequence[Automation], partner_id: UUID, at: datetime) -> Counter[UUID]:
    began = Run.objects.filter(
        automation__in=wanting, partner_id=partner_id, created_at__gt=at - timedelta(hours=1)
    ).exclude(state__in=[State.NOT_MET, State.STOPPED])
    return Counter(began.values_list("automation_id", flat=True))


def _begun(runs: list[Run]) -> list[Run]:
    """Store runs, set those going that are new, and tell of loops that were stopped."""
    mine: list[Run] = []
    for start in range(0, len(runs), BATCH):
        part = runs[start : start + BATCH]
        Run.objects.bulk_create(part, ignore_conflicts=True)
        there = set(Run.objects.filter(pk__in=[run.pk for run in part]).values_list("pk", flat=True))
        fresh = [run for run in part if run.pk in there]
        going = [{"run": str(run.pk)} for run in fresh if run.state == State.GOING]
        if going:
            advance.defer_many(going)
        mine += fresh
    for run in mine:
        if run.state == State.STOPPED:
            alerts.loop(run, at=run.created_at)
    if mine:
        hint(MOVED)
    return mine


@looks_back(MOVED)
def _moved(actor: Actor, moment: float) -> bool:
    """Say whether a run may have moved since; most take their steps within seconds of their beginning."""
    return actor.is_vendor and Run.objects.filter(pk__gte=first_of(moment - SECONDS)).exists()
