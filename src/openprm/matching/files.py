"""Lists of companies as CSV files, matched without a database: what `openprm match` does.

A file has a row of headings; a column is known by its heading in any case: name, domain, country, id, phone,
registration, aliases (several in a cell with | between them), family. Name or domain must be there, all else may be
missing. UTF-8 with or without a mark, UTF-16 or Windows-1252; commas, semicolons or tabs.
"""

import codecs
import contextlib
import csv
import gc
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from openprm.matching.engine import find
from openprm.matching.memory import MemoryIndex
from openprm.matching.model import Company, Decision, Match, Query
from openprm.matching.sentences import sentence

HEADINGS = {
    "name": ("name", "company", "company name", "account", "account name", "organisation", "organization", "customer"),
    "domain": ("domain", "website", "web site", "web", "url", "email", "e-mail"),
    "country": ("country", "country code"),
    "id": ("id", "account id", "external id", "company id", "key"),
    "phone": ("phone", "telephone", "phone number"),
    "registration": ("registration", "registration number", "register number", "vat", "vat id", "lei", "duns"),
    "aliases": ("aliases", "alias", "other names", "former names", "trading names"),
    "family": ("family", "parent", "parent id", "group"),
}
REASONS = 6  # in words, the weightiest
_KNOWN = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 64 * 1024
_LONGEST_CELL = 1_000_000

Progress = Callable[[int], None]


class Unusable(ValueError):
    """A file that cannot be matched; the text says what to do."""


def match(
    pool: Path,
    queries: Path,
    out: IO[str],
    *,
    top: int | None = None,
    loaded: Progress = lambda _: None,
    asked: Progress = lambda _: None,
) -> int:
    """Write the verdict about every row of `queries` to `out` and return how many rows were asked."""
    with rows(queries) as questions:  # before the pool, which takes a while: is there anything to ask?
        index = MemoryIndex(companies(pool, loaded))
        if not len(index):
            raise Unusable(f"{pool} holds no company: every row is empty")
        gc.collect()
        gc.freeze()  # millions of words in memory need not be walked again and again
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["query_id", "query", *(["rank"] if top else []), *_VERDICT])
        number = 0
        for number, row in enumerate(questions, 1):
            query = Query(row["name"], row["domain"], row["country"], row["phone"], row["registration"])
            writer.writerows(_verdict(row, find(query, index, top or 1), listed=top is not None))
            asked(number)
    return number


_VERDICT = ("id", "name", "probability", "decision", "reasons")


def _verdict(row: Mapping[str, str], found: Sequence[Match], *, listed: bool) -> Iterator[list[str]]:
    """The rows for one query: the best match alone, or all that were asked for with their rank."""
    asked = [row["id"], row["name"] or row["domain"]]
    if not found:
        yield [*asked, *(["1"] if listed else []), "", "", "0.0000", Decision.DIFFERENT, "No name on file is alike"]
    for rank, one in enumerate(found, 1):
        known = [one.company_id, one.name] if listed or one.decision is not Decision.DIFFERENT else ["", ""]
        reasons = "; ".join(sentence(reason) for reason in one.evidence[:REASONS])
        place = [str(rank)] if listed else []
        yield [*asked, *place, *known, f"{one.probability:.4f}", one.decision, reasons]


def companies(pool: Path, loaded: Progress = lambda _: None) -> Iterator[Company]:
    """The companies of a file; one without an id has its number among the rows as its id."""
    with rows(pool) as found:
        for number, row in enumerate(found, 1):
            aliases = tuple(filter(None, (alias.strip() for alias in row["aliases"].split("|"))))
            family = row["family"] or None
            details = (row["domain"], row["country"], row["phone"], row["registration"])
            yield Company(row["id"] or str(number), row["name"], aliases, *details, family)
            loaded(number)


@contextmanager
def rows(path: Path) -> Iterator[Iterator[dict[str, str]]]:
    """The rows of a file that are not empty, each with every known column ("" where the file has none)."""
    csv.field_size_limit(_LONGEST_CELL)
    with path.open("rb") as binary:
        encoding = _encoding(binary)
    with path.open("r", encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
        if "\x00" in sample or sample.startswith("PK"):
            raise Unusable(f"{path} is no CSV file. Save it as CSV (UTF-8) and try again.")
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(sample))
        headings = next(reader, [])
        yield _named(path, reader, _columns(path, headings))


def _named(path: Path, reader: Iterable[list[str]], columns: Mapping[str, int]) -> Iterator[dict[str, str]]:
    nothing = dict.fromkeys(HEADINGS, "")
    try:
        for cells in reader:
            row = nothing | {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
            if row["name"] or row["domain"]:
                yield row
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise Unusable(f"{path}, line {line}: {error}. Is a quotation mark not closed?") from error


def _columns(path: Path, headings: Sequence[str]) -> dict[str, int]:
    """Where each known column stands; the plainest heading wins where two mean the same."""
    if not any(heading.strip() for heading in headings):
        raise Unusable(f"{path} is empty. It needs a row of headings (name, domain, country, id) and rows below.")
    places: dict[str, int] = {}
    plain = [" ".join(heading.replace("_", " ").split()).casefold() for heading in headings]
    for at, heading in enumerate(plain):
        column = _KNOWN.get(heading)
        if column and (column not in places or heading == column):
            places[column] = at
    if "name" not in places and "domain" not in places:
        shown = ", ".join(heading for heading in headings[:8] if heading)
        raise Unusable(f"{path} has no column “name” (nor “domain”). Its headings are: {shown}")
    return places


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 if the file begins so, by its mark or its bytes; else Windows-1252, which reads Latin-1 as well."""
    start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1024 * 1024):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(sample: str) -> str:
    """The sign that stands most often in the headings."""
    first = next((line for line in sample.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[str]]:
    """A text file that appears under its name when all of it is written, or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
