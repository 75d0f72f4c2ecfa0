"""Partners, people and actors for tests of this chapter."""

from datetime import UTC, datetime
from typing import Any

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Person
from openprm.kernel.access import SYSTEM, Actor
from openprm.partners import services
from openprm.partners.models import Partner

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def partner(name: str = "Alfa Software", country: str = "DE", **more: Any) -> Partner:
    """Return a new active partner."""
    more.setdefault("status", "active")
    return services.create(legal_name=name, country=country, by=SYSTEM, at=NOW, **more)


def person(email: str, role: str, company: Partner | None = None) -> Person:
    """Return a new person with one role, the vendor's or a partner's."""
    name = email.partition("@")[0].replace(".", " ").title()
    return accounts.create_person(email=email, name=name, roles=[role], partner=company, by=SYSTEM, at=NOW)


def actor(email: str, role: str, company: Partner | None = None) -> Actor:
    """Return a new person as the one who acts."""
    return actors.of(person(email, role, company))
