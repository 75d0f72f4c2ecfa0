"""How a margin is found, compared and read, on plain values.

The rule, in one sentence: **the assigned book of the highest priority that has an entry for what is asked decides, and
the points of the partner's tier come on top, unless that edition says that they do not, or the entry is a net price.**
Within a book a SKU's own entry goes before its product line's, and that before the one for everything else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from openprm.kernel import numbers

MOST = Decimal(100)
CENT = Decimal("0.01")

Place = tuple[str, str]  # product line's id and SKU, "" where there is none


@dataclass(frozen=True, slots=True)
class Term:
    """An entry: what one product line or SKU costs; neither of both means everything else."""

    product_line: UUID | None = None
    sku: str = ""
    name: str = ""
    list_price: Decimal | None = None
    points: Decimal | None = None
    net_price: Decimal | None = None

    @property
    def place(self) -> Place:
        """Return what tells an entry from the others of its edition."""
        return ("", self.sku) if self.sku else (str(self.product_line or ""), "")

    @property
    def own_points(self) -> Decimal | None:
        """Return the points off the list price, None where only a net price is known."""
        if self.points is not None:
            return self.points
        if self.net_price is None or not self.list_price:
            return None
        return (MOST * (self.list_price - self.net_price) / self.list_price).quantize(CENT)


@dataclass(frozen=True, slots=True)
class Offer:
    """One book's entries for a partner, at one moment."""

    book: UUID
    priority: int
    terms: Sequence[Term]
    adds_tier_points: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a partner gets: the book and its entry that decide (None: no book has one), and the points.

    ``points`` is the whole, None where a net price without a list price says nothing about it. ``set_aside`` are books
    of lower priority that have an entry, too.
    """

    offer: Offer | None
    term: Term | None
    tier_points: Decimal
    points: Decimal | None
    set_aside: tuple[UUID, ...] = ()

    @property
    def tier_counts(self) -> bool:
        """Say whether the tier's points come on top."""
        if self.offer is None or self.term is None:
            return True
        return self.offer.adds_tier_points and self.term.points is not None


def rank(term: Term, line: UUID | None, sku: str) -> int:
    """Return how closely an entry speaks of what is asked; 0: not at all."""
    if term.sku:
        return 3 if sku and term.sku.casefold() == sku.casefold() else 0
    if term.product_line:
        return 2 if term.product_line == line else 0
    return 1


def best(terms: Iterable[Term], line: UUID | None, sku: str = "") -> Term | None:
    """Return the entry that speaks most closely of what is asked."""
    fitting = [term for term in terms if rank(term, line, sku)]
    return max(fitting, key=lambda term: rank(term, line, sku), default=None)


def tier_points_of(points: Mapping[UUID | None, Decimal], line: UUID | None) -> Decimal:
    """Return what the tier gives on a product line; where it names the line, that counts alone."""
    return points.get(line, points.get(None, Decimal(0)))


def find(offers: Iterable[Offer], tier: Mapping[UUID | None, Decimal], line: UUID | None, sku: str = "") -> Found:
    """Return what a partner with these books and this tier gets on a product line or SKU."""
    ordered = sorted(offers, key=lambda offer: -offer.priority)
    having = [(offer, term) for offer in ordered if (term := best(offer.terms, line, sku)) is not None]
    given = tier_points_of(tier, line)
    if not having:
        return Found(None, None, given, min(MOST, given))
    offer, term = having[0]
    found = Found(offer, term, given, term.own_points, tuple(other.book for other, _term in having[1:]))
    if found.tier_counts and term.points is not None:
        return Found(offer, term, given, min(MOST, term.points + given), found.set_aside)
    return found


def amount(points: Decimal | None, value: Decimal | None) -> Decimal | None:
    """Return what points of a value come to."""
    return None if points is None or value is None else (value * points / MOST).quantize(CENT)


class Change(StrEnum):
    """What happened to an entry between two editions."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that is not the same in two editions."""

    change: Change
    before: Term | None
    after: Term | None

    @property
    def term(self) -> Term:
        """Return the entry as it is, or as it was."""
        term = self.after or self.before
        assert term is not None
        return term

    @property
    def step(self) -> Decimal | None:
        """Return how many points more (or, below zero, fewer) a partner gets, where both tell."""
        if self.before is None or self.after is None:
            return None
        old, new = self.before.own_points, self.after.own_points
        return None if old is None or new is None else new - old


def compare(before: Iterable[Term], after: Iterable[Term]) -> list[Difference]:
    """Return what differs between two lists of entries, what is gone last."""
    old = {term.place: term for term in before}
    new = {term.place: term for term in after}
    found = [
        Difference(Change.CHANGED if place in old else Change.ADDED, old.get(place), term)
        for place, term in new.items()
        if old.get(place) != term
    ]
    return found + [Difference(Change.REMOVED, term, None) for place, term in old.items() if place not in new]


_AROUND = re.compile(r"^[A-Za-z]{0,3}[^\w.,-]{0,3}(?=-?\d)|[^\d]+$")  # a currency before it, anything behind it


def read_number(text: str) -> Decimal | None:
    """Return a number as people and spreadsheets write it (``12,5 %``, ``1.250,00 €``); None if it is none."""
    try:
        return numbers.read(_AROUND.sub("", re.sub(r"[\s'’%]", "", text)))
    except ValueError:
        return None
