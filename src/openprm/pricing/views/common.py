"""What the pages of price books share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.ui.tones import Status
from openprm.pricing import policies, queries, rules, sheets, words
from openprm.pricing.models import Edition, PriceBook
from openprm.pricing.rules import Change, Difference, Term

READ_WRITE, POST = ("GET", "POST"), ("POST",)


def find(request: Request, pk: UUID) -> PriceBook:
    """Return a book that this reader may see, or 404."""
    return get_object_or_404(policies.visible_to(request.actor), pk=pk)


def attempt(request: Request, act: Callable[[], Any], done: str) -> bool:
    """Do something; say in a toast what came of it, and return whether it was done."""
    try:
        act()
    except (Invalid, Refusal, Stale) as problem:
        details = [text for text in problem.fields.values() if text not in str(problem)]
        toast(request, " ".join([str(problem), *details]), tone="blocked")
        return False
    toast(request, done)
    return True


def standing(book: PriceBook, at: Any) -> Status:
    """Return where a book stands, in words and colour."""
    if book.state == PriceBook.State.RETIRED:
        return Status(_("Retired"), "neutral", "archive")
    if book.state == PriceBook.State.DRAFT:
        return Status(_("Draft"), "possible", "pencil", next=_("Publish its prices, and its partners get it."))
    if book.starts_at > at:
        return Status(_("Planned"), "info", "calendar-event")
    if book.ends_at is not None and book.ends_at <= at:
        return Status(_("Ended"), "neutral", "calendar-due")
    return Status(_("In force"), "clear")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a list shows it."""

    what: str
    sku: str
    name: str
    list_price: Any
    points: str
    net_price: Any


@dataclass(frozen=True, slots=True)
class Prices:
    """A list of entries, and which columns it needs."""

    rows: list[Row]

    @property
    def has_list_prices(self) -> bool:
        """Say whether any entry has a list price."""
        return any(row.list_price is not None for row in self.rows)

    @property
    def has_net_prices(self) -> bool:
        """Say whether any entry has a net price."""
        return any(row.net_price is not None for row in self.rows)


def prices(terms: Iterable[Term], lines: dict[UUID, str]) -> Prices:
    """Return entries as a list shows them."""
    rows = [
        Row(
            what=_line_of(term, lines),
            sku=term.sku,
            name=term.name,
            list_price=term.list_price,
            points=words.percent(term.own_points) if term.own_points is not None else "",
            net_price=term.net_price,
        )
        for term in terms
    ]
    return Prices(rows)


def _line_of(term: Term, lines: dict[UUID, str]) -> str:
    if term.product_line:
        return lines.get(term.product_line, "–")
    return "" if term.sku else _("Everything else")


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference as a page shows it: a sentence, and in which colour."""

    text: str
    label: Any
    tone: str
    step: str
    is_less: bool


def shown(found: Sequence[Difference], lines: dict[UUID, str], currency: str, most: int = 200) -> list[Shown]:
    """Return differences as a page shows them."""
    return [
        Shown(
            text=words.difference(one, lines, currency),
            label=words.CHANGES[one.change],
            tone=words.CHANGE_TONES[Change(one.change)],
            step=_step(one),
            is_less=bool(one.step and one.step < 0),
        )
        for one in found[:most]
    ]


def _step(found: Difference) -> str:
    if not found.step:
        return ""
    sign = "+" if found.step > 0 else "−"
    return f"{sign}{words.points(abs(found.step))}"


def differences(before: Edition | None, after: Edition | None, lines: dict[UUID, str]) -> list[Shown]:
    """Return what differs between two editions, with whether the tier's points come on top first."""
    book = (after or before).book if after or before else None  # type: ignore[union-attr]
    currency = book.currency if book else ""
    found = shown(rules.compare(queries.terms_of(before), queries.terms_of(after)), lines, currency)
    if before and after and before.adds_tier_points != after.adds_tier_points:
        yes, no = _("The tier's points come on top."), _("The tier's points no longer come on top.")
        found.insert(0, Shown(yes if after.adds_tier_points else no, _("Changed"), "info", "", False))
    return found


def download(name: str, table: list[list[Any]], kind: str, day: date) -> HttpResponse:
    """Return rows as a file."""
    if kind == "xlsx":
        content, media = sheets.as_xlsx(table, name), sheets.XLSX
    else:
        kind, content, media = "csv", sheets.as_csv(table), "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "prices"}-{day:%Y-%m-%d}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
