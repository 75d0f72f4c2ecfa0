"""Partners, teams and audiences through the API."""

from typing import Any

import pytest
from django.test import Client

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Person
from openprm.kernel.access import SYSTEM
from openprm.partners import services
from openprm.partners.models import Partner
from openprm.partners.tests.makers import NOW, partner, person

pytestmark = pytest.mark.django_db

GERMANS = {"all": [{"field": "partner.country", "op": "in", "value": ["DE"]}]}


class Caller:
    """A program that acts for somebody."""

    def __init__(self, someone: Person) -> None:
        by = actors.of(someone)
        _token, secret = accounts.create_token(name="test", verbs=["*"], expires_at=None, by=by, at=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        send = getattr(self.client, method)
        given = {} if method == "get" else {"content_type": "application/json"}
        return send(f"/api/v1{path}", body, **given, headers=headers)


@pytest.fixture
def boss() -> Caller:
    return Caller(person("boss@vendor.example", "admin"))


def test_partners_are_added_read_changed_and_listed(boss: Caller) -> None:
    made = boss("post", "/partners", {"legal_name": "Nova AG", "country": "CH", "external_ids": {"erp": "7"}})
    assert (made.status_code, made.json()["region"], made.json()["external_ids"]) == (201, "dach", {"erp": "7"})
    path = f"/partners/{made.json()['id']}"
    assert boss("get", path)["ETag"] == made["ETag"]
    assert boss("patch", path, {"tier": "gold"}).status_code == 428
    changed = boss("patch", path, {"tier": "gold", "external_ids": {"erp": ""}}, **{"If-Match": made["ETag"]})
    assert (changed.json()["tier"], changed.json()["external_ids"]) == ("gold", {})
    assert boss("patch", path, {"tier": "silver"}, **{"If-Match": made["ETag"]}).status_code == 412
    found = boss("get", "/partners?q=nova&country=CH&tier=gold").json()
    assert [row["name"] for row in found["items"]] == ["Nova AG"]


def test_a_status_moves_for_a_reason(boss: Caller) -> None:
    path = f"/partners/{partner().pk}/status"
    assert boss("post", path, {"status": "suspended", "reason": "approved"}).status_code == 422
    moved = boss("post", path, {"status": "suspended", "reason": "inactivity"})
    assert (moved.status_code, moved.json()["status"]) == (200, "suspended")
    assert boss("post", path, {"status": "applicant", "reason": "applied"}).json()["code"] == "status_not_reachable"


def test_upserting_is_idempotent(boss: Caller) -> None:
    body = {"system": "erp", "external_id": "1", "legal_name": "Nova", "country": "CH"}
    assert [boss("post", "/partners/upsert", body).status_code for _round in range(2)] == [201, 200]
    assert Partner.objects.count() == 1


def test_an_upsert_leaves_alone_what_it_does_not_name(boss: Caller) -> None:
    body = {"system": "erp", "external_id": "1", "legal_name": "Nova", "country": "CH"}
    boss("post", "/partners/upsert", {**body, "tier": "gold"})
    assert boss("post", "/partners/upsert", body).json()["tier"] == "gold"


def test_a_team_is_assigned_read_and_left(boss: Caller) -> None:
    carla, path = person("carla@vendor.example", "channel_manager"), f"/partners/{partner().pk}/team"
    assigned = boss("post", path, {"role": "channel_manager", "person_id": str(carla.pk)})
    assert [member["email"] for member in assigned.json()] == ["carla@vendor.example"]
    assert boss("delete", f"{path}/channel_manager").status_code == 204
    assert boss("get", path).json() == []


def test_a_partner_reads_itself_and_nobody_else() -> None:
    alfa, beta = partner("Alfa", external_ids={"erp": "1"}), partner("Beta")
    caller = Caller(person("anna@alfa.example", "admin", alfa))
    listed = caller("get", "/partners").json()["items"]
    assert [(row["name"], row["external_ids"]) for row in listed] == [("Alfa", {})]
    assert caller("get", f"/partners/{beta.pk}").status_code == 404
    assert caller("post", "/partners", {"legal_name": "X", "country": "DE"}).status_code == 403
    match = {"If-Match": "*"}
    assert caller("patch", f"/partners/{beta.pk}", {"trading_name": "Mine"}, **match).status_code == 404
    assert caller("patch", f"/partners/{alfa.pk}", {"tier": "platinum"}, **match).status_code == 403
    assert caller("patch", f"/partners/{alfa.pk}", {"trading_name": "A"}, **match).json()["name"] == "A"
    assert caller("get", "/audiences").json()["items"] == []
    assert caller("post", "/audiences/preview", {"predicate": GERMANS}).status_code == 403


def test_audiences_are_saved_previewed_changed_and_deleted(boss: Caller) -> None:
    partner("Alfa")
    made = boss("post", "/audiences", {"name": "Germans", "predicate": GERMANS})
    assert made.json()["sentence"] == "Country is one of Germany"
    path = f"/audiences/{made.json()['id']}"
    assert boss("post", "/audiences/preview", {"predicate": GERMANS}).json()["names"] == ["Alfa"]
    renamed = boss("patch", path, {"name": "From Germany"}, **{"If-Match": made["ETag"]})
    assert (renamed.json()["name"], renamed.json()["predicate"]) == ("From Germany", GERMANS)
    assert boss("delete", path).status_code == 204
    assert boss("get", path).status_code == 404


def test_wrong_conditions_say_what_is_wrong(boss: Caller) -> None:
    answer = boss("post", "/audiences/preview", {"predicate": {"field": "partner.mood", "op": "in", "value": ["x"]}})
    assert (answer.status_code, answer.json()["code"]) == (422, "audience_invalid")


def test_the_fields_of_audiences_are_told(boss: Caller) -> None:
    told = {field["name"]: field for field in boss("get", "/audiences/fields?subject=person").json()}
    assert told["partner.tier"]["values"] == ["registered", "silver", "gold", "platinum"]
    assert "person.role" in told


def test_the_list_asks_a_fixed_number_of_questions(boss: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        services.set_external_id(partner=partner(f"P{number}"), system="erp", value=str(number), by=SYSTEM, at=NOW)
    with django_assert_max_num_queries(20):
        boss("get", "/partners")
