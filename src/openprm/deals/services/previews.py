"""Previews of rules of engagement, kept: few registrations are judged at once, many by a job with progress."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals import policies, previewing
from openprm.deals.models import PreviewRow, RulesPreview
from openprm.deals.previewing import Judge, Row
from openprm.engagement import plain, versions
from openprm.engagement.rules import Rules
from openprm.kernel import days
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.kernel.jobs import job

AT_ONCE = 2_000  # registrations judged while somebody waits
BATCH = previewing.BATCH
KEPT = 10  # previews; the oldest go
LAST = date.max - timedelta(days=1)  # the calendar's last day has no midnight after it
State = RulesPreview.State


def preview(*, rules: Rules, since: date, until: date, by: Actor, at: datetime) -> RulesPreview:
    """Judge the registrations from one day to another by these rules beside those in force. Nothing else is changed."""
    by.require(policies.RULES)
    if until < since:
        message = _("The end is before the beginning.")
        raise Invalid(message, fields={"until": message})
    with transaction.atomic(), as_system():
        row = RulesPreview(since=since, until=until, base=versions.newest(), created_at=at, updated_at=at)
        row.rules, row.asked_by = plain.dump_all(rules), by.name
        row.total = previewing.in_range(*_range(row)).count()
        row.save(force_insert=True)
        old = RulesPreview.objects.order_by("-created_at", "-pk").values_list("pk", flat=True)[KEPT:]
        RulesPreview.objects.filter(pk__in=list(old)).delete()
        if row.total <= AT_ONCE:
            _judge_all(row, at=at)
        else:
            _run_later.defer(preview=str(row.pk))
    return row


def run(pk: UUID) -> None:
    """Judge all registrations of a preview, each batch in a transaction of its own; what goes wrong is said on it."""
    with as_system():
        row = RulesPreview.objects.filter(pk=pk).first()
    if row is None or row.state == State.FINISHED:
        return
    try:
        _judge_all(row, at=None)
    except Exception:
        with as_system():
            RulesPreview.objects.filter(pk=pk).update(state=State.FAILED, updated_at=timezone.now())
        raise


def _judge_all(row: RulesPreview, *, at: datetime | None) -> None:
    """Begin at the newest; one that was broken off begins anew."""
    since, until = _range(row)
    with as_system():
        PreviewRow.objects.filter(preview=row).delete()
        judge = Judge(plain.load_all(row.base.rules), plain.load_all(row.rules))
    moves: Counter[tuple[str, str]] = Counter()
    row.done, last = 0, None
    while True:
        with as_system():
            deals = previewing.batch(since=since, until=until, after=last, most=BATCH)
            if not deals:
                break
            _write(row, judge, deals, moves, at=at or timezone.now())
        last = deals[-1]
    with as_system():
        row.state, row.finished_at = State.FINISHED, at or timezone.now()
        row.total = row.done
        row.write("state", "finished_at", "total", at=row.finished_at)


def _write(row: RulesPreview, judge: Judge, deals: list[Row], moves: Counter[tuple[str, str]], *, at: datetime) -> None:
    changed = []
    for key, before, after in judge(deals):
        moves[before.value, after.value] += 1
        if before is not after:
            changed.append(PreviewRow(preview=row, deal_id=key, before=before.value, after=after.value))
    PreviewRow.objects.bulk_create(changed, batch_size=2_000)
    row.state, row.done = State.RUNNING, row.done + len(deals)
    row.moves = [[before, after, count] for (before, after), count in sorted(moves.items())]
    row.write("state", "done", "moves", at=at)


def _range(row: RulesPreview) -> tuple[datetime, datetime]:
    return days.begin(row.since, UTC), days.over(min(row.until, LAST), UTC)


@job("deals.run_preview", attempts=2, scoped=False)
def _run_later(preview: str) -> None:
    run(UUID(preview))
