"""A small programme for drills: who decides, who registers, and what is for sale. Needs Django to be ready."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Person
from openprm.customers import services as customers
from openprm.deals import policies
from openprm.kernel import services as kernel
from openprm.kernel.access import SYSTEM, as_system
from openprm.partners import services as partners
from openprm.partners.models import Partner

MANAGERS = 2


@dataclass(frozen=True)
class Programme:
    """What the clients need: a token for each, and the cookies of somebody signed in."""

    tokens: list[str]
    cookies: dict[str, str]


def load(clients: int) -> Programme:
    """Make the vendor's people, a product line, and one partner with a salesperson for each client."""
    now = timezone.now()
    same: dict[str, Any] = {"by": SYSTEM, "at": now}
    with as_system():
        kernel.change_setting(key="api.requests_per_minute", value=100_000, **same)
        customers.create_product_line(key="cloud", name="Cloud", **same)
        for number in range(MANAGERS):
            _person(f"manager{number}@vendor.example", ["channel_manager"], None)
        sales = [_person(f"sales@partner{n}.example", ["sales"], _partner(n)) for n in range(clients)]
        return Programme([_token(person) for person in sales], _signed_in(sales[0]))


def _partner(number: int) -> Partner:
    return partners.create(
        legal_name=f"Partner {number} GmbH", country="DE", status="active", by=SYSTEM, at=timezone.now()
    )


def _person(email: str, roles: list[str], partner: Partner | None) -> Person:
    return accounts.create_person(
        email=email, name=email.partition("@")[0], roles=roles, partner=partner, by=SYSTEM, at=timezone.now()
    )


def _token(person: Person) -> str:
    by = actors.of(person)
    return accounts.create_token(
        name="Drill", verbs=[policies.VIEW, policies.REGISTER], expires_at=None, by=by, at=timezone.now()
    )[1]


def _signed_in(person: Person) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
