"""The same through the API."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from openprm.accounts import services
from openprm.accounts.models import Person, Role
from openprm.accounts.tests.conftest import NOW, act
from openprm.kernel.access import as_system


def program(person: Person, *verbs: str) -> Client:
    """Return a program that acts by a token of this person."""
    actor = act(person)
    _token, secret = services.create_token(name="Test", verbs=verbs or ["*"], expires_at=None, by=actor, at=NOW)
    return Client(headers={"authorization": f"Bearer {secret}"})


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    call = getattr(client, method)
    return call(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers)


def test_a_token_tells_who_it_stands_for(cast: SimpleNamespace) -> None:
    told = program(cast.anna, "accounts.view_people").get("/api/v1/me").json()
    assert (told["name"], told["partner_name"]) == ("Anna", "Alfa")
    assert told["permissions"] == {"accounts.view_people": "company"}
    assert Client().get("/api/v1/me").status_code == 401


def test_a_partner_reads_its_own_people(cast: SimpleNamespace) -> None:
    client = program(cast.sam)
    assert {person["name"] for person in client.get("/api/v1/people").json()["items"]} == {"Anna", "Sam"}
    assert client.get(f"/api/v1/people/{cast.bert.pk}").status_code == 404
    assert client.get(f"/api/v1/people?partner_id={cast.beta.pk}").json()["items"] == []


def test_the_vendor_finds_people_by_role(cast: SimpleNamespace) -> None:
    client = program(cast.vera)
    assert {person["name"] for person in client.get("/api/v1/people?role=sales").json()["items"]} == {"Sam", "Emil"}
    assert {person["name"] for person in client.get("/api/v1/people?q=beta").json()["items"]} == {"Bert"}


def test_roles_are_changed_to_the_version_that_was_read(cast: SimpleNamespace) -> None:
    client = program(cast.anna)
    path = f"/people/{cast.sam.pk}"
    tag = client.get(f"/api/v1{path}")["ETag"]
    wanted = {"roles": ["technical"]}
    assert send(client, "put", f"{path}/roles", wanted).status_code == 428
    assert send(client, "put", f"{path}/roles", wanted, **{"If-Match": '"99"'}).status_code == 412
    answer = send(client, "put", f"{path}/roles", wanted, **{"If-Match": tag})
    assert answer.json()["roles"] == ["technical"]


def test_a_token_without_the_permission_manages_nobody(cast: SimpleNamespace) -> None:
    client = program(cast.anna, "accounts.view_people")
    assert send(client, "post", f"/people/{cast.sam.pk}/deactivate").status_code == 403
    assert (
        send(program(cast.sam), "post", "/invitations", {"email": "x@y.example", "roles": ["sales"]}).status_code == 403
    )


def test_somebody_deactivated_is_out_and_can_be_let_in_again(cast: SimpleNamespace) -> None:
    anna, sam = program(cast.anna), program(cast.sam)
    assert send(anna, "post", f"/people/{cast.sam.pk}/deactivate").json()["is_active"] is False
    assert sam.get("/api/v1/me").status_code == 401
    assert send(anna, "post", f"/people/{cast.sam.pk}/reactivate").json()["is_active"] is True
    assert send(anna, "post", f"/people/{cast.bert.pk}/deactivate").status_code == 404


def test_a_partner_invites_to_its_own_company(cast: SimpleNamespace) -> None:
    client = program(cast.anna)
    made = send(client, "post", "/invitations", {"email": "nina@alfa.example", "roles": ["sales"]})
    assert (made.status_code, made.json()["partner_id"]) == (201, str(cast.alfa.pk))
    other = {"email": "x@beta.example", "roles": ["sales"], "partner_id": str(cast.beta.pk)}
    assert send(client, "post", "/invitations", other).status_code == 404
    assert send(client, "delete", f"/invitations/{made.json()['id']}").status_code == 204
    assert send(client, "delete", f"/invitations/{uuid4()}").status_code == 404


def test_a_client_is_made_used_and_ended(cast: SimpleNamespace) -> None:
    anna = program(cast.anna)
    made = send(anna, "post", "/clients", {"name": "CRM", "verbs": ["accounts.view_people"]}).json()
    crm = Client(headers={"authorization": f"Bearer {made['secret']}"})
    assert crm.get("/api/v1/me").json()["kind"] == "client"
    assert "secret" not in anna.get("/api/v1/clients").json()["items"][0]
    assert send(anna, "delete", f"/clients/{made['id']}").status_code == 204
    assert crm.get("/api/v1/me").status_code == 401
    beyond = {"name": "CRM", "verbs": ["accounts.manage_roles"]}
    assert send(anna, "post", "/clients", beyond).status_code == 403


def test_the_vendor_changes_what_a_role_may_do(cast: SimpleNamespace) -> None:
    with as_system():
        role = Role.objects.get(side="partner", key="viewer")
    client = program(cast.vera)
    answer = send(client, "put", f"/roles/{role.pk}/grants", {"grants": {}}, **{"If-Match": "*"})
    assert (answer.status_code, answer.json()["grants"]) == (200, {})
    assert send(program(cast.anna), "put", f"/roles/{role.pk}/grants", {"grants": {}}).status_code == 403
    assert {row["side"] for row in program(cast.anna).get("/api/v1/roles").json()} == {"partner"}


@pytest.mark.parametrize("body", [{"email": "x", "roles": ["sales"]}, {"email": "x@y.example", "roles": []}, {}])
def test_what_is_wrong_is_said_by_field(cast: SimpleNamespace, body: dict[str, Any]) -> None:
    answer = send(program(cast.anna), "post", "/invitations", body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
