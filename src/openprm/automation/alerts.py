"""What the vendor is told of by itself: runs that fail, loops that were stopped. Once an hour for each automation."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.automation.chains import Stop
from openprm.automation.events import LoopStopped, RunFailed
from openprm.automation.models import Automation, Run
from openprm.automation.policies import MANAGE
from openprm.kernel import events, notifications, people
from openprm.kernel.access import SYSTEM

FAILED, LOOP = "automation.failed", "automation.loop"
QUIET = timedelta(hours=1)

WHY = {
    Stop.LOOP: gettext_lazy("It would have run again because of what it did itself."),
    Stop.DEPTH: gettext_lazy("Too many automations followed from each other."),
    Stop.TOO_OFTEN: gettext_lazy("It began for the same partner too often within an hour."),
}


def failed(run: Run, step: str, error: str, *, at: datetime) -> None:
    """Record that a run failed, and tell those who look after automations."""
    fact = RunFailed(automation=run.automation.name, step=step, error=error[:500])
    event = events.announce(fact, about=run, by=SYSTEM, at=at)
    if _told_lately(run, Run.State.FAILED, at):
        return
    notifications.notify(
        kind=FAILED,
        to=people.holders(MANAGE),
        title=gettext_lazy("An automation failed: %(name)s") % {"name": run.automation.name},
        body=_("For %(partner)s: %(error)s") % {"partner": run.partner, "error": error[:500]},
        url=run.get_absolute_url(),
        event=event,
        at=at,
    )


def loop(run: Run, *, at: datetime) -> None:
    """Record that a loop was stopped, and tell those who look after automations."""
    names = dict(Automation.objects.filter(pk__in=run.chain).values_list("pk", "name"))
    chain = [names.get(UUID(pk), "") for pk in run.chain]
    why = str(WHY[Stop(run.stopped_because)])
    fact = LoopStopped(automation=run.automation.name, chain=chain, why=why)
    event = events.announce(fact, about=run.automation, by=SYSTEM, at=at)
    if _told_lately(run, Run.State.STOPPED, at):
        return
    notifications.notify(
        kind=LOOP,
        to=people.holders(MANAGE),
        title=gettext_lazy("A loop of automations was stopped: %(name)s") % {"name": run.automation.name},
        body=f"{why} {' → '.join(chain)}",
        url=run.get_absolute_url(),
        event=event,
        at=at,
    )


def _told_lately(run: Run, state: str, at: datetime) -> bool:
    same = Run.objects.filter(automation=run.automation_id, state=state, finished_at__gt=at - QUIET)
    return same.exclude(pk=run.pk).exists()
