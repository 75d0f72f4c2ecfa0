"""Running an import: batch by batch, each in a transaction of its own with the mark how far it is.

Whatever happens in between, what was committed is counted and listed, and the rest can be resumed or the whole undone.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import files, importing
from openprm.customers.files import Line, Unreadable
from openprm.customers.lifecycle import ImportState
from openprm.customers.models import Import, ImportRow
from openprm.customers.services.imports.bringing import choose_columns, mapped, upload_import
from openprm.customers.services.imports.moving import Progress, go, locked, starter
from openprm.customers.services.upsert import Planned
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Problem, Refusal
from openprm.kernel.jobs import job

log = logging.getLogger(__name__)

SILENT_FOR = 120  # seconds without progress after which a running import may be resumed: its worker is gone
COUNTED = ("created", "updated", "unchanged", "skipped", "failed")
Written = tuple[Line, Planned[Any] | None, str]


def start_import(*, item: Import, by: Actor, at: datetime) -> Import:
    """Let a worker bring the file in."""
    _ready(item, by)
    with transaction.atomic():
        go(item, "start", at=at, started_at=at)
        events.announce(facts.ImportStarted(item.kind, item.file_name, item.rows_total), about=item, by=by, at=at)
        _run_later.defer(item=str(item.pk))
    return item


def resume_import(*, item: Import, by: Actor, at: datetime) -> Import:
    """Go on after the last row that was brought in."""
    importing.require(item.kind, by)
    if item.state == ImportState.RUNNING and not is_silent(item, at):
        raise Refusal(_("This import is running. Wait for it to finish."), code="import_state")
    if not item.path:
        raise Refusal(_("The file was deleted after 30 days. Import it again: rows that are in stay as they are."))
    with transaction.atomic():
        go(item, "resume", at=at, problem="")
        _run_later.defer(item=str(item.pk))
    return item


def is_silent(item: Import, at: datetime) -> bool:
    """Say whether nothing was heard of a running import for a while."""
    return item.progress_at is None or (at - item.progress_at).total_seconds() > SILENT_FOR


def import_file(
    path: str | Path,
    kind: str,
    mapping: Mapping[str, str | int] | None = None,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
    same_company: str = Import.SameCompany.UPDATE,
) -> Import:
    """Bring a local file in, here and now; for the command line.

    ``mapping`` says which column (its heading or number, from 0) is which field; left out, the headings decide.
    """
    with as_system(), Path(path).open("rb") as stream:
        item = upload_import(kind=kind, file=stream, name=Path(path).name, by=by, at=at)
        chosen = item.mapping | _columns(item, mapping or {})
        choose_columns(item=item, mapping=chosen, same_company=same_company, by=by, at=at)
        _ready(item, by)
        go(item, "start", at=at, started_at=at)
        events.announce(facts.ImportStarted(item.kind, item.file_name, item.rows_total), about=item, by=by, at=at)
    run_import(item.pk, progress=progress)
    with as_system():
        return Import.objects.get(pk=item.pk)


def run_import(pk: UUID, progress: Progress | None = None) -> None:
    """Bring in what is left of the file; what goes wrong is said on the import, not raised."""
    with as_system():
        item = locked(pk)
        if item.state == ImportState.WAITING:
            go(item, "run", at=timezone.now())
        elif item.state != ImportState.RUNNING:
            return
    try:
        _bring_in(item, progress)
    except Exception as error:
        log.exception("import %s stopped", pk)
        _stop(pk, error)


def _bring_in(item: Import, progress: Progress | None) -> None:
    with default_storage.open(item.path) as stream, files.open_sheet(stream) as sheet:
        lines = (line for line in sheet.lines() if line.number > item.position)
        while batch := list(islice(lines, importing.batch_of(item))):
            with as_system():
                mine = locked(item.pk)
                if mine.state != ImportState.RUNNING or mine.position != item.position:
                    return  # another worker has taken over
                _write_batch(mine, batch)
                item = mine
            if progress:
                progress(item.rows_done, item.rows_total)
    with as_system():
        item = locked(item.pk)
        if item.state == ImportState.RUNNING:
            _finish(item)


def _write_batch(item: Import, batch: Sequence[Line]) -> None:
    at = timezone.now()
    written = list(_upserted(item, batch, at))
    _keep_rows(item, written)
    for _line, planned, _problem in written:
        counter = str(planned.outcome) if planned else "failed"
        setattr(item, counter, getattr(item, counter) + 1)
    item.rows_done += len(batch)
    item.position = batch[-1].number
    item.progress_at = at
    item.write("rows_done", "position", "progress_at", *COUNTED, at=at)


def _upserted(item: Import, lines: Sequence[Line], at: datetime) -> Iterator[Written]:
    """Write rows and yield what became of each; one that the database refuses is found by halving."""
    good = [line for line in lines if not line.problem]
    yield from ((line, None, line.problem) for line in lines if line.problem)
    if not good:
        return
    try:
        with transaction.atomic():
            planned = _upsert(item, good, at)
    except (DataError, IntegrityError) as error:
        if len(good) == 1:
            log.warning("import %s: row %s refused by the database: %s", item.pk, good[0].number, error)
            yield (good[0], None, _("The database refused this row: %(error)s") % {"error": str(error).split("\n")[0]})
            return
        half = len(good) // 2
        yield from _upserted(item, good[:half], at)
        yield from _upserted(item, good[half:], at)
    else:
        yield from ((line, one, one.problem) for line, one in zip(good, planned, strict=True))


def _upsert(item: Import, lines: Sequence[Line], at: datetime) -> Sequence[Planned[Any]]:
    rows = [mapped(line, item.mapping) for line in lines]

    def taken(ids: Any) -> Mapping[UUID, int]:
        rows = item.rows.filter(object_id__in=list(ids)).values_list("object_id", "number")
        return {key: number for key, number in rows if key}

    written: Sequence[Planned[Any]] = importing.kind_of(item).write(item, rows, at, taken)
    return written


def _keep_rows(item: Import, written: Sequence[Written]) -> None:
    """Note what became of each row, by COPY: there may be a million."""
    columns = "parent_id, number, outcome, object_id, version_after, before, problem, values, kept_because"
    with connection.cursor() as cursor, cursor.copy(f"copy customers_importrow ({columns}) from stdin") as copy:
        for line, planned, problem in written:
            outcome = planned.outcome if planned and planned.outcome else ImportRow.Outcome.FAILED
            failed = outcome == ImportRow.Outcome.FAILED
            instance = planned.instance if planned and outcome != ImportRow.Outcome.SKIPPED else None
            before = planned.before if planned else None
            copy.write_row(
                (
                    item.pk,
                    line.number,
                    str(outcome),
                    instance.pk if instance else None,
                    instance.version if instance else None,
                    json.dumps(before) if before and not failed else None,
                    problem,
                    json.dumps(line.cells) if failed else None,
                    "",
                )
            )


def _finish(item: Import) -> None:
    at = timezone.now()
    go(item, "finish", at=at, finished_at=at, rows_total=item.rows_done)
    numbers = {name: getattr(item, name) for name in COUNTED}
    fact = facts.ImportFinished(kind=item.kind, file_name=item.file_name, **numbers)
    events.announce(fact, about=item, by=starter(item), at=at)


def _stop(pk: UUID, error: Exception) -> None:
    problem = (
        str(error) if isinstance(error, Problem | Unreadable) else _("Something went wrong on our side; it is logged.")
    )
    at = timezone.now()
    with as_system():
        item = locked(pk)
        if item.state != ImportState.RUNNING:
            return
        go(item, "fail", at=at, problem=problem)
        fact = facts.ImportStopped(item.kind, item.file_name, item.rows_done, problem)
        events.announce(fact, about=item, by=starter(item), at=at)


def _ready(item: Import, by: Actor) -> None:
    importing.require(item.kind, by)
    missing = files.required(item.kind, item.mapping)
    if missing:
        message = _("Choose the column for: %(fields)s.") % {"fields": _(" or ").join(missing)}
        raise Invalid(message, code="columns_missing", fields={"name": message})


@job("customers.run_import", queue="imports", attempts=1, scoped=False)
def _run_later(item: str) -> None:
    run_import(UUID(item))


def _columns(item: Import, mapping: Mapping[str, str | int]) -> dict[str, int]:
    known = {header.casefold(): number for number, header in enumerate(item.headers)}
    chosen: dict[str, int] = {}
    for field, column in mapping.items():
        if field not in files.columns.FIELDS[item.kind]:
            raise _no_column(
                _("There is no field “%(name)s”. There are: %(known)s."), field, files.columns.FIELDS[item.kind]
            )
        number = known.get(str(column).casefold(), int(column) if str(column).isdigit() else -1)
        if not 0 <= number < len(item.headers):
            raise _no_column(_("The file has no column “%(name)s”. It has: %(known)s."), str(column), item.headers)
        chosen[field] = number
    return chosen


def _no_column(message: str, name: str, known: Any) -> Invalid:
    return Invalid(message % {"name": name, "known": ", ".join(known)}, code="column_unknown")
