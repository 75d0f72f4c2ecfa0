"""Bringing a file: what it is, which column is which field, and what would become of its first rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from openprm.customers import files, importing
from openprm.customers.files import Line, Unreadable
from openprm.customers.lifecycle import ImportState
from openprm.customers.models import Import
from openprm.customers.services.upsert import Planned
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid, Refusal

LARGEST = 500 * 1024 * 1024
PREVIEWED = 15
KEPT_FOR = timedelta(days=30)
UNDER_WAY = (ImportState.WAITING, ImportState.RUNNING, ImportState.UNDOING)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file and what would become of it."""

    line: Line
    values: list[tuple[str, Any]]
    planned: Planned[Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file as they would be read."""

    fields: list[str]
    rows: list[PreviewRow]
    samples: list[list[str]]


def upload_import(*, kind: str, file: IO[bytes], name: str, by: Actor, at: datetime) -> Import:
    """Keep a file and find out how it is written; nothing is brought in yet."""
    importing.require(kind, by)
    size = getattr(file, "size", None)
    if size and size > LARGEST:
        raise _wrong(_("The file is larger than 500 MB. Split it and import the parts one after the other."))
    item = Import(kind=kind, file_name=PurePath(name).name[:255] or "file", person_id=by.id, person_name=by.name)
    item.created_at = item.updated_at = at
    item.path = default_storage.save(f"imports/{item.pk}", File(file))
    try:
        _look_into(item)
    except Unreadable as problem:
        default_storage.delete(item.path)
        raise _wrong(str(problem)) from problem
    item.save(force_insert=True)
    return item


def choose_columns(
    *, item: Import, mapping: Mapping[str, Any], by: Actor, at: datetime, same_company: str = ""
) -> Import:
    """Say which column is which field, and what to do with companies that are known already."""
    importing.require(item.kind, by)
    if item.state != ImportState.UPLOADED:
        raise Refusal(_("This import has started, so its columns stay as they are."), code="import_state")
    item.mapping = files.usable(item.kind, mapping, len(item.headers))
    if same_company:
        item.same_company = Import.SameCompany(same_company)
    item.write("mapping", "same_company", at=at)
    return item


def discard_import(*, item: Import, by: Actor) -> None:
    """Forget a file that was never started."""
    importing.require(item.kind, by)
    if item.state != ImportState.UPLOADED:
        raise Refusal(_("This import has started. Undo it instead."), code="import_state")
    path = item.path
    item.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def forget_files(*, at: datetime) -> int:
    """Delete the files of old imports and those never started; what became of the rows stays. Return how many."""
    old = Import.objects.exclude(path="").exclude(state__in=UNDER_WAY).filter(updated_at__lt=at - KEPT_FOR)
    paths = list(old.values_list("path", flat=True))
    old.filter(state=ImportState.UPLOADED).delete()
    old.update(path="")
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])  # type: ignore[func-returns-value]
    return len(paths)


def preview_import(item: Import) -> Preview:
    """Return what would become of the first rows, and some cells of each column."""
    with default_storage.open(item.path) as stream, files.open_sheet(stream) as sheet:
        lines = list(islice(sheet.lines(), PREVIEWED))
    planned = importing.kind_of(item).plan(item, [mapped(line, item.mapping) for line in lines])
    fields = [field for field in files.columns.FIELDS[item.kind] if field in item.mapping]
    rows = [
        PreviewRow(
            line, [(field, one.cleaned.values.get(field, _cell(line, item.mapping[field]))) for field in fields], one
        )
        for line, one in zip(lines, planned, strict=True)
    ]
    samples = [
        list(dict.fromkeys(cell[:40] for line in lines if (cell := _cell(line, column))))[:3]
        for column in range(len(item.headers))
    ]
    return Preview(fields, rows, samples)


def mapped(line: Line, mapping: Mapping[str, int]) -> dict[str, str]:
    """Return the fields of a row."""
    return {field: _cell(line, column) for field, column in mapping.items()}


def _cell(line: Line, column: int) -> str:
    return line.cells[column] if column < len(line.cells) else ""


def _look_into(item: Import) -> None:
    with default_storage.open(item.path) as stream, files.open_sheet(stream) as sheet:
        item.format, item.encoding, item.delimiter, item.headers = (
            sheet.format,
            sheet.encoding,
            sheet.delimiter,
            sheet.headers,
        )
        item.rows_total = sheet.expected if sheet.expected is not None else sum(1 for _line in sheet.lines())
        item.mapping = files.guess(item.kind, sheet.headers)


def _wrong(message: str) -> Invalid:
    return Invalid(message, code="file_unreadable", fields={"file": message})
