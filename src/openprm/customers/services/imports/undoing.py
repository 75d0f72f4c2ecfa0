"""Taking an import back: what it made goes, what it changed is as before, unless somebody touched it since."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import importing, index
from openprm.customers.lifecycle import ImportState
from openprm.customers.models import Account, Import, ImportRow, Opportunity, ProductLine
from openprm.customers.services import family, locks
from openprm.customers.services.accounts import INDEXED, companies_of
from openprm.customers.services.imports.moving import Progress, go, locked, starter
from openprm.customers.services.upsert.writing import update_many
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.jobs import job

log = logging.getLogger(__name__)
Model = type[Account] | type[Opportunity]


def undo_import(*, item: Import, by: Actor, at: datetime) -> Import:
    """Let a worker take the import back."""
    importing.require(item.kind, by)
    with transaction.atomic():
        go(item, "undo", at=at, problem="")
        _undo_later.defer(item=str(item.pk))
    return item


@job("customers.undo_import", queue="imports", attempts=3, scoped=False)
def _undo_later(item: str) -> None:
    run_undo(UUID(item))


def run_undo(pk: UUID, progress: Progress | None = None) -> None:
    """Take back what is left to take back, newest first, batch by batch."""
    while True:
        with as_system():
            item = locked(pk)
            if item.state != ImportState.UNDOING:
                return None
            rows = _left(item)
            if not rows:
                return _finish(item)
            _take_back(item, rows)
        if progress:
            progress(item.undone + item.kept, item.created + item.updated)


def _left(item: Import) -> list[ImportRow]:
    done = item.rows.filter(outcome__in=["created", "updated"], undone_at__isnull=True, kept_because="")
    return list(done.order_by("-number")[: importing.batch_of(item)])


def _take_back(item: Import, rows: Sequence[ImportRow]) -> None:
    at = timezone.now()
    importing.kind_of(item).take_back(item, rows, at)
    kept = sum(1 for row in rows if row.kept_because)
    _note(rows, at)
    item.undone += len(rows) - kept
    item.kept += kept
    item.progress_at = at
    item.write("undone", "kept", "progress_at", at=at)


def take_rows_back(item: Import, rows: Sequence[ImportRow], at: datetime) -> None:
    """Take back accounts or opportunities."""
    model: Model = Opportunity if item.kind == Import.Kind.OPPORTUNITIES else Account
    locks.hold(locks.IDENTITIES)  # before any row is locked: who decides about companies takes them in this order
    ids = [row.object_id for row in rows]
    objects: dict[UUID | None, Any] = {**model._default_manager.select_for_update().in_bulk(ids)}
    used = _used(model, ids)
    for row in rows:
        row.kept_because = _why_kept(row, objects.get(row.object_id), used)
    free = [row for row in rows if not row.kept_because]
    _delete(model, [row.object_id for row in free if row.object_id and row.outcome == ImportRow.Outcome.CREATED])
    _restore([(objects[row.object_id], row) for row in free if row.outcome == ImportRow.Outcome.UPDATED], at)


def _why_kept(row: ImportRow, found: Any, used: set[UUID]) -> str:
    if found is None:
        return _("It was removed since.")
    if found.version != row.version_after:
        return _("It was changed since.")
    if row.outcome == ImportRow.Outcome.CREATED and found.pk in used:
        return _("Opportunities or deals belong to it.")
    return ""


def _used(model: Model, ids: Sequence[UUID | None]) -> set[UUID]:
    """Return which rows others point to, whichever feature they belong to."""
    used: set[UUID] = set()
    for relation in model._meta.related_objects:
        if not relation.many_to_many:
            name = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{name}__in": ids})
            used |= set(rows.values_list(name, flat=True).distinct())
    return used


def _note(rows: Sequence[ImportRow], at: datetime) -> None:
    """Write down which rows are as before, and why others stay; a reason is shared by many rows."""
    for reason in {row.kept_because for row in rows}:
        noted = ImportRow.objects.filter(pk__in=[row.pk for row in rows if row.kept_because == reason])
        noted.update(kept_because=reason, undone_at=None if reason else at)


def _delete(model: Model, ids: Sequence[UUID]) -> None:
    """Delete rows that nobody points to; should somebody do so all the same, the database refuses."""
    if model is Account:
        index.forget(ids)
    else:
        Opportunity.product_lines.through.objects.filter(opportunity_id__in=ids).delete()
    rows = model._default_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)  # Django would look for pointers again, slowly


def _restore(pairs: Sequence[tuple[Any, ImportRow]], at: datetime) -> None:
    for found, row in pairs:
        for name, value in (row.before or {}).items():
            if name == "product_lines":
                found.product_lines.set(ProductLine.objects.filter(key__in=value))
            else:
                setattr(found, name, found._meta.get_field(name).to_python(value))
        if isinstance(found, Opportunity) and found.is_open:
            found.closed_on = None  # of an import from before such days were kept
    moved = [found.pk for found, row in pairs if isinstance(found, Account) and "parent_id" in (row.before or {})]
    with family.following(moved, at=at):
        update_many([found for found, _row in pairs], at=at)
    renamed = [found for found, row in pairs if isinstance(found, Account) and INDEXED & (row.before or {}).keys()]
    index.write(companies_of(*renamed))


def _finish(item: Import) -> None:
    at = timezone.now()
    go(item, "finish", at=at, finished_at=at)
    fact = facts.ImportUndone(item.kind, item.file_name, item.undone, item.kept)
    events.announce(fact, about=item, by=starter(item), at=at)
