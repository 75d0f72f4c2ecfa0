"""The cast of these tests: the vendor's people, two partners, a distributor with a reseller."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from openprm.accounts import actors, services
from openprm.accounts.models import Person
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.partners.models import Partner

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def now() -> datetime:
    """The time of the story."""
    return NOW


@pytest.fixture
def system(db: None) -> Iterator[Actor]:
    """Act as OpenPRM for the length of the test."""
    with as_system() as actor:
        yield actor


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Everybody, by first name."""
    with as_system():
        alfa, beta = company("Alfa"), company("Beta")
        delta = company("Delta")
        epsilon = company("Epsilon", parent=delta)
        return SimpleNamespace(
            alfa=alfa,
            beta=beta,
            delta=delta,
            epsilon=epsilon,
            vera=somebody("vera@northwind.example", "admin"),
            carl=somebody("carl@northwind.example", "channel_manager"),
            anna=somebody("anna@alfa.example", "admin", alfa),
            sam=somebody("sam@alfa.example", "sales", alfa),
            bert=somebody("bert@beta.example", "admin", beta),
            dora=somebody("dora@delta.example", "admin", delta),
            emil=somebody("emil@epsilon.example", "sales", epsilon),
        )


def company(name: str, **details: Any) -> Partner:
    """Make an active partner."""
    return Partner.objects.create(
        legal_name=f"{name} GmbH", trading_name=name, country="DE", status="active", **details
    )


def somebody(email: str, role: str, partner: Partner | None = None, **details: Any) -> Person:
    """Make a person with one role and the password of all tests."""
    name = email.partition("@")[0].title()
    return services.create_person(
        email=email, name=name, roles=[role], partner=partner, password=PASSWORD, by=SYSTEM, at=NOW, **details
    )


def act(person: Person) -> Actor:
    """Return a person as the one who acts, read anew."""
    with as_system():
        return actors.of(Person.objects.select_related("partner").get(pk=person.pk))


def browser(person: Person) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    with as_system():
        client.force_login(Person.objects.get(pk=person.pk))
    return client


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None) -> Any:
    """Send the sign-in form."""
    return (client or Client()).post("/sign-in/", {"login": email, "password": password})
