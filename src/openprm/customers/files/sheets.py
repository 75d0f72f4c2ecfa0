"""A file as rows of text: its format, encoding and delimiter are found out from its bytes."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

LONGEST_CELL = 100_000
MOST_COLUMNS = 500
MOST_UNPACKED = 2 * 1024**3
SAMPLE = 64 * 1024
DELIMITERS = ",;\t|"
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(ValueError):
    """A file that cannot be read; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the headings. ``number`` is where a spreadsheet shows it; ``problem`` says why it cannot be used."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Say whether nothing stands in the row."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open file: how it is written, its headings, and its rows once."""

    format: str
    encoding: str
    delimiter: str
    headers: list[str]
    rows: Iterator[Line]
    expected: int | None = None  # how many rows the file says it has

    def lines(self) -> Iterator[Line]:
        """Return the rows below the headings that hold something."""
        return (line for line in self.rows if not line.is_blank)


@contextmanager
def open_sheet(stream: IO[bytes]) -> Iterator[Sheet]:
    """Open a CSV or Excel file; raise Unreadable where it is neither, or has no headings. Closes the stream."""
    stream = getattr(stream, "file", stream)  # Django's files around Python's own
    start = stream.read(8)
    stream.seek(0)
    if not start:
        raise Unreadable(_("The file is empty. Choose a file with a row of headings and rows below it."))
    if start.startswith(b"PK"):
        with _excel(stream) as sheet:
            yield sheet
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an Excel file of before 2007 (.xls). Save it as .xlsx or CSV and try again."))
    else:
        yield _csv(stream)


def _csv(stream: IO[bytes]) -> Sheet:
    encoding = _encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    sample = text.read(SAMPLE)
    if "\x00" in sample:
        raise Unreadable(_("This is neither CSV nor Excel. Save it as .xlsx or CSV and try again."))
    delimiter = _delimiter(sample)
    text.seek(0)
    rows = _csv_rows(text, delimiter)
    headers = next(rows, None)
    while headers is not None and headers.is_blank:
        headers = next(rows, None)
    return Sheet("csv", encoding, delimiter, _headers(headers.cells if headers else []), rows)


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line(number, [], _("A cell is too long; perhaps a quotation mark before it is not closed."))
            continue
        yield _line(number, cells)


def _line(number: int, cells: Sequence[str]) -> Line:
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Line(number, [], _("A cell is too long; perhaps a quotation mark before it is not closed."))
    return Line(number, [cell.replace("\x00", "").strip() for cell in cells[:MOST_COLUMNS]])


def _encoding(stream: IO[bytes]) -> str:
    """Return UTF-8 if the whole file is; else Windows-1252, which reads Latin-1 as well."""
    start = stream.read(4)
    for mark, name in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(start)
        while chunk := stream.read(1024 * 1024):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(sample: str) -> str:
    """Return the sign that cuts the first rows into the most columns, the same number in each."""
    lines = sample.splitlines()[:30]
    return max(DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: Sequence[str], sign: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
    except csv.Error:
        return (0, 0)
    first = widths[0] if widths else 0
    return (sum(width == first for width in widths), first) if first > 1 else (0, 0)


@contextmanager
def _excel(stream: IO[bytes]) -> Iterator[Sheet]:
    broken = _("This Excel file cannot be opened. Save it anew as .xlsx, or as CSV, and try again.")
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("This Excel file is too large to unpack. Save it as CSV and try again."))
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(broken) from error
    try:
        if not book.worksheets:
            raise Unreadable(broken)
        table = book.worksheets[0]
        expected = max(0, (table.max_row or 1) - 1)
        table.reset_dimensions()
        rows = _excel_rows(table)
        headers = next((row for row in rows if not row.is_blank), None)
        yield Sheet("xlsx", "", "", _headers(headers.cells if headers else []), rows, expected)
    finally:
        book.close()


def _excel_rows(table: Any) -> Iterator[Line]:
    for number, row in enumerate(table.iter_rows(values_only=True), 1):
        yield _line(number, [_text(cell) for cell in row])


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    return str(cell)


def _headers(cells: Sequence[str]) -> list[str]:
    """Return the headings, each different from the others and none empty."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if not cells:
        raise Unreadable(_("The file has no headings. Its first row must name the columns."))
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:120] or _("Column %(number)s") % {"number": number}
        names.append(name if name not in names else f"{name} ({number})")
    return names
