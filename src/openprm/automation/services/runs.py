"""Trying runs again, cancelling them, starting one by hand; asking what an automation would have done."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.automation.definition import first
from openprm.automation.events import RunCancelled, RunRetried, RunStarted
from openprm.automation.models import Automation, Rehearsal, Run
from openprm.automation.policies import MANAGE
from openprm.automation.rehearsing import latest_event, work_later
from openprm.automation.running import advance
from openprm.automation.services import checks
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.events import announce
from openprm.partners import policies as partners
from openprm.partners.models import Partner

MOST_RETRIED = 1_000
LONGEST = 365  # days that a rehearsal looks back


@transaction.atomic
def retry(*, run: Run, by: Actor, at: datetime) -> Run:
    """Go on with a failed run from the step that failed; what was done before is not done again."""
    by.require(MANAGE)
    if run.state != Run.State.FAILED:
        raise Refusal(_("Only runs that failed can be tried again."), code="run_not_failed")
    if run.automation.state == Automation.State.ARCHIVED:
        raise Refusal(_("The automation of this run is archived."), code="archived")
    run.state, run.attempts, run.due_at, run.finished_at, run.error = Run.State.GOING, 0, None, None, ""
    with as_system():
        run.write("state", "attempts", "due_at", "finished_at", "error", at=at)
        announce(RunRetried(run.automation.name, run.cursor), about=run, by=by, at=at)
        advance.defer(run=str(run.pk))
    return run


@transaction.atomic
def retry_failed(*, automation: Automation, by: Actor, at: datetime) -> int:
    """Try all failed runs of an automation again, the newest first and so many at a time; return how many."""
    failed = Run.objects.filter(automation=automation, state=Run.State.FAILED).select_related("automation")
    rows = list(failed.order_by("-created_at")[:MOST_RETRIED])
    for row in rows:
        retry(run=row, by=by, at=at)
    return len(rows)


@transaction.atomic
def cancel(*, run: Run, by: Actor, at: datetime) -> Run:
    """End a run that is under way, waits or failed; what was done stays done."""
    by.require(MANAGE)
    if run.state not in (Run.State.GOING, Run.State.WAITING, Run.State.FAILED):
        raise Refusal(_("This run is over already."), code="run_over")
    run.state, run.due_at, run.finished_at = Run.State.CANCELLED, None, at
    with as_system():
        run.write("state", "due_at", "finished_at", at=at)
        announce(RunCancelled(run.automation.name), about=run, by=by, at=at)
    return run


@transaction.atomic
def run_now(*, automation: Automation, partner: Partner, by: Actor, at: datetime) -> Run:
    """Really run an automation (its draft, if there is one) for one partner, whatever its condition says."""
    by.require(MANAGE)
    if not partners.visible_to(by).filter(pk=partner.pk).exists():
        raise Missing(_("There is no such partner."))
    if automation.state == Automation.State.ARCHIVED:
        raise Refusal(_("This automation is archived. Bring it back first."), code="archived")
    definition = checks.sound(automation.edited)
    with as_system():
        run = Run.objects.create(
            automation=automation,
            of_version=automation.current if automation.draft is None else None,
            trial=automation.draft,
            partner=partner,
            event=latest_event(definition, partner.pk),
            occasion=f"by hand {uuid4()}",
            chain=[str(automation.pk)],
            cursor=first(definition),
            started_by=by.name,
            created_at=at,
            updated_at=at,
        )
        announce(RunStarted(automation.name), about=run, by=by, at=at)
        advance.defer(run=str(run.pk))
    return run


@transaction.atomic
def rehearse(*, automation: Automation, days: int = 90, by: Actor, at: datetime) -> Rehearsal:
    """Work out, in the background, what the draft (or the current version) would have done in the last days."""
    by.require(MANAGE)
    if not 1 <= days <= LONGEST:
        message = _("Give a number of days from 1 to 365.")
        raise Invalid(message, fields={"days": message})
    definition = checks.sound(automation.edited)
    row = Rehearsal.objects.create(
        automation=automation,
        definition=definition,
        days=days,
        until=at,
        asked_by=by.name,
        created_at=at,
        updated_at=at,
    )
    work_later.defer(rehearsal=str(row.pk))
    return row
