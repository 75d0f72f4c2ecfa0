"""Every page and operation × everybody × own and foreign ids: who gets in, and that nothing leaks or changes."""

import json
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.kernel.access import as_system, permissions
from openprm.partners.models import Partner
from tests.isolation import table, things
from tests.isolation.table import Row
from tests.isolation.things import SECRET
from tests.world import NOW, PARTNER_ROLES, VENDOR_ROLES, World

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/webhooks/{endpoint_id}"): {"description": "changed"},
    ("POST", "/programme-as-code/plan"): {"files": {"programme.yaml": "format: 1\nsections: []\n"}},
    ("POST", "/programme-as-code/apply"): {
        "files": {"programme.yaml": "format: 1\nsections: []\n"},
        "digest": "0",
    },
    ("POST", "/programme-as-code/starters/{key}/apply"): {"digest": "0"},
    ("PUT", "/settings/{key}"): {"value": 60},
    ("POST", "/notification-preferences"): {
        "choices": [{"kind": "deals.decided", "channel": "app", "mode": "off"}],
    },
    ("PATCH", "/people/{person_id}"): {"name": "Changed"},
    ("PUT", "/people/{person_id}/roles"): {"roles": ["viewer"]},
    ("PUT", "/roles/{role_id}/grants"): {"grants": {}},
    ("POST", "/partners/{partner_id}/status"): {"status": "suspended", "reason": "other"},
    ("POST", "/partners/{partner_id}/team"): {"role": "channel_manager", "person_id": "@person"},
    ("PATCH", "/partners/{partner_id}"): {"trading_name": "Changed"},
    ("PATCH", "/audiences/{audience_id}"): {"name": "Changed"},
    ("POST", "/audiences/preview"): {"subject": "partner", "predicate": {"all": []}},
    ("POST", "/deals/{deal_id}/ask"): {"text": "Who?"},
    ("PATCH", "/deals/{deal_id}"): {"contact": "Changed"},
    ("POST", "/deals/{deal_id}/withdraw"): {"code": "other"},
    ("POST", "/deals/{deal_id}/lose"): {"code": "price"},
    ("POST", "/deals/{deal_id}/company"): {"account_id": "@account", "verdict": "same"},
    ("POST", "/accounts/{account_id}/decisions"): {"verdict": "same", "name": "Contoso"},
    ("POST", "/deals/{deal_id}/reject"): {"code": "other"},
    ("POST", "/deals/{deal_id}/mark-duplicate"): {"code": "own_registration"},
    ("POST", "/deals/{deal_id}/comments"): {"text": "Hello."},
    ("POST", "/deals/{deal_id}/notes"): {"text": "Hello."},
    ("POST", "/deals/{deal_id}/disputes"): {"subject": "rejection", "text": "It was ours before anybody else's."},
    ("POST", "/disputes/{dispute_id}/statements"): {"text": "Hello."},
    ("POST", "/disputes/{dispute_id}/ask"): {"text": "Hello."},
    ("POST", "/disputes/{dispute_id}/answer"): {"text": "Hello."},
    ("POST", "/disputes/{dispute_id}/appeal"): {"text": "Somebody else should look at this."},
    ("POST", "/disputes/{dispute_id}/decide"): {"outcome": "rejected", "code": "other", "text": "Not this time."},
    ("POST", "/disputes/{dispute_id}/decide-appeal"): {"outcome": "rejected", "code": "other", "text": "Still not."},
    ("POST", "/disputes/{dispute_id}/ask-other-side"): {"deal_id": "@deal"},
    ("POST", "/disputes/{dispute_id}/notes"): {"text": "Hello."},
    ("POST", "/registration-reviews/{review_id}/answer"): {"text": "Hello."},
    ("PUT", "/approval-rules/{rule_id}"): {"name": "r", "most": "1.00", "currency": "EUR", "levels": ["clear"]},
    ("POST", "/deals/{deal_id}/activities"): {"kind": "call", "title": "Called."},
    ("POST", "/deals/{deal_id}/extensions"): {"days": 5, "reason": "More time."},
    ("POST", "/deals/{deal_id}/extend"): {"days": 5},
    ("POST", "/extensions/{extension_id}/decline"): {"code": "other"},
    ("PUT", "/protection-windows/{window_id}"): {"tier": "gold", "days": 5},
    ("POST", "/protection-windows"): {"tier": "gold", "days": 5},
    ("PUT", "/extension-rules/{rule_id}"): {"name": "r", "allowed": "once"},
    ("POST", "/extension-rules"): {"name": "r", "allowed": "once"},
    ("PUT", "/rules-of-engagement/draft"): {"rules": []},
    ("POST", "/rules-of-engagement/previews"): {"rules": [], "since": "2026-01-01", "until": "2026-12-31"},
    ("POST", "/price-books"): {"code": "new", "name": "New", "currency": "EUR", "priority": 5},
    ("PATCH", "/price-books/{book_id}"): {"name": "Changed"},
    ("PUT", "/price-books/{book_id}/draft"): {"entries": [{"points": "5"}]},
    ("POST", "/partners/{partner_id}/price-books"): {"book_id": "@price_book"},
    ("POST", "/tasks/{task_id}/send-back"): {"text": "Sign it."},
    ("POST", "/journeys/{journey_id}/cancel"): {"text": "Later."},
    ("PUT", "/journey-templates/{template_id}"): {"name": "Changed"},
    ("PUT", "/territories"): {"person_id": "@person", "duty": "regional_director", "regions": []},
    ("PATCH", "/automations/{automation_id}"): {"name": "Changed"},
    ("POST", "/automations/{automation_id}/foresee"): {"partner_id": "@partner"},
    ("POST", "/automations/{automation_id}/run"): {"partner_id": "@partner"},
    ("POST", "/email-templates"): {"name": "n", "subject": "s", "body": "b"},
    ("PUT", "/email-templates/{template_id}"): {"name": "n", "subject": "s", "body": "b"},
    ("POST", "/email-templates/{template_id}/preview"): {"partner_id": "@partner"},
    ("POST", "/approval-rules"): {"name": "r", "most": "1.00", "currency": "EUR", "levels": ["clear"]},
}

BODIES |= {
    ("POST", "/news-posts"): {"title": "New prices", "text": "From January."},
    ("PATCH", "/news-posts/{post_id}"): {"title": "Changed"},
    ("POST", "/application-forms"): {"title": "Resellers", "code": "resellers"},
    ("PUT", "/application-forms/{form_id}"): {"title": "Resellers"},
    ("POST", "/applications"): {
        "form": "secret", "email": "b@example.org", "contact_name": "B", "legal_name": "B Ltd", "country": "DE"
    },
    ("POST", "/applications/{application_id}/ask"): {"text": "Why?"},
    ("POST", "/applications/{application_id}/notes"): {"text": "Known."},
    ("POST", "/applications/{application_id}/reject"): {"reason": "does_not_fit"},
    ("PUT", "/partners/{partner_id}/listing"): {"listed": False},
    ("PUT", "/partner-imports/{import_id}/columns"): {"mapping": {"legal_name": 0}},
}  # fmt: skip

UPLOADS = {
    ("POST", "/partner-imports"),
    ("POST", "/partners/{partner_id}/logo"),
    ("POST", "/settings/{key}/picture"),
    ("POST", "/disputes/{dispute_id}/evidence"),
    ("POST", "/registration-reviews/{review_id}/evidence"),
    ("POST", "/price-books/{book_id}/imports"),
    ("POST", "/tasks/{task_id}/files"),
}
NOTES = SimpleUploadedFile("notes.txt", b"Called.")
FORMS: dict[tuple[str, str], dict[str, Any]] = {  # operations that take files, and so a form
    ("POST", "/deals/{deal_id}/disputes/with-files"): {
        "subject": "rejection", "text": "It was ours before anybody else's.", "files": NOTES
    },
    ("POST", "/disputes/{dispute_id}/answer/with-files"): {"text": "Hello.", "files": NOTES},
    ("POST", "/disputes/{dispute_id}/appeal/with-files"): {"text": "Somebody else should look here.", "files": NOTES},
    ("POST", "/deals/{deal_id}/activities/with-files"): {"kind": "call", "title": "Called.", "files": NOTES},
}  # fmt: skip

PAGES = [row for row in table.pages() if not row.is_open]
OPERATIONS = table.operations()
REFUSED = (401, 403, 404)
NUMBERS = {
    "job": 1,
    "session": 1,
    "passkey": 1,
    "setting": "deals.protection_days",
    "figure": "time",
    "reached": "activation",
}
PARTS = {
    "<slug:to>": "suspended",
    "<slug:role>": "channel_manager",
    "<str:action>": "wait",
    "<slug:step>": "s1",
    "<int:number>": "1",
}  # of addresses with more in them than one id
UNSTEADY = ("django_session", "kernel_counter", "usersessions_usersession", "django_migrations")

pytestmark = pytest.mark.django_db


class Stage:
    """Everybody with their browser and token, Alfa's things, and the vendor's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things = things.secrets_of(world, world.alfa).__dict__ | things.of_the_vendor(world).__dict__
        self.vendors_own = things.counterparts(world)
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

    def identifier(self, row: Row, *, for_vendor: bool = False) -> Any:
        """Return the id of Alfa's (or the vendor's) thing that the address asks for."""
        own = self.vendors_own if for_vendor else {}
        return own.get(row.subject) or NUMBERS.get(row.subject) or self.things.get(row.subject, "brand")


@pytest.fixture
def stage(world: World, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Set the stage. When somebody was last seen is noted once: on a slow machine it would look like a change."""
    monkeypatch.setattr(actors, "SEEN_EVERY", timedelta(days=1))
    return Stage(world)


@pytest.fixture
def tried(db: None) -> Callable[..., Any]:
    """Return what sends a request and undoes whatever it did."""

    def send(client: Client, method: str, url: str, **options: Any) -> tuple[Any, bool]:
        with transaction.atomic():
            before = _fingerprint() if method != "GET" else ""
            cookies = copy(client.cookies)
            response = client.generic(method, url, **options)
            client.cookies = cookies  # whoever signed out is still there for the next page
            changed = bool(before) and response.status_code in REFUSED and _fingerprint() != before
            transaction.set_rollback(True)
        return response, changed

    return send


def test_every_page_is_in_the_table() -> None:
    assert set(table.routes()) == {row.key for row in table.pages()}


def test_every_operation_is_in_the_table() -> None:
    assert table.offered() == {(row.method, row.key) for row in OPERATIONS}


def test_guests_are_sent_to_sign_in_from_every_page(stage: Stage, tried: Callable[..., Any]) -> None:
    for row in PAGES:
        response, changed = tried(Client(), row.method, page_address(row, stage.identifier(row)))
        assert response.status_code in (302, 404), row
        assert response.status_code == 404 or response["Location"].startswith("/sign-in/"), row
        assert not changed, row


def test_programs_without_a_token_get_nowhere(stage: Stage, tried: Callable[..., Any]) -> None:
    for row in OPERATIONS:
        response, changed = tried(Client(), row.method, operation_address(row, stage.identifier(row)))
        assert response.status_code == 401, row
        assert not changed, row


def test_the_vendors_people_get_where_their_roles_lead(stage: Stage, tried: Callable[..., Any]) -> None:
    assert _surprises(stage, tried, None, VENDOR_ROLES, lambda row, role: row.admits("vendor", role)) == ""


def test_a_partners_people_get_where_their_roles_lead(stage: Stage, tried: Callable[..., Any]) -> None:
    alfa = stage.world.alfa
    assert _surprises(stage, tried, alfa, PARTNER_ROLES, lambda row, role: row.admits("partner", role)) == ""


def test_a_competitor_learns_and_changes_nothing(stage: Stage, tried: Callable[..., Any]) -> None:
    def is_public(row: Row, role: str) -> bool:
        return row.admits("partner", role) and (row.subject == "product_line" or row.subject not in stage.things)

    assert _surprises(stage, tried, stage.competitor, PARTNER_ROLES, is_public, secret=SECRET) == ""


def _surprises(
    stage: Stage,
    tried: Callable[..., Any],
    company: Partner | None,
    roles: tuple[str, ...],
    admitted: Callable[[Row, str], bool],
    secret: str = "",
) -> str:
    """Let everybody with these roles try everything, and return what was not as the table says, a line each."""
    surprises = []
    for role in roles:
        for row, url, client in _everything(stage, (company, role)):
            options = _body(stage, row) if row.key.startswith("/") else {}
            response, changed = tried(client, row.method, url, **options)
            status, text = response.status_code, response.content.decode(errors="replace").lower()
            expected = status not in (401, 403, 405) if admitted(row, role) else status in REFUSED
            if status >= 500 or not expected or changed or (secret and secret.lower() in text):
                where = response.headers.get("Location", "")
                surprises.append(f"{role} {row.method} {row.key}: {status} {where}{' changed' * changed}")
    return "\n".join(surprises)


def _body(stage: Stage, row: Row) -> dict[str, Any]:
    """Return a body that the operation understands, naming Alfa's things, so that only access can refuse it."""
    if (row.method, row.key) in UPLOADS:
        upload = SimpleUploadedFile("picture.png", b"no picture", "image/png")
        sent = {"text": "Hello.", "file": upload}
        return {"data": encode_multipart(BOUNDARY, sent), "content_type": MULTIPART_CONTENT}
    if form := FORMS.get((row.method, row.key)):
        form["files"].seek(0)
        return {"data": encode_multipart(BOUNDARY, form), "content_type": MULTIPART_CONTENT}
    body = BODIES.get((row.method, row.key), {})
    filled = {key: str(stage.things[value[1:]]) if str(value).startswith("@") else value for key, value in body.items()}
    return {"data": json.dumps(filled), "content_type": "application/json"} if row.method != "GET" else {}


def _everything(stage: Stage, who: tuple[Partner | None, str]) -> Iterator[tuple[Row, str, Client]]:
    for row in PAGES:
        yield row, page_address(row, stage.identifier(row, for_vendor=who[0] is None)), stage.browsers[who]
    for row in OPERATIONS:
        yield row, operation_address(row, stage.identifier(row, for_vendor=who[0] is None)), stage.programs[who]


def page_address(row: Row, identifier: Any) -> str:
    """Return the address of a page with the id in its place."""
    pattern = table.routes()[row.key]
    parts = []
    for part in pattern.split("/"):
        if part.startswith("<uuid:") and not isinstance(identifier, UUID):
            parts.append(str(uuid4()))
        elif part.startswith("<"):
            parts.append(PARTS.get(part, str(identifier)))
        else:
            parts.append(part)
    return "/" + "/".join(parts)


def operation_address(row: Row, identifier: Any) -> str:
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
        return str(sorted(cursor.fetchall()))  # the database may answer in any order
