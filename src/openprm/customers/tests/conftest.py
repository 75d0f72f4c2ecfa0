"""What tests of accounts and opportunities share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from openprm.customers import services
from openprm.customers.models import Account
from openprm.kernel import access
from openprm.kernel.access import SYSTEM

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """The time at which everything happens."""
    return AT


@pytest.fixture
def as_system(db: None) -> Iterator[None]:
    """Act as OpenPRM itself."""
    with access.as_system():
        yield


@pytest.fixture
def account(as_system: None) -> Callable[..., Account]:
    """Make an account: ``account("Siemens AG", country="DE")``."""

    def make(name: str, **details: Any) -> Account:
        return services.create_account(name=name, by=SYSTEM, at=AT, **details)

    return make
