"""Price books of the demo: one for everybody, one for managed services, and a promotion for the upper tiers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openprm.demo.programme import Programme
from openprm.kernel.access import SYSTEM
from openprm.pricing import services, when
from openprm.pricing.models import PriceBook
from openprm.pricing.rules import Term

STANDARD = {"cloud": 20, "edge": 18, "secure": 22, "insight": 20, "care": 12}
MANAGED = {"cloud": 28, "care": 25}
SKUS = (
    ("cloud", "HC-100", "Halden Cloud, 100 seats", "4800"),
    ("cloud", "HC-500", "Halden Cloud, 500 seats", "21500"),
    ("edge", "HE-G2", "Halden Edge gateway, second generation", "1290"),
)


def set_up(made: Programme, *, now: datetime) -> None:
    """Publish the books as they came about: the standard one first, the promotion last."""
    lines = {line.key: line.pk for line in made.lines}
    standard = _book(made.at, "standard", "Standard", 10, "For every partner of the programme.", {"all": []})
    first = [Term(lines[key], points=Decimal(value - 2)) for key, value in STANDARD.items()]
    _publish(standard, [*first, Term(points=Decimal(10))], made.at, note="The beginning")
    managed: dict[str, object] = {"field": "partner.business_model", "op": "any_of", "value": ["managed_services"]}
    msp = _book(made.at, "msp", "Managed services", 20, "For partners who run what they sell.", managed)
    _publish(msp, [Term(lines[key], points=Decimal(value)) for key, value in MANAGED.items()], made.at)
    raised = [Term(lines[key], points=Decimal(value)) for key, value in STANDARD.items()]
    skus = [
        Term(lines[key], sku, name, Decimal(price), points=Decimal(STANDARD[key] + 1)) for key, sku, name, price in SKUS
    ]
    then = max(made.at + timedelta(days=1), now - timedelta(days=150))
    _publish(standard, [*raised, *skus, Term(points=Decimal(10))], then, note="Two points more for everybody")
    _promotion(lines, now)
    coming = [Term(term.product_line, points=(term.points or Decimal(0)) + 1) for term in raised[:2]] + raised[2:]
    year = date(when.today(now).year + 1, 1, 1)
    _publish(standard, [*coming, *skus, Term(points=Decimal(10))], now - timedelta(days=3), year, "The new year's list")


def _promotion(lines: dict[str, UUID], now: datetime) -> None:
    upper = {"field": "partner.tier", "op": "in", "value": ["gold", "platinum"]}
    began = now - timedelta(days=20)
    book = services.create_book(
        code="gold-promotion", name="Gold promotion", currency="EUR", priority=50, audience=upper, by=SYSTEM, at=began,
        description="More on Edge for our gold and platinum partners.", ends_on=when.today(now) + timedelta(days=40),
    )  # fmt: skip
    services.write_draft(book=book, terms=[Term(lines["edge"], points=Decimal(32))], by=SYSTEM, at=began)
    services.set_terms(book=book, adds_tier_points=False, by=SYSTEM, at=began)
    services.publish(book=book, by=SYSTEM, at=began, note="Edge, second generation")


def _book(
    at: datetime, code: str, name: str, priority: int, description: str, audience: dict[str, object]
) -> PriceBook:
    return services.create_book(
        code=code, name=name, currency="EUR", priority=priority, description=description, audience=audience,
        by=SYSTEM, at=at,
    )  # fmt: skip


def _publish(book: PriceBook, terms: list[Term], at: datetime, starts_on: date | None = None, note: str = "") -> None:
    services.write_draft(book=book, terms=terms, by=SYSTEM, at=at)
    services.publish(book=book, starts_on=starts_on, note=note, by=SYSTEM, at=at)
