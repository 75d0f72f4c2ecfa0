"""Price lists as files: which column is what, what is wrong with a row, and the file to download. No database."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from openpyxl import Workbook

from openprm.customers.files import Sheet
from openprm.kernel.ui.table.csv import plain
from openprm.matching.normalise import fold
from openprm.pricing import rules
from openprm.pricing.rules import Term

COLUMNS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "product_line": (lazy("Product line"), ("product line", "line", "product family", "family", "category")),
    "sku": (lazy("SKU"), ("sku", "article", "article number", "item", "item number", "part number", "product code")),
    "name": (lazy("Name"), ("name", "product", "description", "product name")),
    "list_price": (lazy("List price"), ("list price", "list", "msrp", "rrp", "recommended price")),
    "points": (lazy("Discount points"), ("discount points", "points", "discount", "partner discount", "margin")),
    "net_price": (lazy("Net price"), ("net price", "net", "partner price", "buy price")),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERYTHING = ("everything else", "everything", "all", "*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row of a file cannot be used. ``number`` is where a spreadsheet shows it."""

    number: int
    text: str


def columns_of(headers: Sequence[str]) -> dict[str, int]:
    """Return which field stands in which column, by the headings."""
    known = [" ".join(fold(header.replace("_", " "))) for header in headers]
    found: dict[str, int] = {}
    for field, (label, headings) in COLUMNS.items():
        for word in (" ".join(fold(str(label))), *headings):
            if word in known and known.index(word) not in found.values():
                found[field] = known.index(word)
                break
    return found


def read(sheet: Sheet, lines: Mapping[str, UUID], most: int) -> tuple[list[tuple[int, Term]], list[Problem]]:
    """Return the entries of a file with their row numbers, and the rows that cannot be read.

    ``lines`` are product lines by key and by name, in small letters.
    """
    columns = columns_of(sheet.headers)
    found: list[tuple[int, Term]] = []
    wrong: list[Problem] = []
    for line in sheet.lines():
        if len(found) + len(wrong) >= most:
            wrong.append(Problem(line.number, _("Only the first %(n)s rows are read.") % {"n": most}))
            break
        if line.problem:
            wrong.append(Problem(line.number, line.problem))
            continue
        cells = {field: _cell(line.cells, column) for field, column in columns.items()}
        term, texts = _term(cells, lines)
        if texts:
            wrong.append(Problem(line.number, " ".join(texts)))
        else:
            found.append((line.number, term))
    return found, wrong


def rows(terms: Iterable[Term], lines: Mapping[UUID, str]) -> list[list[Any]]:
    """Return a price list as the rows of a file, headings first; read again, it is the same list."""
    head: list[Any] = [str(label) for label, _words in COLUMNS.values()]
    return [head] + [
        [
            (lines.get(term.product_line, "") if term.product_line else "" if term.sku else _("Everything else")),
            term.sku, term.name, term.list_price, term.points, term.net_price,
        ]
        for term in terms
    ]  # fmt: skip


def as_csv(table: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as a CSV file that spreadsheets open without running anything in it."""
    out = io.StringIO()
    csv.writer(out).writerows([[plain(cell) for cell in row] for row in table])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(table: Iterable[Sequence[Any]], title: str) -> bytes:
    """Return rows as an Excel file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(sign for sign in title if sign not in r"[]:*?/\\'")[:31] or "Prices")
    for row in table:
        sheet.append([cell if isinstance(cell, Decimal) else plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(cells: Sequence[str], column: int) -> str:
    text = cells[column].strip() if column < len(cells) else ""
    return text[1:] if text.startswith("'") else text


def _term(cells: Mapping[str, str], lines: Mapping[str, UUID]) -> tuple[Term, list[str]]:
    wrong: list[str] = []
    named = cells.get("product_line", "")
    line = lines.get(named.casefold())
    everything = named.casefold() in (*EVERYTHING, _("Everything else").casefold())
    if named and line is None and not everything:
        wrong.append(_("There is no product line “%(name)s”.") % {"name": named[:60]})
    if not named and not cells.get("sku"):
        wrong.append(_("Give a product line, a SKU, or “everything else”."))
    numbers: dict[str, Decimal | None] = {}
    for field in ("list_price", "points", "net_price"):
        text = cells.get(field, "")
        value = rules.read_number(text) if text else None
        if text and value is None:
            wrong.append(_("“%(text)s” under “%(column)s” is no number.") % {
                "text": text[:40], "column": COLUMNS[field][0],
            })  # fmt: skip
        numbers[field] = value
    return Term(line, cells.get("sku", ""), cells.get("name", ""), **numbers), wrong
