"""What time does: reminders before a task is due, word that it is overdue, and of journeys in which nothing moves."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from openprm.journeys import events, rules
from openprm.journeys.content import Kind
from openprm.journeys.lifecycle import TO_DO, State
from openprm.journeys.lifecycle import Journey as JourneyState
from openprm.journeys.models import Journey, Task
from openprm.journeys.services import moving
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM
from openprm.kernel.events import announce

AT_ONCE = 500


@transaction.atomic
def remind_due(*, at: datetime) -> int:
    """Remind of each open task once before it is due, and once when it is overdue; return how many were told."""
    zone, days = moving.zone(), int(settings_store.get("journeys.remind_days"))
    today = rules.day_of(at, zone)
    near = Q(reminded_on=None, due_on__gte=today, due_on__lte=today + timedelta(days=days))
    late = Q(overdue_told_on=None, due_on__lt=today)
    undone = Q(state__in=TO_DO) | Q(state=State.WAITING, kind=Kind.APPROVAL)
    open_tasks = Task.objects.filter(near | late, undone, opened_at__isnull=False)
    rows = open_tasks.select_related("journey").select_for_update(of=("self",), skip_locked=True)
    count = 0
    for task in rows.order_by("due_on", "pk")[:AT_ONCE]:
        due = task.due_on
        assert due is not None
        if rules.is_overdue(due, at, zone):
            task.overdue_told_on = today
            fact: object = events.Overdue(task.title, task.turn, due, moving.label(task))
        else:
            task.reminded_on = today
            fact = events.Reminded(task.title, task.turn, due, moving.label(task))
        task.write("overdue_told_on", "reminded_on", at=at)
        announce(fact, about=task, by=SYSTEM, at=at)
        count += 1
    return count


@transaction.atomic
def tell_stuck(*, at: datetime) -> int:
    """Tell once of each journey in which nothing has moved for too long; return how many were told."""
    days = int(settings_store.get("journeys.stuck_days"))
    quiet = Journey.objects.filter(
        state=JourneyState.RUNNING, stuck_told_at=None, progressed_at__lte=at - timedelta(days=days)
    )
    rows = list(quiet.select_for_update(skip_locked=True).order_by("progressed_at", "pk")[:AT_ONCE])
    for journey in rows:
        journey.stuck_told_at = at
        journey.write("stuck_told_at", at=at)
        idle = (at - journey.progressed_at).days
        fact = events.Stuck(journey.code, journey.name, journey.stage_name, idle)
        announce(fact, about=journey, by=SYSTEM, at=at)
    return len(rows)
