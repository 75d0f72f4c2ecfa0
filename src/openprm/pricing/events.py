"""The facts of price books."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("price_book.created", _("A price book was created"), shared=False)
@dataclass(frozen=True)
class Created:
    """What it is called."""

    code: str
    name: str


@events.declare("price_book.changed", _("A price book was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """``changes`` maps each field to its value before and after."""

    code: str
    changes: dict[str, list[Any]]


@events.declare("price_book.published", _("Prices of a book were published"), shared=False)
@dataclass(frozen=True)
class Published:
    """Which edition, from when on it holds, and what is other than before, in words."""

    code: str
    edition: int
    holds_from: datetime
    note: str
    changes: list[str]


@events.declare("price_book.taken_back", _("A planned price change was taken back"), shared=False)
@dataclass(frozen=True)
class TakenBack:
    """The edition that will not begin."""

    code: str
    edition: int
    holds_from: datetime


@events.declare("price_book.retired", _("A price book was retired"), shared=False)
@dataclass(frozen=True)
class Retired:
    """Which book; deals registered before keep their margin."""

    code: str


@events.declare("price_book.assigned", _("A price book was assigned to a partner"))
@dataclass(frozen=True)
class Assigned:
    """Which book, from when to when, and whether by its audience or by name."""

    book_id: UUID
    code: str
    name: str
    source: str
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@events.declare("price_book.unassigned", _("A price book no longer counts for a partner"))
@dataclass(frozen=True)
class Unassigned:
    """Which book, and why."""

    book_id: UUID
    code: str
    name: str
    source: str
    reason: str
