"""Signing in by an identity provider, with a small one that really answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from openprm.accounts import services
from openprm.accounts.models import Person
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event


class Provider(BaseHTTPRequestHandler):
    """Vouches for whoever ``claims`` says."""

    claims: dict[str, Any] = {}

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        known = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorise",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/who",
            "jwks_uri": f"{base}/keys",
        }
        self.answer(known if self.path.startswith("/.well-known/") else self.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "a", "token_type": "Bearer", "expires_in": 60})

    def answer(self, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *details: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(settings: Any) -> Iterator[type[Provider]]:
    """An identity provider for the length of the test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "sso", "name": "Work", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.server_address[1]}", "oauth_pkce_enabled": True}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield Provider
    server.shutdown()
    server.server_close()


def come_by(client: Client, provider: type[Provider], email: str, *, verified: bool = True, sub: str = "1") -> Any:
    """Go to the provider and come back as ``email``."""
    provider.claims = {"sub": sub, "email": email, "email_verified": verified, "name": "Nina Novak"}
    there = client.post("/sign-in/sso/sso/").headers["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    return client.get("/sign-in/sso/sso/back/", {"code": "c", "state": state})


def test_somebody_known_comes_in_by_their_confirmed_address(cast: SimpleNamespace, provider: type[Provider]) -> None:
    client = Client()
    assert come_by(client, provider, "Sam@alfa.example").headers["Location"] == "/portal/"
    assert client.get("/account/").status_code == 200
    with as_system():
        assert Event.objects.get(name="person.signed_in").payload == {"method": "single sign-on"}


def test_an_identity_stays_with_its_person_when_the_address_changes_there(
    cast: SimpleNamespace, provider: type[Provider]
) -> None:
    come_by(Client(), provider, "sam@alfa.example", sub="7")
    client = Client()
    come_by(client, provider, "anna@alfa.example", sub="7")
    assert b"sam@alfa.example" in client.get("/account/").content


def test_an_address_the_provider_does_not_vouch_for_opens_nothing(
    cast: SimpleNamespace, provider: type[Provider]
) -> None:
    client = Client()
    assert come_by(client, provider, "sam@alfa.example", verified=False).status_code == 403
    assert client.get("/account/").status_code == 302


def test_a_stranger_stays_outside(cast: SimpleNamespace, provider: type[Provider]) -> None:
    answer = come_by(Client(), provider, "stranger@alfa.example")
    assert (answer.status_code, b"not invited yet" in answer.content) == (403, True)
    with as_system():
        assert not Person.objects.filter(email="stranger@alfa.example").exists()


def test_somebody_invited_joins_by_the_provider(cast: SimpleNamespace, provider: type[Provider]) -> None:
    with as_system():
        services.invite(email="nina@alfa.example", roles=["sales"], partner=cast.alfa, by=SYSTEM, at=timezone.now())
    assert come_by(Client(), provider, "nina@alfa.example").headers["Location"] == "/portal/"
    with as_system():
        nina = Person.objects.get(email="nina@alfa.example")
    assert (nina.name, nina.partner_id, nina.has_usable_password()) == ("Nina Novak", cast.alfa.pk, False)


def test_people_of_a_suspended_company_do_not_come_in_by_the_provider(
    cast: SimpleNamespace, provider: type[Provider]
) -> None:
    with as_system():
        type(cast.alfa).objects.filter(pk=cast.alfa.pk).update(status="suspended")
    client = Client()
    assert come_by(client, provider, "sam@alfa.example").status_code == 403
    assert client.get("/account/").status_code == 302


def test_an_answer_nobody_asked_for_is_refused(cast: SimpleNamespace, provider: type[Provider]) -> None:
    provider.claims = {"sub": "1", "email": "sam@alfa.example", "email_verified": True}
    client = Client()
    assert client.get("/sign-in/sso/sso/back/", {"code": "c", "state": "made-up"}).status_code == 403
    assert client.get("/account/").status_code == 302
