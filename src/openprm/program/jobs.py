"""What the clock and the workers do: ends of grace, windows that move with the calendar, large programmes."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel.access import as_system
from openprm.kernel.jobs import job


@job("program.assess_member", queue="events")
def assess_member(member: str, at: str) -> None:
    """Assess one member at a time that was known before: the end of its grace, or of a tier set by hand."""
    from openprm.program import services  # which defers these jobs

    services.assess(UUID(member), at=datetime.fromisoformat(at))


@job("program.due", every="* * * * *")
def due(timestamp: int) -> None:
    """Assess those whose grace, or tier set by hand, has ended, should their own job have been lost."""
    from openprm.program import queries, services

    at = datetime.fromtimestamp(timestamp, UTC)
    for member, when in queries.due(at):
        services.assess(member, at=when)


@job("program.every_day", every="20 0 * * *", scoped=False, attempts=3)
def every_day(timestamp: int) -> None:
    """Assess everybody: windows roll on with the calendar, recorded figures run out."""
    _everybody(datetime.fromtimestamp(timestamp, UTC))


@job("program.assess_everybody", scoped=False, attempts=3)
def assess_everybody() -> None:
    """Assess everybody now: something that all figures are counted with has changed."""
    _everybody(timezone.now())


def assess_everybody_soon() -> None:
    """Have everybody assessed once, however many changes ask for it meanwhile."""
    with as_system():
        waiting = ProcrastinateJob.objects.filter(task_name="program.assess_everybody", status="todo")
        if not waiting.exists():
            assess_everybody.defer()


@job("program.assess_programme", scoped=False, attempts=3)
def assess_programme(programme: str, at: str, leading: bool) -> None:
    """Assess all members of a programme by the version that was just published."""
    from openprm.kernel.access import SYSTEM
    from openprm.program import services
    from openprm.program.models import Programme
    from openprm.program.services import moving

    with as_system():
        found = Programme.objects.get(pk=UUID(programme))
        services.assess_all(found, at=datetime.fromisoformat(at))
        if leading:
            for partner in found.members.values_list("partner_id", flat=True):
                moving.keep_leading(partner, by=SYSTEM, at=timezone.now())


@job("program.try_out", scoped=False, attempts=2)
def try_out(trial: str) -> None:
    """Find out what a draft would do, noting how far it is."""
    from openprm.program import services
    from openprm.program.models import TrialRun

    pk = UUID(trial)
    try:
        with as_system():
            services.finish_trial(pk, at=timezone.now())
    except Exception:
        with transaction.atomic(), as_system():
            TrialRun.objects.filter(pk=pk).update(state=TrialRun.State.FAILED)
        raise


def _everybody(at: datetime) -> None:
    from openprm.program import figures, services
    from openprm.program.models import Programme

    with as_system():
        figures.keep(figures.known(), None, at)
        programmes = list(Programme.objects.filter(archived=False, versions__isnull=False).distinct())
    for programme in programmes:
        services.assess_all(programme, at=at)
