"""Prices from a file: read and shown first, taken into the draft on a yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.customers.files import Unreadable, open_sheet
from openprm.customers.models import ProductLine
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid
from openprm.pricing import policies, queries, sheets
from openprm.pricing.models import Edition, PriceBook, PriceImport
from openprm.pricing.rules import Term
from openprm.pricing.services import editions

MOST_BYTES = 10 * 1024 * 1024
KEPT = timedelta(days=2)


@transaction.atomic
def read_file(
    *, book: PriceBook, stream: IO[bytes], name: str, size: int, mode: str, by: Actor, at: datetime
) -> PriceImport:
    """Read a CSV or Excel file of prices and keep what it says until somebody says yes. Nothing is changed yet."""
    by.require(policies.MANAGE)
    if mode not in PriceImport.Mode.values:
        raise Invalid(_("Some fields need your attention."), fields={"mode": _("Choose what becomes of the others.")})
    if size > MOST_BYTES:
        raise _unreadable(_("The file is larger than 10 MB. Split it."))
    try:
        with open_sheet(stream) as sheet:
            columns = sheets.columns_of(sheet.headers)
            if not {"product_line", "sku"} & columns.keys() or not {"points", "net_price"} & columns.keys():
                raise _unreadable(
                    _("The first row must name the columns: product line or SKU, and discount points or net price.")
                )
            found, wrong = sheets.read(sheet, _lines(), editions.MOST_ENTRIES)
    except Unreadable as problem:
        raise _unreadable(str(problem)) from None
    sound, more = _sound(found)
    PriceImport.objects.filter(created_at__lt=at - KEPT).delete()
    return PriceImport.objects.create(
        book=book,
        file_name=name[-255:] or "prices",
        mode=mode,
        terms=[_written(term) for term in sound],
        problems=sorted(([one.number, one.text] for one in (*wrong, *more)), key=lambda row: row[0]),
        read_by=by.name,
        created_at=at,
        updated_at=at,
    )


@transaction.atomic
def apply_import(*, read: PriceImport, by: Actor, at: datetime) -> Edition:
    """Take what a file says into the draft of the book's next prices."""
    by.require(policies.MANAGE)
    terms = outcome(read)
    if not terms:
        raise Invalid(_("No row of this file can be used. Mend the rows and choose the file again."))
    draft = editions.write_draft(book=read.book, terms=terms, by=by, at=at)
    read.delete()
    return draft


def terms_of(read: PriceImport) -> list[Term]:
    """Return the entries that a file holds."""
    return [_read(row) for row in read.terms]


def outcome(read: PriceImport) -> list[Term]:
    """Return the entries that the draft will have once the file is taken in."""
    given = {term.place: term for term in terms_of(read)}
    if read.mode == PriceImport.Mode.REPLACE:
        return list(given.values())
    return list(({term.place: term for term in base(read.book)} | given).values())


def base(book: PriceBook) -> list[Term]:
    """Return the entries that a file is compared with: those of the draft, without one those published last."""
    return queries.terms_of(queries.draft_of(book) or queries.newest(book))


def _lines() -> dict[str, UUID]:
    known: dict[str, UUID] = {}
    for pk, key, name in ProductLine.objects.values_list("pk", "key", "name"):
        known[name.casefold()] = pk
        known[key.casefold()] = pk
    return known


def _sound(found: Sequence[tuple[int, Term]]) -> tuple[list[Term], list[sheets.Problem]]:
    """Return the entries without those that could not be stored, and why not."""
    lines = set(ProductLine.objects.values_list("pk", flat=True))
    sound: list[Term] = []
    wrong: list[sheets.Problem] = []
    rows: dict[Any, int] = {}
    for number, term in found:
        texts = list(editions.problems(term, lines).values())
        place = ("", term.sku.casefold()) if term.sku else term.place
        if place in rows:
            texts.append(_("Row %(n)s is about the same already.") % {"n": rows[place]})
        if texts:
            wrong.append(sheets.Problem(number, " ".join(texts)))
            continue
        rows[place] = number
        sound.append(term)
    return sound, wrong


def _unreadable(text: str) -> Invalid:
    return Invalid(text, code="file_unreadable", fields={"file": text})


def _written(term: Term) -> list[Any]:
    numbers = (term.list_price, term.points, term.net_price)
    line = str(term.product_line) if term.product_line else None
    return [line, term.sku, term.name, *(None if value is None else str(value) for value in numbers)]


def _read(row: Sequence[Any]) -> Term:
    line, sku, name, *numbers = row
    first, second, third = (None if value is None else Decimal(value) for value in numbers)
    return Term(UUID(line) if line else None, sku, name, first, second, third)
