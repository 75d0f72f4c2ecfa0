"""API tokens: shown once, narrow, and over when access is."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import timezone

from openprm.accounts import actors, services
from openprm.accounts.models import ApiToken, Person
from openprm.accounts.tests.conftest import NOW, act, browser
from openprm.kernel.access import ANONYMOUS, SYSTEM, Actor, Scope, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Missing

VIEW = "accounts.view_people"


def by_token(secret: str, path: str = "/api/v1/me") -> Actor:
    request = RequestFactory().get(path, headers={"authorization": f"Bearer {secret}"})
    request.session = {}  # type: ignore[assignment]
    with as_system():
        return actors.resolve(request)


def make(person: Person, *verbs: str, **details: object) -> tuple[ApiToken, str]:
    actor = act(person)
    with enter(actor):
        return services.create_token(
            **{"name": "Sync", "verbs": verbs, "expires_at": None, "by": actor, "at": NOW, **details}  # type: ignore[arg-type]
        )


def test_a_token_acts_as_its_person_narrowed_to_its_permissions(cast: SimpleNamespace) -> None:
    _token, secret = make(cast.anna, VIEW)
    actor = by_token(secret)
    assert (actor.id, actor.partner_id, dict(actor.grants)) == (cast.anna.pk, cast.alfa.pk, {VIEW: Scope.COMPANY})


def test_a_token_for_everything_follows_its_persons_roles(cast: SimpleNamespace) -> None:
    _token, secret = make(cast.sam, "*")
    assert dict(by_token(secret).grants) == dict(act(cast.sam).grants)


def test_the_secret_is_kept_as_a_hash(cast: SimpleNamespace) -> None:
    token, secret = make(cast.anna, "*")
    with as_system():
        kept = ApiToken.objects.values().get(pk=token.pk)
    assert secret.startswith("oprm_")
    assert secret not in str(kept)


def test_a_token_counts_in_the_api_only(cast: SimpleNamespace) -> None:
    _token, secret = make(cast.anna, "*")
    request = RequestFactory().get("/portal/", headers={"authorization": f"Bearer {secret}"})
    request.session = type("Empty", (dict,), {"session_key": None})()  # type: ignore[assignment]
    with as_system():
        assert actors.resolve(request) is ANONYMOUS


def test_nobody_puts_into_a_token_what_they_do_not_hold(cast: SimpleNamespace) -> None:
    with pytest.raises(Forbidden):
        make(cast.sam, "accounts.manage_people")
    with pytest.raises(Invalid):
        make(cast.sam)


def test_a_token_ends_on_its_day(cast: SimpleNamespace) -> None:
    _token, secret = make(cast.anna, "*", expires_at=timezone.now() + timedelta(hours=1), at=timezone.now())
    assert by_token(secret).id == cast.anna.pk
    with as_system():
        ApiToken.objects.update(expires_at=timezone.now())
    assert by_token(secret) is ANONYMOUS


@pytest.mark.parametrize("cause", ["revoked", "deactivated", "suspended", "password"])
def test_a_token_ends_at_the_next_request(cast: SimpleNamespace, cause: str) -> None:
    token, secret = make(cast.sam, "*")
    with as_system():
        sam = Person.objects.get(pk=cast.sam.pk)
        if cause == "revoked":
            services.revoke_token(token=token, by=act(cast.sam), at=NOW)
        elif cause == "deactivated":
            services.deactivate(person=sam, by=SYSTEM, at=NOW)
        elif cause == "password":
            services.set_password(person=sam, password="seven green umbrellas", how="reset", by=SYSTEM, at=NOW)
        else:
            type(cast.alfa).objects.filter(pk=cast.alfa.pk).update(status="suspended")
    assert by_token(secret) is ANONYMOUS


def test_a_client_of_a_company_outlives_who_made_it_but_not_its_company(cast: SimpleNamespace) -> None:
    anna = act(cast.anna)
    with enter(anna):
        _token, secret = services.create_client(name="CRM", verbs=[VIEW], expires_at=None, by=anna, at=NOW)
    with as_system():
        Person.objects.filter(pk=cast.anna.pk).update(is_active=False)
    client = by_token(secret)
    assert (client.kind, client.partner_id, dict(client.grants)) == ("client", cast.alfa.pk, {VIEW: Scope.COMPANY})
    with as_system():
        type(cast.alfa).objects.filter(pk=cast.alfa.pk).update(status="terminated")
    assert by_token(secret) is ANONYMOUS


def test_a_client_is_made_by_those_who_manage_clients_and_by_no_client(cast: SimpleNamespace) -> None:
    sam, anna = act(cast.sam), act(cast.anna)
    with pytest.raises(Forbidden):
        services.create_client(name="CRM", verbs=[VIEW], expires_at=None, by=sam, at=NOW)
    verbs = [VIEW, "accounts.manage_clients"]
    _token, secret = services.create_client(name="CRM", verbs=verbs, expires_at=None, by=anna, at=NOW)
    with pytest.raises(Forbidden):
        services.create_client(name="CRM 2", verbs=[VIEW], expires_at=None, by=by_token(secret), at=NOW)


def test_the_token_of_somebody_else_does_not_exist_for_me(cast: SimpleNamespace) -> None:
    token, _secret = make(cast.sam, "*")
    with pytest.raises(Missing):
        services.revoke_token(token=token, by=act(cast.bert), at=NOW)


def test_the_page_shows_a_new_token_once(cast: SimpleNamespace) -> None:
    client = browser(cast.sam)
    answer = client.post("/account/tokens/", {"name": "Sync", "verbs": ["*"], "expires_on": "2099-01-31"})
    assert answer.content.count(b"oprm_") >= 1
    with as_system():
        token = ApiToken.objects.get()
    assert token.expires_at is not None
    later = client.get("/account/tokens/").content.decode()
    assert token.prefix in later
    assert f">{token.prefix}" in later
    assert len([word for word in later.split('"') if word.startswith("oprm_")]) == 0
