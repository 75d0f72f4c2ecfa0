"""What automations can do with price books."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.kernel.errors import Invalid
from openprm.partners.models import Partner
from openprm.pricing import services, when
from openprm.pricing.models import Assignment, PriceBook
from openprm.pricing.queries import open_at


def choices() -> list[tuple[str, str]]:
    """Return the books in use, by their lasting code."""
    books = PriceBook.objects.filter(state=PriceBook.State.PUBLISHED).order_by("name")
    return list(books.values_list("code", "name"))


def _book(given: Mapping[str, Any]) -> PriceBook:
    book = PriceBook.objects.filter(code=given["book"]).first()
    if book is None:
        message = _("There is no price book “%(code)s” any more. Choose another.") % {"code": given["book"]}
        raise Invalid(message, fields={"book": message})
    return book


def _assign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    book, days = _book(given), given.get("days")
    until = when.today(occasion.at).fromordinal(when.today(occasion.at).toordinal() + int(days)) if days else None
    services.assign(
        partner=Partner.objects.get(pk=occasion.partner_id), book=book, by=occasion.by, at=occasion.at, until=until,
        reason=given.get("reason", ""), key=occasion.key,
    )  # fmt: skip
    return _("assigned the price book %(book)s") % {"book": book.name}


def _unassign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    book = _book(given)
    if not _has(occasion, book, Assignment.Source.NAMED):
        return _("the price book %(book)s was not assigned by name") % {"book": book.name}
    services.unassign(
        partner=Partner.objects.get(pk=occasion.partner_id), book=book, by=occasion.by, at=occasion.at,
        reason=given.get("reason", ""),
    )  # fmt: skip
    return _("took away the price book %(book)s") % {"book": book.name}


def _foresee_assign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    book = _book(given)
    if _has(occasion, book, Assignment.Source.NAMED):
        return _("nothing: it has the price book %(book)s already") % {"book": book.name}
    return _("assign the price book %(book)s") % {"book": book.name}


def _foresee_unassign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    book = _book(given)
    if not _has(occasion, book, Assignment.Source.NAMED):
        return _("nothing: the price book %(book)s is not assigned by name") % {"book": book.name}
    return _("take away the price book %(book)s") % {"book": book.name}


def _has(occasion: Occasion, book: PriceBook, source: str) -> bool:
    held = Assignment.objects.filter(open_at(occasion.at), partner_id=occasion.partner_id, book=book, source=source)
    return held.exists()


actions = [
    Action(
        "pricing.assign",
        lazy("Assign a price book"),
        sentence=lazy("assign the price book {book}"),
        parameters=[
            Parameter("book", lazy("Price book"), "choice", choices=choices),
            Parameter(
                "days", lazy("For so many days"), "days", required=False, help=lazy("Empty: as long as it holds.")
            ),
            Parameter("reason", lazy("Reason"), "text", required=False),
        ],
        run=_assign,
        foresee=_foresee_assign,
        icon="tag",
        group=lazy("Programme"),
    ),
    Action(
        "pricing.unassign",
        lazy("Take a price book away"),
        sentence=lazy("take away the price book {book}"),
        parameters=[
            Parameter("book", lazy("Price book"), "choice", choices=choices),
            Parameter("reason", lazy("Reason"), "text", required=False),
        ],
        run=_unassign,
        foresee=_foresee_unassign,
        icon="tag",
        group=lazy("Programme"),
    ),
]
