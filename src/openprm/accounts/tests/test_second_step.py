"""Authenticator apps, recovery codes and passkeys."""

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from openprm.accounts import limits
from openprm.accounts.tests.conftest import PASSWORD, browser, sign_in
from openprm.kernel.access import as_system
from openprm.kernel.events.models import Event

SECRET = generate_totp_secret()


def code_now() -> str:
    return code_of(SECRET)


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture
def half_way(cast: SimpleNamespace) -> Client:
    """Anna's browser after the password, before the code."""
    with as_system():
        TOTP.activate(cast.anna, SECRET)
    client = Client()
    assert sign_in("anna@alfa.example", client=client).headers["Location"] == "/sign-in/code/"
    return client


def test_the_password_alone_does_not_open_an_account_with_a_second_step(half_way: Client) -> None:
    assert half_way.get("/account/").status_code == 302
    assert half_way.post("/sign-in/code/", {"code": code_now()}).headers["Location"] == "/portal/"
    assert half_way.get("/account/").status_code == 200


def test_a_code_works_once(half_way: Client) -> None:
    code = code_now()
    half_way.post("/sign-in/code/", {"code": code})
    again = Client()
    sign_in("anna@alfa.example", client=again)
    assert again.post("/sign-in/code/", {"code": code}).status_code == 422


def test_too_many_wrong_codes_close_the_second_step_for_a_while(half_way: Client) -> None:
    answers = [half_way.post("/sign-in/code/", {"code": "000000"}).status_code for _try in range(limits.WRONG_CODES)]
    assert set(answers) == {422}
    assert half_way.post("/sign-in/code/", {"code": code_now()}).status_code == 429


def test_a_recovery_code_opens_once(half_way: Client, cast: SimpleNamespace) -> None:
    with as_system():
        code = RecoveryCodes.activate(cast.anna).get_unused_codes()[0]
    assert half_way.post("/sign-in/code/", {"code": code}).status_code == 302


def test_the_secrets_of_the_second_step_are_kept_encrypted(half_way: Client) -> None:
    with as_system():
        assert SECRET not in str(Authenticator.objects.get().data)


def test_setting_up_an_app_asks_for_the_password_first(cast: SimpleNamespace) -> None:
    client = browser(cast.sam)
    assert client.get("/account/protection/").status_code == 200
    away = client.get("/account/protection/app/")
    assert away.headers["Location"].startswith("/sign-in/again/")
    assert client.post(away.headers["Location"], {"password": "wrong"}).status_code == 422
    assert (
        client.post(away.headers["Location"], {"password": PASSWORD}).headers["Location"] == "/account/protection/app/"
    )
    assert b"Scan this" in client.get("/account/protection/app/").content


def test_setting_up_an_app_is_noted(cast: SimpleNamespace, django_capture_on_commit_callbacks: Any) -> None:
    client = browser(cast.sam)
    again = client.get("/account/protection/app/").headers["Location"]
    client.post(again, {"password": PASSWORD})
    client.get("/account/protection/app/")
    code = code_of(client.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/protection/app/", {"code": code}).status_code == 302
    with as_system():
        noted = [event.payload for event in Event.objects.filter(name="person.protection_changed").order_by("id")]
    assert {(fact["what"], fact["done"]) for fact in noted} == {("totp", "added"), ("recovery_codes", "added")}


def test_the_sign_in_page_offers_a_passkey(db: None) -> None:
    assert b"passkey_login" in Client().get("/sign-in/").content
    options = Client().get("/sign-in/passkey/", headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["challenge"]
