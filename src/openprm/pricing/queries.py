"""The questions about prices: which books a partner has, and which margin it gets.

Price books are closed to partners' transactions. What is read here for a partner is read as the system, and only by
way of the partner's own assignments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.kernel.access import as_system
from openprm.kernel.ui import times
from openprm.pricing import rules, sheets, when, words
from openprm.pricing.models import Assignment, Edition, Entry, PriceBook
from openprm.pricing.rules import Found, Offer, Term
from openprm.program import queries as program

MOST_LINES = 200


def open_at(at: datetime) -> Q:
    """Return the condition for assignments that have not ended."""
    return Q(period__upper_inf=True) | Q(period__endswith__gt=at)


def tier_points(partner_id: UUID, at: datetime) -> Mapping[UUID | None, Decimal]:
    """Return what the partner's tiers gave at a moment: points by product line, None for all."""
    return program.discount_points(partner_id, at)


@dataclass(frozen=True, slots=True)
class Margin:
    """What a partner gets on a product line or SKU, and why, in words.

    ``points`` is the whole in percent of the list price; None where a net price stands without one. ``until`` is when
    it may become another one, None for no known day.
    """

    line_id: UUID | None
    line: str
    sku: str
    book_id: UUID | None
    book: str
    currency: str
    edition: int | None
    book_points: Decimal | None
    tier_points: Decimal
    tier_counts: bool
    points: Decimal | None
    list_price: Decimal | None
    net_price: Decimal | None
    until: datetime | None
    why: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Say whether there is anything to tell."""
        return self.book_id is not None or bool(self.tier_points)

    @property
    def words(self) -> str:
        """Return it in short: ``25%``, or the net price."""
        if self.points is not None:
            return words.percent(self.points)
        return words.price(Term(net_price=self.net_price), self.currency)

    @property
    def last_day(self) -> date | None:
        """Return the last day on which it is sure to hold."""
        return when.last_day(self.until)

    def amount(self, value: Decimal | None) -> Decimal | None:
        """Return what it comes to on a value."""
        return rules.amount(self.points, value)


@dataclass(frozen=True, slots=True)
class Holding:
    """A book that counts for a partner: since when and why, and the edition that is in force."""

    assignment: Assignment
    book: PriceBook
    edition: Edition | None
    terms: tuple[Term, ...]

    @property
    def until(self) -> datetime | None:
        """Return when the book or its prices end, whichever comes first."""
        ends = [end for end in (self.assignment.ends_at, self.edition and self.edition.ends_at) if end]
        return min(ends, default=None)

    @property
    def offer(self) -> Offer:
        """Return it as the rules read it."""
        adds = self.edition.adds_tier_points if self.edition else True
        return Offer(self.book.pk, self.assignment.priority, self.terms, adds)


def books_of(partner_id: UUID, at: datetime) -> list[Holding]:
    """Return the books that count for a partner at a moment, with their prices then, highest priority first."""
    with as_system():
        held = Assignment.objects.filter(partner_id=partner_id, period__contains=at).select_related("book")
        assignments = list(held.order_by("-priority"))
        in_force = Edition.objects.filter(
            book__in=[one.book_id for one in assignments], state=Edition.State.PUBLISHED, period__contains=at
        )
        editions = {one.book_id: one for one in in_force.prefetch_related("entries")} if assignments else {}
    found = []
    for one in assignments:
        edition = editions.get(one.book_id)
        terms = tuple(entry.term for entry in edition.entries.all()) if edition else ()
        found.append(Holding(one, one.book, edition, terms))
    return found


def coming_to(partner_id: UUID, at: datetime) -> list[tuple[Edition | None, Edition]]:
    """Return the published price changes to come in the books a partner has, soonest first, each with what it ends."""
    with as_system():
        mine = Assignment.objects.filter(open_at(at), partner_id=partner_id)
        published = Edition.objects.filter(state=Edition.State.PUBLISHED, book__assignments__in=mine)
        lasting = published.filter(Q(period__upper_inf=True) | Q(period__endswith__gt=at)).distinct()
        found = list(lasting.select_related("book").prefetch_related("entries").order_by("period")[:100])
    ending = {(one.book_id, one.ends_at): one for one in found}
    return [(ending.get((one.book_id, one.starts_at)), one) for one in found if one.period.lower > at]


def margin(partner_id: UUID, line: UUID | None, at: datetime, sku: str = "") -> Margin:
    """Return what a partner gets (or got) on a product line at a moment, and why."""
    return margins(partner_id, [line], at, sku)[0]


def margins(
    partner_id: UUID,
    lines: Sequence[UUID | None],
    at: datetime,
    sku: str = "",
    *,
    names: Mapping[UUID, str] | None = None,
) -> list[Margin]:
    """Return what a partner gets on several product lines at a moment, in their order; a bounded set of queries.

    ``names`` are those of the lines, where the caller has read them already.
    """
    with as_system():  # once for all that follows, each of which needs it
        holdings = {one.book.pk: one for one in books_of(partner_id, at)}
        tier = tier_points(partner_id, at)
        names = line_names(line for line in lines if line) if names is None else names
    offers = [one.offer for one in holdings.values()]
    return [_said(rules.find(offers, tier, line, sku), line, sku, holdings, names) for line in lines]


def line_names(lines: Iterable[UUID] | None = None) -> dict[UUID, str]:
    """Return the names of product lines (None: of all)."""
    known = ProductLine.objects.all() if lines is None else ProductLine.objects.filter(pk__in=list(lines))
    return dict(known.values_list("pk", "name"))


def active_lines() -> dict[UUID, str]:
    """Return the names of the product lines that are sold now."""
    return dict(ProductLine.objects.filter(active=True).values_list("pk", "name")[:MOST_LINES])


def terms_of(edition: Edition | None) -> list[Term]:
    """Return the entries of an edition as plain values, as its list shows them."""
    if edition is None:
        return []
    if "entries" in getattr(edition, "_prefetched_objects_cache", {}):  # read already, perhaps for a partner
        return [entry.term for entry in edition.entries.all()]
    return [entry.term for entry in entries_of(edition)]


def table_of(terms: Iterable[Term]) -> list[list[Any]]:
    """Return prices as the rows of a file."""
    return sheets.rows(terms, line_names())


def entries_of(edition: Edition) -> QuerySet[Entry]:
    """Return the entries of an edition: product lines by name, SKUs, and what holds for everything else last."""
    return edition.entries.select_related("product_line").order_by("product_line__name", "sku", "pk")


def edition_at(book: PriceBook, at: datetime) -> Edition | None:
    """Return the edition of a book that is in force at a moment."""
    return book.editions.filter(state=Edition.State.PUBLISHED, period__contains=at).first()


def newest(book: PriceBook) -> Edition | None:
    """Return the published edition that begins last."""
    return book.editions.filter(state=Edition.State.PUBLISHED).order_by("-period").first()


def draft_of(book: PriceBook) -> Edition | None:
    """Return the edition that is being written."""
    return book.editions.filter(state=Edition.State.DRAFT).first()


def holders_of(book: PriceBook, at: datetime) -> QuerySet[Assignment]:
    """Return the assignments of a book that have not ended, by partner."""
    return Assignment.objects.filter(open_at(at), book=book).select_related("partner").order_by("partner__name")


def with_editions(books: QuerySet[PriceBook]) -> QuerySet[PriceBook]:
    """Return books with all of their editions read."""
    return books.prefetch_related(Prefetch("editions", Edition.objects.order_by("-number")))


def _said(
    found: Found, line: UUID | None, sku: str, holdings: Mapping[UUID, Holding], names: Mapping[UUID, str]
) -> Margin:
    holding = holdings[found.offer.book] if found.offer else None
    name = names.get(line, "") if line else ""
    term = found.term
    return Margin(
        line_id=line,
        line=name,
        sku=sku,
        book_id=holding.book.pk if holding else None,
        book=holding.book.name if holding else "",
        currency=holding.book.currency if holding else "",
        edition=holding.edition.number if holding and holding.edition else None,
        book_points=term.own_points if term else None,
        tier_points=found.tier_points,
        tier_counts=found.tier_counts,
        points=found.points,
        list_price=term.list_price if term else None,
        net_price=term.net_price if term else None,
        until=holding.until if holding else None,
        why=tuple(_reasons(found, holding, sku or name, [holdings[pk].book.name for pk in found.set_aside])),
    )


def _reasons(found: Found, holding: Holding | None, what: str, others: Sequence[str]) -> Iterable[str]:
    what = what or _("everything")
    if holding is None or found.term is None:
        yield _("No price book of yours names %(what)s.") % {"what": what}
    elif found.term.points is None:
        price = words.price(found.term, holding.book.currency)
        yield _("“%(book)s” has a %(price)s price for %(what)s.") % {
            "book": holding.book.name, "price": price, "what": what,
        }  # fmt: skip
    else:
        given = words.points(found.term.points)
        yield _("“%(book)s” gives %(points)s on %(what)s.") % {
            "book": holding.book.name, "points": given, "what": what,
        }  # fmt: skip
    if others:
        yield _("It goes before %(books)s, which has a lower priority.") % {
            "books": ", ".join(f"“{name}”" for name in others)
        }
    if found.tier_points:
        given = words.points(found.tier_points)
        if found.tier_counts:
            yield _("Your tier adds %(points)s.") % {"points": given}
        elif found.term is not None and found.term.points is None:
            yield _("The %(points)s of your tier do not come on top of a net price.") % {"points": given}
        else:
            yield _("The %(points)s of your tier do not come on top of these prices.") % {"points": given}
    if holding is not None and holding.until is not None:
        yield _("It holds until %(day)s.") % {"day": times.day(when.last_day(holding.until) or holding.until)}
