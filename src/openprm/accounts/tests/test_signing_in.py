"""Signing in and out, and what a stranger can learn."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client, override_settings

from openprm.accounts import limits, services
from openprm.accounts.models import Person
from openprm.accounts.tests.conftest import NOW, PASSWORD, act, browser, sign_in
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event

NEW = "seven green umbrellas"


def facts(name: str) -> list[Event]:
    with as_system():
        jobs.work_off()
        return list(Event.objects.filter(name=name).order_by("at"))


def without_noise(response: object) -> str:
    text = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"[\w.]+@[\w.]+|\b\w{64}\b", "", text)


def test_the_right_password_opens_the_pages_of_ones_side(cast: SimpleNamespace) -> None:
    assert sign_in("anna@alfa.example").headers["Location"] == "/portal/"
    assert sign_in("Vera@Northwind.example ").headers["Location"] == "/console/"
    assert [event.actor_name for event in facts("person.signed_in")] == ["Anna", "Vera"]
    assert facts("person.signed_in")[0].payload == {"method": "password"}


def test_a_wrong_password_is_refused_and_noted(cast: SimpleNamespace) -> None:
    assert sign_in("anna@alfa.example", "wrong").status_code == 422
    refused = facts("person.sign_in_refused")
    assert [(event.subject_id, event.payload) for event in refused] == [(cast.anna.pk, {"reason": "wrong_password"})]


def test_an_unknown_address_is_answered_like_a_known_one(cast: SimpleNamespace) -> None:
    known, unknown = sign_in("anna@alfa.example", "wrong"), sign_in("nobody@alfa.example", "wrong")
    assert (known.status_code, without_noise(known)) == (unknown.status_code, without_noise(unknown))


@pytest.mark.parametrize("email", ["anna@alfa.example", "nobody@alfa.example"])
def test_a_password_is_hashed_once_for_a_known_and_an_unknown_address(
    cast: SimpleNamespace, email: str, django_assert_max_num_queries: object
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher, get_hasher

    hashed = []
    hasher = get_hasher()
    plain = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, *details: object) -> str:
        hashed.append(email)
        return plain(self, *details)

    type(hasher).encode = counted  # type: ignore[method-assign]
    try:
        sign_in(email, "wrong")
    finally:
        type(hasher).encode = plain  # type: ignore[method-assign]
    assert len(hashed) == 1


def test_a_new_password_is_promised_alike_and_sent_to_the_known_only(cast: SimpleNamespace) -> None:
    answers = [
        Client().post("/sign-in/password/", {"email": email}) for email in ("anna@alfa.example", "no@alfa.example")
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, "/sign-in/password/sent/")
    }
    assert mail.outbox == []
    with as_system():
        jobs.work_off()
    assert [letter.to for letter in mail.outbox] == [["anna@alfa.example"]]


def test_the_link_in_the_letter_sets_a_new_password_once(cast: SimpleNamespace) -> None:
    link = reset_link(cast.anna)
    client = Client()
    form = client.get(link, follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.status_code == 302
    assert sign_in("anna@alfa.example", NEW).status_code == 302
    assert sign_in("anna@alfa.example").status_code == 422
    assert b"no longer works" in Client().get(link).content


def test_a_weak_new_password_is_refused_with_what_is_missing(cast: SimpleNamespace) -> None:
    client = Client()
    form = client.get(reset_link(cast.anna), follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": "anna", "password2": "anna"})
    assert answer.status_code == 422
    assert b"too short" in answer.content


def test_too_many_wrong_passwords_close_one_account_for_a_while_and_no_other(cast: SimpleNamespace) -> None:
    answers = [sign_in("anna@alfa.example", f"wrong {number}").status_code for number in range(limits.WRONG_PASSWORDS)]
    assert set(answers) == {422}
    over = sign_in("ANNA@alfa.example")
    assert over.status_code == 429
    assert 0 < int(over.headers["Retry-After"]) <= 900
    assert sign_in("sam@alfa.example").status_code == 302


def test_an_unknown_address_is_counted_alike(cast: SimpleNamespace) -> None:
    for _attempt in range(limits.WRONG_PASSWORDS):
        sign_in("nobody@alfa.example", "wrong")
    assert sign_in("nobody@alfa.example", "wrong").status_code == 429


def test_the_right_password_forgets_the_wrong_ones(cast: SimpleNamespace) -> None:
    for _attempt in range(limits.WRONG_PASSWORDS - 1):
        sign_in("anna@alfa.example", "wrong")
    assert sign_in("anna@alfa.example").status_code == 302
    assert sign_in("anna@alfa.example", "wrong").status_code == 422


def test_a_new_password_by_letter_opens_a_closed_account(cast: SimpleNamespace) -> None:
    for _attempt in range(limits.WRONG_PASSWORDS + 1):
        sign_in("anna@alfa.example", "wrong")
    client = Client()
    form = client.get(reset_link(cast.anna), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert sign_in("anna@alfa.example", NEW).status_code == 302


def test_people_of_a_suspended_company_are_told_so_after_the_right_password_only(cast: SimpleNamespace) -> None:
    with as_system():
        type(cast.alfa).objects.filter(pk=cast.alfa.pk).update(status="suspended")
    assert sign_in("anna@alfa.example").status_code == 403
    assert without_noise(sign_in("anna@alfa.example", "x")) == without_noise(sign_in("no@alfa.example", "x"))


def test_nobody_signs_themselves_up(db: None) -> None:
    assert b"by invitation" in Client().get("/sign-in/closed/").content


def test_an_identity_provider_that_is_down_is_said_so(db: None) -> None:
    app = {"provider_id": "sso", "name": "Work", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "http://127.0.0.1:9"}  # type: ignore[assignment]
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        assert b"Sign in with Work" in Client().get("/sign-in/").content
        answer = Client().post("/sign-in/sso/sso/")
    assert answer.status_code == 503
    assert b"does not answer" in answer.content


def test_changing_the_password_keeps_this_browser_and_ends_the_others(cast: SimpleNamespace) -> None:
    here, there = browser(cast.sam), browser(cast.sam)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/", form).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").headers["Location"].startswith("/sign-in/")
    assert [event.payload for event in facts("person.password_changed")] == [{"how": "changed"}]
    assert mail.outbox[-1].to == ["sam@alfa.example"]


@pytest.mark.parametrize("cause", ["deactivated", "suspended", "terminated", "password", "signed out"])
def test_sessions_end_at_the_next_request(cast: SimpleNamespace, cause: str) -> None:
    client = browser(cast.sam)
    assert client.get("/account/").status_code == 200
    with as_system():
        end_access(cast, cause)
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")


def end_access(cast: SimpleNamespace, cause: str) -> None:
    sam = Person.objects.get(pk=cast.sam.pk)
    if cause == "deactivated":
        services.deactivate(person=sam, by=act(cast.anna), at=NOW)
    elif cause == "password":
        services.set_password(person=sam, password=NEW, how="reset", by=SYSTEM, at=NOW)
    elif cause == "signed out":
        services.end_sessions(person=sam, by=act(cast.anna), at=NOW)
    else:
        type(cast.alfa).objects.filter(pk=cast.alfa.pk).update(status=cause)


def reset_link(person: Person) -> str:
    with as_system():
        link = services.reset_link(person=person, by=SYSTEM)
    return "/" + link.partition("//")[2].partition("/")[2]
