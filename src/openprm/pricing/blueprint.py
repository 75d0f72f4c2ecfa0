"""Price books as text: what they are, their prices in force, and the price changes that are planned.

Editions of the past and unfinished drafts of published books are not written down: they are history and work, no
set-up.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from pydantic import BaseModel, ConfigDict, Field, field_validator

from openprm.customers.models import ProductLine
from openprm.kernel.access import Actor
from openprm.kernel.audiences import EVERYBODY, by_ids, by_words
from openprm.kernel.blueprints import Audience, Document, Section
from openprm.kernel.errors import Invalid
from openprm.pricing import queries, services, when
from openprm.pricing.models import Edition, PriceBook
from openprm.pricing.rules import Term


class Price(BaseModel):
    """An entry. Neither product line nor SKU: everything else."""

    model_config = ConfigDict(extra="forbid")

    product_line: str | None = Field(None, description="The key of a product line.")
    sku: str = ""
    name: str = ""
    list_price: Decimal | None = None
    points: Decimal | None = None
    net_price: Decimal | None = None


class Prices(BaseModel):
    """A full list of entries, and whether the tier's points come on top."""

    model_config = ConfigDict(extra="forbid")

    adds_tier_points: bool = True
    entries: list[Price] = []

    @field_validator("entries")
    @classmethod
    def _in_order(cls, entries: list[Price]) -> list[Price]:
        """Return product lines by key, then everything else, then SKUs: their order means nothing."""
        return sorted(entries, key=lambda price: (bool(price.sku), price.product_line or "~", price.sku))


class Planned(Prices):
    """Prices from a day to come."""

    starts_on: date
    note: str = ""


class PriceBookDocument(Document):
    """A price book."""

    name: str
    description: str = ""
    state: Literal["draft", "published"] = "published"
    currency: str
    priority: int
    reach: Literal["audience", "named"] = "audience"
    audience: Audience = Field(default_factory=lambda: dict(EVERYBODY))
    starts_on: date | None = Field(None, description="Its first day, while that is to come.")
    ends_on: date | None = None
    prices: Prices = Field(default_factory=Prices)
    planned: list[Planned] = []


def read() -> Iterable[Document]:
    """Return the books as they are now; retired ones are no part of the set-up."""
    at = timezone.now()
    keys = dict(ProductLine.objects.values_list("pk", "key"))
    for book in PriceBook.objects.exclude(state=PriceBook.State.RETIRED).order_by("code"):
        published = book.state == PriceBook.State.PUBLISHED
        now = (queries.edition_at(book, at) or _first(book)) if published else queries.draft_of(book)
        later = _planned(book, now, at, keys) if published else []
        yield PriceBookDocument(
            code=book.code,
            name=book.name,
            description=book.description,
            state="published" if published else "draft",
            currency=book.currency,
            priority=book.priority,
            reach=book.reach,  # type: ignore[arg-type]
            audience=by_words(book.audience, subject="partner"),
            starts_on=when.first_day(book.starts_at) if book.starts_at > at else None,
            ends_on=when.last_day(book.ends_at),
            prices=_prices(now, keys),
            planned=later,
        )


def write(document: Any, by: Actor, at: datetime) -> None:
    """Make a book what the document says."""
    wanted: PriceBookDocument = document
    lines = dict(ProductLine.objects.values_list("key", "pk"))
    days = {"ends_on": wanted.ends_on}
    if wanted.starts_on is not None:
        days["starts_on"] = wanted.starts_on
    values: dict[str, Any] = {
        "name": wanted.name,
        "description": wanted.description,
        "currency": wanted.currency,
        "priority": wanted.priority,
        "reach": wanted.reach,
        "audience": by_ids(wanted.audience, subject="partner"),
        **days,
    }
    book = PriceBook.objects.filter(code=wanted.code).first()
    if book is None:
        book = services.create_book(code=wanted.code, by=by, at=at, **values)
    else:
        if book.state == PriceBook.State.RETIRED:
            book = services.restore(book=book, by=by, at=at)
        book = services.change_book(book=book, by=by, at=at, **values)
    if wanted.state == "draft":
        if book.state == PriceBook.State.PUBLISHED:
            raise Invalid(_("%(code)s is published and cannot become a draft again.") % {"code": wanted.code})
        _write_draft(book, wanted.prices, lines, by, at)
        return
    keys = {pk: key for key, pk in lines.items()}
    now, planned_prices = queries.edition_at(book, at), sorted(wanted.planned, key=lambda one: one.starts_on)
    kept = now is not None and _planned(book, now, at, keys) == planned_prices
    for one in [] if kept else reversed(_coming(book, at)):
        if queries.newest(book) is not None and _others(book, one):
            _drop_draft(book, by, at)
            services.take_back(edition=one, by=by, at=at)
    _make(book, wanted.prices, None, "", lines, by, at)
    for planned in [] if kept else planned_prices:
        if planned.starts_on <= when.today(at):
            text = _("A planned price change of %(code)s has its day behind it. Make its prices the book's own.")
            raise Invalid(text % {"code": wanted.code})
        _make(book, planned, planned.starts_on, planned.note, lines, by, at)
    if queries.newest(book) is not None:
        _drop_draft(book, by, at)


def remove(code: str, by: Actor, at: datetime) -> None:
    """Retire a book; one that was never published is forgotten."""
    book = PriceBook.objects.exclude(state=PriceBook.State.RETIRED).filter(code=code).first()
    if book is None:
        return
    if book.state == PriceBook.State.PUBLISHED:
        services.retire(book=book, by=by, at=at)
    elif not book.editions.filter(state=Edition.State.PUBLISHED).exists():
        services.delete_book(book=book, by=by, at=at)


def _make(
    book: PriceBook, prices: Prices, starts_on: date | None, note: str, lines: dict[str, UUID], by: Actor, at: datetime
) -> None:
    """Publish prices unless those that hold then are the same."""
    before = queries.edition_at(book, at if starts_on is None else when.begin(starts_on))
    terms = _terms(prices, lines)
    if before is not None and starts_on is None and book.state == PriceBook.State.PUBLISHED:
        same = set(queries.terms_of(before)) == set(terms) and before.adds_tier_points == prices.adds_tier_points
        if same:
            return
    _write_draft(book, prices, lines, by, at)
    book.refresh_from_db()
    services.publish(book=book, starts_on=starts_on, note=note, by=by, at=at)
    book.refresh_from_db()


def _write_draft(book: PriceBook, prices: Prices, lines: dict[str, UUID], by: Actor, at: datetime) -> None:
    services.write_draft(book=book, terms=_terms(prices, lines), by=by, at=at)
    services.set_terms(book=book, adds_tier_points=prices.adds_tier_points, by=by, at=at)


def _drop_draft(book: PriceBook, by: Actor, at: datetime) -> None:
    if queries.draft_of(book) is not None:
        services.discard_draft(book=book, by=by, at=at)


def _coming(book: PriceBook, at: datetime) -> list[Edition]:
    later = book.editions.filter(state=Edition.State.PUBLISHED, period__startswith__gt=at)
    return list(later.order_by("period"))


def _planned(book: PriceBook, now: Edition | None, at: datetime, keys: dict[UUID, str]) -> list[Planned]:
    return [
        Planned(starts_on=when.first_day(one.period.lower), note=one.note, **_prices(one, keys).model_dump())
        for one in _coming(book, at)
        if now is None or one.pk != now.pk
    ]


def _first(book: PriceBook) -> Edition | None:
    return book.editions.filter(state=Edition.State.PUBLISHED).order_by("period").first()


def _others(book: PriceBook, one: Edition) -> bool:
    return book.editions.filter(state=Edition.State.PUBLISHED).exclude(pk=one.pk).exists()


def _prices(edition: Edition | None, keys: dict[UUID, str]) -> Prices:
    if edition is None:
        return Prices()
    entries = [
        Price(
            product_line=keys[term.product_line] if term.product_line else None,
            sku=term.sku,
            name=term.name,
            list_price=term.list_price,
            points=term.points,
            net_price=term.net_price,
        )
        for term in queries.terms_of(edition)
    ]
    return Prices(adds_tier_points=edition.adds_tier_points, entries=entries)


def _terms(prices: Prices, lines: dict[str, UUID]) -> Sequence[Term]:
    found = []
    for price in prices.entries:
        if price.product_line is not None and price.product_line not in lines:
            message = _("There is no product line “%(key)s”.") % {"key": price.product_line}
            raise Invalid(message, fields={"product_line": message})
        line = lines[price.product_line] if price.product_line else None
        found.append(Term(line, price.sku, price.name, price.list_price, price.points, price.net_price))
    return found


section = Section("price_books", lazy("Price books"), 60, PriceBookDocument, read, write, remove)
