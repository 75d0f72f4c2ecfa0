"""Programs bring and read customers through the API."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openprm.accounts import services as accounts
from openprm.kernel import access, jobs

API = "/api/v1"


class Program:
    """A client of the API with a person's token."""

    def __init__(self, world: Any, role: str, company: Any = None) -> None:
        actor = world.actor(role, company)
        with access.as_system():
            _row, secret = accounts.create_token(name="test", verbs=["*"], expires_at=None, by=actor, at=_now())
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body)
        return self.client.generic(method, API + path, data or "", content_type="application/json", headers=headers)


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def program(world: Any) -> Program:
    return Program(world, "channel_manager")


def test_an_account_is_made_read_and_changed(program: Program) -> None:
    made = program("POST", "/accounts", {"name": "Hansa Logistik", "country": "Germany", "external_id": "A1"})
    assert made.status_code == 201, made.content
    one = f"/accounts/{made.json()['id']}"
    assert program("GET", one).json()["country"] == "DE"
    assert program("PATCH", one, {"industry": "Freight"}).status_code == 428
    changed = program("PATCH", one, {"industry": "Freight"}, **{"If-Match": made["ETag"]})
    assert (changed.json()["industry"], changed.json()["name"]) == ("Freight", "Hansa Logistik")
    assert program("PATCH", one, {"industry": "Rail"}, **{"If-Match": made["ETag"]}).status_code == 412
    assert [row["name"] for row in program("GET", "/accounts?q=hansa").json()["items"]] == ["Hansa Logistik"]
    assert program("GET", "/accounts?country=FR").json() == {"items": [], "next": None}


def test_a_batch_is_idempotent_and_tells_of_bad_rows(program: Program) -> None:
    rows = [{"external_id": "A1", "name": "One Ltd"}, {"external_id": "A2", "name": "Two", "country": "Atlantis"}]
    outcomes = [
        [row["outcome"] for row in program("POST", "/accounts/batch", {"rows": rows}).json()["rows"]] for _ in range(2)
    ]
    assert outcomes == [["created", "failed"], ["unchanged", "failed"]]


def test_opportunities_come_by_batch_and_one_by_one(program: Program) -> None:
    account = program("POST", "/accounts", {"name": "Hansa Logistik", "external_id": "A1"}).json()
    rows = [{"external_id": "O1", "account_external_id": "A1", "name": "Rollout", "amount": "10.50", "currency": "EUR"}]
    made = program("POST", "/opportunities/batch", {"rows": rows}).json()["rows"][0]
    assert made["outcome"] == "created"
    one = program("GET", f"/opportunities/{made['id']}")
    assert (one.json()["amount"], one.json()["outcome"]) == ("10.50", "open")
    won = program("PATCH", f"/opportunities/{made['id']}", {"is_won": True}, **{"If-Match": one["ETag"]})
    assert (won.json()["outcome"], won.json()["closed_on"]) == ("won", _now().date().isoformat())
    written = {"closed_on": "2020-01-01", "close_date": "2026-01-15"}
    dated = program("PATCH", f"/opportunities/{made['id']}", written, **{"If-Match": won["ETag"]})
    assert dated.status_code == 422 or dated.json()["closed_on"] == "2026-01-15"
    added = program(
        "POST", "/opportunities", {"account_id": account["id"], "name": "Renewal", "product_lines": ["none"]}
    )
    assert added.status_code == 422
    assert len(program("GET", f"/opportunities?account_id={account['id']}").json()["items"]) == 1


def test_a_file_is_imported_and_taken_back(program: Program) -> None:
    file = SimpleUploadedFile("crm.csv", b"Name,Country\nOne Ltd,GB\nTwo Ltd,Atlantis\n")
    sent = program.client.post(f"{API}/imports", {"kind": "accounts", "file": file})
    assert sent.status_code == 201, sent.content
    one = f"/imports/{sent.json()['id']}"
    _work()
    done = program("GET", one).json()
    assert (done["state"], done["created"], done["failed"]) == ("finished", 1, 1)
    assert program("GET", f"{one}/problems").json()["items"][0]["cells"] == ["Two Ltd", "Atlantis"]
    assert program("POST", f"{one}/undo").json()["state"] == "undoing"
    _work()
    assert program("GET", one).json()["undone"] == 1


def test_partners_read_product_lines_and_nothing_else(world: Any) -> None:
    cloud = world.cloud
    theirs = Program(world, "admin", world.alfa)
    assert [row["key"] for row in theirs("GET", "/product-lines").json()["items"]] == [cloud.key]
    assert theirs("GET", f"/product-lines/{cloud.pk}").status_code == 200
    for path in ("/accounts", "/opportunities", "/imports"):
        assert theirs("GET", path).status_code == 403
    assert theirs("POST", "/product-lines", {"name": "Own"}).status_code == 403


def _work() -> None:
    with access.as_system():
        jobs.work_off()
