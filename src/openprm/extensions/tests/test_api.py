"""Activities, extensions and windows for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.deals.models import DealRegistration
from openprm.extensions import services
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events import event_type
from openprm.kernel.events.models import Event
from openprm.kernel.webhooks import jobs as webhooks
from openprm.kernel.webhooks.models import Endpoint
from openprm.partners.models import Partner
from tests.world import NOW, World

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def program(world: World, role: str, company: Partner | None = None) -> Client:
    actor = world.actor(role, company)
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(actor.grants), expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def deal(world: World) -> DealRegistration:
    return world.approved(world.alfa, at=timezone.now() - 85 * DAY)


def test_a_program_logs_asks_and_the_vendors_program_grants(world: World, deal: DealRegistration) -> None:
    sales, manager = program(world, "sales", world.alfa), program(world, "channel_manager")
    logged = post(sales, f"/deals/{deal.pk}/activities", {"kind": "call", "title": "Called the CIO"})
    assert (logged.status_code, logged.json()["source"]) == (201, "api")
    asked = post(sales, f"/deals/{deal.pk}/extensions", {"days": 20, "reason": "They decide in May."})
    assert (asked.status_code, asked.json()["state"], asked.json()["counted"]) == (201, "pending", 1)
    again = post(sales, f"/deals/{deal.pk}/extensions", {"days": 20, "reason": "They decide in May."})
    assert (again.status_code, again.json()["code"]) == (409, "extension_pending")
    granted = post(manager, f"/extensions/{asked.json()['id']}/grant", {"days": 10})
    assert (granted.json()["state"], granted.json()["granted_days"]) == ("granted", 10)
    twice = post(manager, f"/extensions/{asked.json()['id']}/decline", {"code": "other"})
    assert (twice.status_code, twice.json()["code"]) == (409, "extension_not_pending")
    said = sales.get(f"/api/v1/deals/{deal.pk}/protection").json()
    assert said["why_not"].startswith("This deal was extended once")
    assert sales.get("/api/v1/extensions?state=granted").json()["items"][0]["id"] == asked.json()["id"]


def test_what_the_vendor_calls_its_rule_is_told_to_the_vendor_alone(world: World, deal: DealRegistration) -> None:
    sales, manager = program(world, "sales", world.alfa), program(world, "channel_manager")
    with as_system():
        services.save_rule(name="Not for Beta", allowed="once", quiet_days=10, by=SYSTEM, at=NOW)
    asked = post(sales, f"/deals/{deal.pk}/extensions", {"days": 20, "reason": "They decide in May."})
    assert (asked.status_code, asked.json()["code"], asked.json()["automatic"]) == (201, "no_activity", True)
    for path in ("/api/v1/extensions", f"/api/v1/extensions/{asked.json()['id']}"):
        assert "Not for Beta" not in sales.get(path).content.decode()
        assert "Not for Beta" in manager.get(path).content.decode()
    assert "Not for Beta" not in asked.content.decode()
    page = world.browser("sales", world.alfa).get(deal.get_absolute_url())
    assert "Declined at once" in page.content.decode()
    assert "Not for Beta" not in page.content.decode()


def test_a_partners_webhook_is_not_told_the_name_of_the_rule_that_decided(world: World, deal: DealRegistration) -> None:
    sales = program(world, "sales", world.alfa)
    with as_system():
        services.save_rule(name="Not for Beta", allowed="once", quiet_days=10, by=SYSTEM, at=NOW)
        ours, theirs = (Endpoint(partner_id=key) for key in (None, world.alfa.pk))
    post(sales, f"/deals/{deal.pk}/extensions", {"days": 20, "reason": "They decide in May."})
    with as_system():
        declined = Event.objects.get(name="deal.extension_declined")
    assert "Not for Beta" in webhooks.payload(declined, ours).decode()
    assert "Not for Beta" not in webhooks.payload(declined, theirs).decode()
    assert "no_activity" in webhooks.payload(declined, theirs).decode()
    for kind in (declined.type, event_type("deal.approved"), event_type("deal.extension_granted")):
        assert "rule" in kind.schema["properties"]
        assert "rule" not in kind.schema_for_partner["properties"]


def test_a_program_logs_with_files(world: World, deal: DealRegistration) -> None:
    sales = program(world, "sales", world.alfa)
    form = {"kind": "meeting", "title": "Workshop", "files": [SimpleUploadedFile("notes.txt", b"All agreed.")]}
    answer = sales.post(f"/api/v1/deals/{deal.pk}/activities/with-files", form)
    assert answer.status_code == 201, answer.content
    assert [file["name"] for file in answer.json()["files"]] == ["notes.txt"]
    listed = program(world, "analyst").get(f"/api/v1/deals/{deal.pk}/activities").json()["items"]
    assert listed[0]["files"][0]["size"] == 11


def test_a_time_without_an_offset_is_refused(world: World, deal: DealRegistration) -> None:
    body = {"kind": "call", "title": "Called", "happened_at": "2026-01-15T10:00:00"}
    answer = post(program(world, "sales", world.alfa), f"/deals/{deal.pk}/activities", body)
    assert answer.status_code == 422
    assert "offset" in answer.json()["detail"]


def test_windows_and_rules_are_kept_by_programs_of_administrators(world: World) -> None:
    admin = program(world, "admin")
    world.cloud  # noqa: B018 - the product line that the window names
    window = post(admin, "/protection-windows", {"product_line": "cloud", "days": 45})
    assert (window.status_code, window.json()["product_line"]) == (201, "cloud")
    assert post(admin, "/protection-windows", {"product_line": "cloud", "days": 50}).json()["code"] == "window_exists"
    assert post(admin, "/protection-windows", {"product_line": "none", "days": 50}).status_code == 422
    address = f"/api/v1/protection-windows/{window.json()['id']}"
    body = {"tier": "gold", "days": 60}
    assert admin.put(address, body, content_type="application/json").status_code == 428
    changed = admin.put(address, body, content_type="application/json", headers={"If-Match": window["ETag"]})
    assert (changed.status_code, changed.json()["tier"]) == (200, "gold")
    stale = admin.put(address, body, content_type="application/json", headers={"If-Match": window["ETag"]})
    assert stale.status_code == 412
    assert admin.delete(address).status_code == 204
    rule = post(admin, "/extension-rules", {"name": "All", "allowed": "unlimited", "grant_from": 2})
    assert (rule.status_code, rule.json()["most_days"]) == (201, 30)


def test_a_program_reads_what_ends_when(world: World, deal: DealRegistration) -> None:
    board = program(world, "channel_manager").get("/api/v1/protections/expiring?days=30").json()
    assert (board["total"]["count"], board["total"]["sums"]) == (1, [{"worth": "25000.00", "currency": "EUR"}])
    rival = program(world, "sales", world.beta).get("/api/v1/protections/expiring?days=30").json()
    assert rival["total"]["count"] == 0
