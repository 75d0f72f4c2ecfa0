"""A list as a CSV file that spreadsheets open without running anything in it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from openprm.kernel.ui.table.bound import BoundTable

MOST_ROWS = 10_000
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet may run a cell that begins so


def answer(table: "BoundTable") -> HttpResponse:
    """Return the file: every matching row up to ``MOST_ROWS``, in the list's order.

    It is made in memory, because a streamed answer would leave the database scope of its reader.
    """
    out = io.StringIO()
    out.write("\ufeff")  # Excel reads UTF-8 only when told
    csv.writer(out).writerows(_lines(table))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{table.declared.export_name}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _lines(table: "BoundTable") -> Iterator[list[Any]]:
    columns = [column for column in table.declared.columns if column.csv is not False]
    yield [plain(str(column.label)) for column in columns]
    for number, row in enumerate(table.ordered[: MOST_ROWS + 1]):
        if number == MOST_ROWS:
            yield [
                _("Only the first %(rows)s rows are here. Narrow the list to export the rest.") % {"rows": MOST_ROWS}
            ]
            return
        yield [plain(column.export(row)) for column in columns]


def plain(value: Any) -> Any:
    """Return a value as a cell that is only ever text or number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds") if timezone.is_aware(value) else value
    if isinstance(value, list | tuple | set | frozenset):
        value = ", ".join(str(part) for part in value)
    text = unescape(strip_tags(str(value))).strip() if isinstance(value, SafeData) else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(RUNS) else text
