"""Price books as tests need them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from openprm.kernel.access import SYSTEM, as_system
from openprm.pricing import services
from openprm.pricing.models import PriceBook
from openprm.pricing.rules import Term
from tests.world import NOW, World

JANUARY = datetime(2027, 1, 1, 12, tzinfo=UTC)
ALFA_ONLY = {"field": "partner.name", "op": "is", "value": "Alfa"}


def points(value: Any, line: Any = None, **more: Any) -> Term:
    """Return an entry that gives points on a product line, or on everything."""
    return Term(line.pk if line else None, points=Decimal(str(value)), **more)


def book(
    world: World, code: str = "standard", *terms: Term, at: datetime = NOW, publish: bool = True, **more: Any
) -> PriceBook:
    """Return a book with these entries; without any, 20 points on everything."""
    details: dict[str, Any] = {"name": code.title(), "currency": "EUR", "priority": 10} | more
    adds = details.pop("adds_tier_points", True)
    with as_system():
        made = services.create_book(code=code, by=SYSTEM, at=at, **details)
        services.write_draft(book=made, terms=terms or [points(20)], by=SYSTEM, at=at)
        services.set_terms(book=made, adds_tier_points=adds, by=SYSTEM, at=at)
        if publish:
            services.publish(book=made, by=SYSTEM, at=at)
        return PriceBook.objects.get(pk=made.pk)


def reprice(made: PriceBook, *terms: Term, at: datetime, starts_on: date | None = None) -> None:
    """Publish other prices of a book."""
    with as_system():
        services.write_draft(book=made, terms=terms, by=SYSTEM, at=at)
        services.publish(book=made, starts_on=starts_on, by=SYSTEM, at=at)
