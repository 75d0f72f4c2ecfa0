"""The facts of price books."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events
from openprm.pricing.models import Assignment

_Code = Annotated[str, events.Words(_("price book's code"))]
_Name = Annotated[str, events.Words(_("name of the price book"))]
_Edition = Annotated[int, events.Words(_("edition"))]
_HoldsFrom = Annotated[datetime, events.Words(_("date from which the prices hold"))]
_BookId = Annotated[UUID, events.Words(_("id of the price book"))]
_Source = Annotated[str, events.Words(_("way it was assigned"), Assignment.Source.choices)]
_Reason = Annotated[str, events.Words(_("reason"))]


@events.declare("price_book.created", _("A price book was created"), shared=False)
@dataclass(frozen=True)
class Created:
    """What it is called."""

    code: _Code
    name: _Name


@events.declare("price_book.changed", _("A price book was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """``changes`` maps each field to its value before and after."""

    code: _Code
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]


@events.declare("price_book.published", _("Prices of a book were published"), shared=False)
@dataclass(frozen=True)
class Published:
    """Which edition, from when on it holds, and what is other than before, in words."""

    code: _Code
    edition: _Edition
    holds_from: _HoldsFrom
    note: Annotated[str, events.Words(_("note on the edition"))]
    changes: Annotated[list[str], events.Words(_("changes in words"))]


@events.declare("price_book.taken_back", _("A planned price change was taken back"), shared=False)
@dataclass(frozen=True)
class TakenBack:
    """The edition that will not begin."""

    code: _Code
    edition: _Edition
    holds_from: _HoldsFrom


@events.declare("price_book.retired", _("A price book was retired"), shared=False)
@dataclass(frozen=True)
class Retired:
    """Which book; deals registered before keep their margin."""

    code: _Code


@events.declare("price_book.assigned", _("A price book was assigned to a partner"))
@dataclass(frozen=True)
class Assigned:
    """Which book, from when to when, and whether by its audience or by name."""

    book_id: _BookId
    code: _Code
    name: _Name
    source: _Source
    starts_at: Annotated[datetime, events.Words(_("date from which it counts"))]
    ends_at: Annotated[datetime | None, events.Words(_("date until which it counts"))]
    reason: _Reason


@events.declare("price_book.unassigned", _("A price book no longer counts for a partner"))
@dataclass(frozen=True)
class Unassigned:
    """Which book, and why."""

    book_id: _BookId
    code: _Code
    name: _Name
    source: _Source
    reason: _Reason
