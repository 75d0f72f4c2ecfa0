"""Disputes, as programs use them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.deals import services as deals
from openprm.kernel.access import Actor, as_system, enter, permissions
from openprm.partners.models import Partner
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
WHY = "The customer asked us for this offer in writing before anybody else."


class Program:
    """A program with a person's token."""

    def __init__(self, actor: Actor) -> None:
        verbs = sorted(set(actor.grants) & set(permissions))
        with as_system():
            secret = accounts.create_token(name="test", verbs=verbs, expires_at=None, by=actor, at=NOW)[1]
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json")

    def send(self, path: str, **form: Any) -> Any:
        return self.client.post(f"/api/v1{path}", form)


@pytest.fixture
def program(world: World) -> Callable[..., Program]:
    def make(role: str, company: Partner | None = None) -> Program:
        return Program(world.actor(role, company))

    return make


def test_a_whole_case_by_programs(world: World, program: Callable[..., Program]) -> None:
    deal = world.submitted(world.alfa, at=timezone.now() - timedelta(hours=3))
    manager = world.actor("channel_manager")
    with enter(manager):
        deals.reject(deal=deal, code="other", by=manager, at=timezone.now())
    partner, vendor, legal = program("sales", world.alfa), program("channel_manager"), program("legal")
    opened = partner.post(f"/deals/{deal.pk}/disputes", subject="rejection", text=WHY)
    assert opened.status_code == 201
    case = f"/disputes/{opened.json()['id']}"
    again = partner.post(f"/deals/{deal.pk}/disputes", subject="rejection", text=WHY)
    assert (again.status_code, again.json()["code"]) == (409, "already_contested")
    letter = SimpleUploadedFile("letter.txt", b"We choose Alfa.")
    said = partner.send(f"{case}/evidence", text="Their letter.", file=letter)
    assert said.json()["files"][0]["name"] == "letter.txt"
    assert vendor.post(f"{case}/start-review").json()["state"] == "under_review"
    assert vendor.post(f"{case}/ask", text="Which site?").json()["state"] == "evidence_requested"
    assert partner.post(f"{case}/answer", text="Hamburg.").json()["state"] == "under_review"
    assert vendor.post(f"{case}/notes", text="Looks genuine.").status_code == 201
    assert partner.get(f"{case}/notes").status_code == 403
    decided = vendor.post(f"{case}/decide", outcome="rejected", code="rules_applied", text="The rules say so.")
    assert decided.json()["decisions"][0]["code"] == "rules_applied"
    assert partner.post(f"{case}/appeal", text=WHY).json()["level"] == 2
    verdict = {"outcome": "upheld", "code": "another_company", "text": "Another company.", "remedy": "reopen"}
    assert vendor.post(f"{case}/decide-appeal", **verdict).status_code == 403
    assert legal.post(f"{case}/decide-appeal", **verdict).json()["state"] == "decided_on_appeal"
    assert vendor.post(f"{case}/carry-out").json()["state"] == "closed"
    assert partner.get(f"/deals/{deal.pk}").json()["state"] == "in_review"
    assert [row["author_side"] for row in partner.get(f"{case}/statements").json()["items"]] == ["partner"] * 4


def test_a_list_is_narrowed_by_clock_and_level(world: World, program: Callable[..., Program], contested: Any) -> None:
    dispute = contested()  # opened on a day long past
    vendor = program("legal")
    for query, found in (("overdue=true", 1), ("overdue=false", 0), ("level=2", 0), (f"deal_id={dispute.deal_id}", 1)):
        assert len(vendor.get(f"/disputes?{query}").json()["items"]) == found, query
    assert program("sales", world.beta).get("/disputes").json()["items"] == []


def test_the_holder_of_another_registration_answers_by_program(
    world: World, program: Callable[..., Program], contested: Any
) -> None:
    rival = world.approved(world.beta)
    dispute = contested(evidence="They have signed our letter of intent already.")
    legal, holder = program("legal"), program("sales", world.beta)
    asked = legal.post(f"/disputes/{dispute.pk}/ask-other-side", deal_id=str(rival.pk))
    assert asked.status_code == 201
    [review] = holder.get("/registration-reviews").json()["items"]
    assert str(dispute.pk) not in str(review)
    order = SimpleUploadedFile("order.txt", b"Order of Contoso")
    given = holder.send(f"/registration-reviews/{review['id']}/evidence", text="They ordered.", file=order)
    assert given.json()["files"][0]["name"] == "order.txt"
    assert holder.post(f"/registration-reviews/{review['id']}/answer", text="Again.").json()["code"] == "review_ended"
    [heard] = legal.get(f"/disputes/{dispute.pk}/other-side").json()["items"]
    assert (heard["text"], heard["files"][0]["name"]) == ("They ordered.", "order.txt")
    assert program("sales", world.alfa).get(f"/disputes/{dispute.pk}/other-side").status_code == 403


def test_a_refused_request_leaves_no_evidence_in_the_store(world: World, program: Callable[..., Program]) -> None:
    deal = world.submitted(world.alfa, at=timezone.now())
    manager, partner = world.actor("channel_manager"), program("sales", world.alfa)
    with enter(manager):
        deals.reject(deal=deal, code="other", by=manager, at=timezone.now())
    address, form = f"/deals/{deal.pk}/disputes/with-files", {"subject": "rejection", "text": WHY}

    def papers(second: bytes) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile("one.txt", b"We choose Alfa."), SimpleUploadedFile("two.pdf", second)]

    before = stored()
    assert partner.send(address, **form, files=papers(b"MZ\x00\x00")).status_code == 422
    assert stored() == before
    assert partner.send(address, **form, files=papers(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")).status_code == 201
    assert len(stored() - before) == 2


def stored() -> set[str]:
    """Return what the store holds of this month."""
    try:
        return set(default_storage.listdir(f"{timezone.now():%Y/%m}")[1])
    except FileNotFoundError:
        return set()
