"""The kernel's tests run with the kernel's own cast."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from openprm.kernel.access import SYSTEM, Actor, enter


@pytest.fixture(autouse=True)
def _own_cast(settings: pytest.FixtureRequest) -> None:
    settings.OPENPRM_ACTOR_RESOLVER = "openprm.kernel.tests.cast.resolve"


@pytest.fixture
def as_system(db: None) -> Iterator[None]:
    """Run the test in the scope of the system."""
    with enter(SYSTEM):
        yield


@pytest.fixture
def bearer(db: None) -> Callable[[Actor], Client]:
    """Return a client of the API that holds an actor's token."""
    return lambda actor: Client(
        headers={"Authorization": f"Bearer {_name(actor)}", "Accept": "application/json"}, raise_request_exception=False
    )


@pytest.fixture
def signed_in(db: None) -> Callable[[Actor], Client]:
    """Return a browser in which an actor has signed in."""

    def client(actor: Actor) -> Client:
        browser = Client()
        browser.cookies["who"] = _name(actor)
        return browser

    return client


def _name(actor: Actor) -> str:
    return "viewing" if actor.viewer else actor.name.lower()
