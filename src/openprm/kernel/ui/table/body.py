"""The rows of a list as markup: in Python, because a template takes several times as long for hundreds of cells."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openprm.kernel.ui.table.columns import Column

if TYPE_CHECKING:
    from openprm.kernel.ui.table.bound import Row

TICK = (
    '<td class="is-tick" role="cell"><input class="form-check-input" type="checkbox" name="ids" value="{}"'
    ' form="{}-bulk" data-tick aria-label="{}"></td>'
)


def body(rows: Iterable["Row"], columns: Iterable[Column], *, table_id: str, tickable: bool) -> SafeString:
    """Return the rows; the first cell leads a row where phones show it as a card."""
    openings = [_opening(column, lead=number == 0) for number, column in enumerate(columns)]
    return SafeString("".join(_row(row, openings, table_id, tickable) for row in rows))


def _opening(column: Column, *, lead: bool) -> str:
    looks = [f"from-{column.from_width}", "is-end" if column.align == "end" else "", "is-lead" if lead else ""]
    label = "" if column.label_hidden else f' data-label="{escape(column.label)}"'
    return f'<td role="cell" class="{" ".join(look for look in looks if look)}"{label}>'


def _row(row: "Row", openings: list[str], table_id: str, tickable: bool) -> str:
    key = escape(row.key)
    link = f' data-href="{escape(row.url)}"' if row.url else ""
    tick = format_html(TICK, row.key, table_id, _("Select %(name)s") % {"name": row.label}) if tickable else ""
    cells = (
        opening + _inside(cell.html, cell.url) + "</td>" for opening, cell in zip(openings, row.cells, strict=True)
    )
    return f'<tr role="row" id="{table_id}-{key}"{link}>{tick}{"".join(cells)}</tr>'


def _inside(html: SafeString, url: str) -> str:
    return f'<a class="cell-link" href="{escape(url)}">{html}</a>' if url else f"<div>{html}</div>"
