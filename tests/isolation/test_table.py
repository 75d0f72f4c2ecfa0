"""Every page and operation × everybody × own and foreign ids: who gets in, and that nothing leaks or changes."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from openprm.accounts import services as accounts
from openprm.kernel.access import as_system, permissions
from openprm.partners.models import Partner
from tests.isolation import table, things
from tests.isolation.table import Row
from tests.isolation.things import SECRET
from tests.world import NOW, PARTNER_ROLES, VENDOR_ROLES, World

PAGES = [row for row in table.pages() if not row.is_open]
OPERATIONS = table.operations()
REFUSED = (401, 403, 404)
NUMBERS = {"job": 1, "session": 1, "passkey": 1}
UNSTEADY = ("django_session", "kernel_counter", "usersessions_usersession", "django_migrations")

pytestmark = pytest.mark.django_db


class Stage:
    """Everybody with their browser and token, Alfa's things, and the vendor's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things = things.secrets_of(world, world.alfa).__dict__ | things.of_the_vendor(world).__dict__
        self.competitor = world.beta
        self.browsers = {who: world.browser(who[1], who[0], raise_request_exception=False) for who in self.cast()}
        self.programs = {who: self._program(*who) for who in self.cast()}
        for browser in self.browsers.values():  # notes that somebody was seen, and a token used, are made once
            browser.get("/home/")
        for program in self.programs.values():
            program.get("/api/v1/me")

    def cast(self) -> list[tuple[Partner | None, str]]:
        """Return everybody: company (None for the vendor) and role."""
        ours = [(None, role) for role in VENDOR_ROLES]
        return (
            ours
            + [(self.world.alfa, role) for role in PARTNER_ROLES]
            + [(self.competitor, role) for role in PARTNER_ROLES]
        )

    def _program(self, company: Partner | None, role: str) -> Client:
        actor = self.world.actor(role, company)
        verbs = sorted(set(actor.grants) & set(permissions))
        with as_system():
            secret = accounts.create_token(name="test", verbs=verbs, expires_at=None, by=actor, at=NOW)[1]
        headers = {"Authorization": f"Bearer {secret}", "If-Match": "*"}
        return Client(headers=headers, raise_request_exception=False)

    def identifier(self, row: Row) -> Any:
        """Return the id of Alfa's (or the vendor's) thing that the address asks for."""
        return NUMBERS.get(row.subject, self.things.get(row.subject, "brand"))


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)


@pytest.fixture
def tried(db: None) -> Callable[..., Any]:
    """Return what sends a request and undoes whatever it did."""

    def send(client: Client, method: str, url: str, **options: Any) -> tuple[Any, bool]:
        with transaction.atomic():
            before = _fingerprint()
            response = client.generic(method, url, **options)
            changed = response.status_code in REFUSED and _fingerprint() != before
            transaction.set_rollback(True)
        return response, changed

    return send


def test_every_page_is_in_the_table() -> None:
    assert set(table.routes()) == {row.key for row in table.pages()}


def test_every_operation_is_in_the_table() -> None:
    assert table.offered() == {(row.method, row.key) for row in OPERATIONS}


def test_guests_are_sent_to_sign_in_from_every_page(stage: Stage, tried: Callable[..., Any]) -> None:
    for row in PAGES:
        response, changed = tried(Client(), row.method, _page(row, stage.identifier(row)))
        assert response.status_code in (302, 404), row
        assert response.status_code == 404 or response["Location"].startswith("/sign-in/"), row
        assert not changed, row


def test_programs_without_a_token_get_nowhere(stage: Stage, tried: Callable[..., Any]) -> None:
    for row in OPERATIONS:
        response, changed = tried(Client(), row.method, _operation(row, stage.identifier(row)))
        assert response.status_code == 401, row
        assert not changed, row


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_the_vendors_people_get_where_their_role_leads(stage: Stage, tried: Callable[..., Any], role: str) -> None:
    who = (None, role)
    for row, url, client in _everything(stage, who):
        response, changed = tried(client, row.method, url)
        _check(row, response.status_code, admitted=row.admits("vendor", role))
        assert not changed, row


@pytest.mark.parametrize("role", PARTNER_ROLES)
def test_a_partners_people_get_where_their_role_leads(stage: Stage, tried: Callable[..., Any], role: str) -> None:
    who = (stage.world.alfa, role)
    for row, url, client in _everything(stage, who):
        response, changed = tried(client, row.method, url)
        _check(row, response.status_code, admitted=row.admits("partner", role))
        assert not changed, row


@pytest.mark.parametrize("role", PARTNER_ROLES)
def test_a_competitor_learns_and_changes_nothing(stage: Stage, tried: Callable[..., Any], role: str) -> None:
    who = (stage.competitor, role)
    for row, url, client in _everything(stage, who):
        response, changed = tried(client, row.method, url)
        assert response.status_code < 500, row
        assert SECRET.lower() not in response.content.decode(errors="replace").lower(), row
        if row.subject in stage.things and row.subject != "product_line":
            assert response.status_code in (302, *REFUSED), (row, response.status_code)
        assert not changed, row


def _everything(stage: Stage, who: tuple[Partner | None, str]) -> Iterator[tuple[Row, str, Client]]:
    for row in PAGES:
        yield row, _page(row, stage.identifier(row)), stage.browsers[who]
    for row in OPERATIONS:
        yield row, _operation(row, stage.identifier(row)), stage.programs[who]


def _check(row: Row, status: int, *, admitted: bool) -> None:
    assert status < 500, (row, status)
    if admitted:
        assert status not in (401, 403, 405), (row, status)
    else:
        assert status in REFUSED, (row, status)


def _page(row: Row, identifier: Any) -> str:
    """Return the address of a page with the id in its place."""
    pattern = table.routes()[row.key]
    parts = []
    for part in pattern.split("/"):
        if part.startswith("<uuid:") and not isinstance(identifier, UUID):
            parts.append(str(uuid4()))
        elif part.startswith("<"):
            parts.append({"<slug:to>": "suspended", "<slug:role>": "channel_manager"}.get(part, str(identifier)))
        else:
            parts.append(part)
    return "/" + "/".join(parts)


def _operation(row: Row, identifier: Any) -> str:
    """Return the address of an operation with the id in its place."""
    parts = [
        "channel_manager" if part == "{role}" else str(identifier) if part.startswith("{") else part
        for part in row.key.split("/")
    ]
    return "/api/v1" + "/".join(parts)


def _fingerprint() -> str:
    """Return a digest of every row of every table that a refused request must leave alone."""
    with as_system(), connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in UNSTEADY]
        sums = [f"select '{name}', count(*), sum(hashtext(t::text)::bigint) from {name} t" for name in tables]
        cursor.execute(" union all ".join(sums))
        return str(cursor.fetchall())
