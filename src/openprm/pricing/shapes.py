"""What programs send and read about price books."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from openprm.kernel.api import Field, PageQuery, Schema
from openprm.kernel.audiences import EVERYBODY
from openprm.pricing import when
from openprm.pricing.models import Entry, PriceBook

Reach = Literal["audience", "named"]
BookState = Literal["draft", "published", "retired"]


class BookChange(Schema):
    """What can be changed about a book; it holds from now on."""

    name: str = Field(min_length=1, max_length=120, examples=["MSP 2027"])
    description: str = Field("", max_length=500)
    currency: str = Field(min_length=3, max_length=3, examples=["EUR"])
    priority: int = Field(ge=1, le=999, description="Of two books of a partner the higher one counts, line by line.")
    reach: Reach = "audience"
    audience: dict[str, Any] = Field(default_factory=lambda: dict(EVERYBODY), description="A predicate over partners.")
    starts_on: date | None = None
    ends_on: date | None = Field(None, description="Its last day; null: until further notice.")


class BookIn(BookChange):
    """A new book."""

    code: str = Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["msp-2027"])


class BookPatch(Schema):
    """What is to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=120)
    description: str | None = Field(None, max_length=500)
    currency: str | None = Field(None, min_length=3, max_length=3)
    priority: int | None = Field(None, ge=1, le=999)
    reach: Reach | None = None
    audience: dict[str, Any] | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class BookOut(Schema):
    """A price book."""

    id: UUID
    code: str
    name: str
    description: str
    state: BookState
    currency: str
    priority: int
    reach: Reach
    audience: dict[str, Any]
    starts_on: date
    ends_on: date | None
    spread_done: int = Field(description="How many partners a worker has dealt with.")
    spread_total: int = Field(description="How many partners a worker deals with after a change; 0: it is done.")
    version: int

    @staticmethod
    def resolve_starts_on(book: PriceBook) -> date:
        """Return its first day."""
        return when.first_day(book.starts_at)

    @staticmethod
    def resolve_ends_on(book: PriceBook) -> date | None:
        """Return its last day."""
        return when.last_day(book.ends_at)


class BookFilter(PageQuery):
    """Which books are wanted."""

    state: BookState | None = None


class EntryIn(Schema):
    """What one product line or SKU costs; neither of both: everything else. Points or a net price, not both."""

    product_line: str | None = Field(None, max_length=60, description="Its key.", examples=["cloud"])
    sku: str = Field("", max_length=80, examples=["HC-100"])
    name: str = Field("", max_length=200)
    list_price: Decimal | None = Field(None, gt=0, max_digits=14, decimal_places=2)
    points: Decimal | None = Field(None, ge=0, le=100, max_digits=5, decimal_places=2, examples=["22.50"])
    net_price: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2)


class EntryOut(EntryIn):
    """An entry of an edition."""

    id: UUID

    @staticmethod
    def resolve_product_line(entry: Entry) -> str | None:
        """Return the key."""
        return entry.product_line.key if entry.product_line else None


class DraftIn(Schema):
    """All entries of the next prices."""

    entries: list[EntryIn] = Field(max_length=5000)
    adds_tier_points: bool = Field(True, description="The points of the partner's tier come on top.")


class EditionOut(Schema):
    """The prices of a book from one moment until the next edition begins."""

    id: UUID
    number: int
    state: Literal["draft", "published"]
    starts_at: datetime | None
    ends_at: datetime | None
    adds_tier_points: bool
    note: str
    published_at: datetime | None
    published_by: str
    version: int


class PublishIn(Schema):
    """From when on, and why."""

    starts_on: date | None = Field(None, description="A day to come; null: now.")
    note: str = Field("", max_length=400)


class PriceDifferenceOut(Schema):
    """An entry that differs between two days."""

    change: Literal["added", "changed", "removed"]
    text: str
    points: Decimal | None = Field(description="How many points more, or below zero fewer, the partner gets.")


class CompareQuery(Schema):
    """Two days; left out: today."""

    before: date | None = None
    after: date | None = None


class PriceImportOut(Schema):
    """What a file would change; nothing is changed before it is applied."""

    id: UUID
    file_name: str
    usable: int
    problems: list[list[Any]] = Field(description="Row number and reason of each row that cannot be used.")
    changes: list[str]


class AssignIn(Schema):
    """A book for a partner, by name."""

    book_id: UUID
    until: date | None = Field(None, description="The last day; null: as long as the book holds.")
    reason: str = Field("", max_length=300)


class HoldingOut(Schema):
    """A book that counts for a partner now."""

    book_id: UUID
    code: str
    name: str
    description: str
    currency: str
    priority: int
    source: Literal["audience", "named"]
    since: datetime
    until: datetime | None
    entries: list[EntryIn]


class MarginQuery(Schema):
    """Which margins are wanted; without a product line those of all that are sold."""

    product_line_id: UUID | None = None
    sku: str = Field("", max_length=80)
    at: datetime | None = Field(None, description="Left out: now. With its offset from UTC.")


class MarginOut(Schema):
    """What a partner gets on a product line, and why."""

    product_line_id: UUID | None = Field(validation_alias="line_id")
    product_line: str = Field(validation_alias="line")
    sku: str
    points: Decimal | None = Field(description="Percent off the list price; null where only a net price is known.")
    book: str
    edition: int | None
    book_points: Decimal | None
    tier_points: Decimal
    tier_counts: bool
    currency: str
    list_price: Decimal | None
    net_price: Decimal | None
    until: datetime | None
    why: list[str]
