"""Journeys and tasks for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any

from django.test import Client

from openprm.accounts import services as accounts
from openprm.journeys.tests.makers import STAGES, started, task, template
from openprm.journeys.tests.test_journeys import upload
from openprm.kernel.access import as_system
from openprm.partners.models import Partner
from tests.world import NOW, World


def program(world: World, role: str, company: Partner | None = None) -> Client:
    actor = world.actor(role, company)
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(actor.grants), expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, path: str, body: Any = None, method: str = "post", **headers: str) -> Any:
    call = getattr(client, method)
    return call(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)


def test_a_journey_is_drawn_published_started_and_done_by_programs(world: World) -> None:
    partner = world.alfa
    manager, sales = program(world, "channel_manager"), program(world, "sales", partner)
    drawn = send(manager, "/journey-templates", {"name": "Reseller", "stages": STAGES})
    assert (drawn.status_code, drawn.json()["code"], drawn.json()["state"]) == (201, "reseller", "draft")
    path = f"/journey-templates/{drawn.json()['id']}"
    early = send(manager, "/journeys", {"template": "reseller", "partner_id": str(partner.pk)})
    assert early.status_code == 409
    assert send(manager, f"{path}/publish").json()["number"] == 1
    journey = send(manager, "/journeys", {"template": "reseller", "partner_id": str(partner.pk)}).json()
    twice = send(manager, "/journeys", {"template": "reseller", "partner_id": str(partner.pk)})
    assert (twice.status_code, twice.json()["code"]) == (409, "journey_already_running")
    todo = sales.get(f"/api/v1/tasks?journey_id={journey['id']}&turn=partner").json()["items"]
    assert {one["key"] for one in todo} == {"about", "code", "newsletter"}
    about = next(one["id"] for one in todo if one["key"] == "about")
    wrong = send(sales, f"/tasks/{about}/hand-in", {"answers": {"people": 3}})
    assert (wrong.status_code, "answers.focus" in str(wrong.json())) == (422, True)
    kept = send(sales, f"/tasks/{about}/work", {"answers": {"people": 3}}, "put")
    assert kept.json()["answers"]["answers"] == {"people": 3}
    handed = send(sales, f"/tasks/{about}/hand-in", {"answers": {"people": 3, "focus": "SMB"}})
    assert (handed.json()["state"], handed.json()["turn"]) == ("waiting_approval", "channel_manager")
    back = send(manager, f"/tasks/{about}/send-back", {"text": "Really?"})
    assert (back.json()["state"], back.json()["said"]) == ("action_required", "Really?")
    send(sales, f"/tasks/{about}/hand-in", {"answers": {"people": 4, "focus": "SMB"}})
    assert send(manager, f"/tasks/{about}/approve").json()["state"] == "completed"
    assert sales.get(f"/api/v1/journeys/{journey['id']}").json()["done"] == 1
    ended = send(manager, f"/journeys/{journey['id']}/cancel", {"text": "Later."})
    assert ended.json()["state"] == "cancelled"
    assert sales.get("/api/v1/journeys/figures").json()["running"] == 0


def test_a_drawing_is_replaced_with_its_version_and_refused_in_words(world: World) -> None:
    drawn, manager = template(), program(world, "channel_manager")
    path = f"/journey-templates/{drawn.pk}"
    tag = manager.get(f"/api/v1{path}").headers["ETag"]
    circle = [{"key": "a", "name": "A", "tasks": [
        {"key": key, "title": key.upper(), "kind": "confirm", "text": "?", "depends_on": [other]}
        for key, other in (("x", "y"), ("y", "x"))]}]  # fmt: skip
    refused = send(manager, path, {"name": "R", "stages": circle}, "put", **{"If-Match": tag})
    assert (refused.status_code, "“X” → “Y” → “X”" in str(refused.json())) == (422, True)
    assert send(manager, path, {"name": "R", "stages": STAGES}, "put").status_code == 428
    assert send(manager, path, {"name": "R", "stages": STAGES}, "put", **{"If-Match": tag}).json()["name"] == "R"


def test_a_single_document_is_asked_for_uploaded_and_taken_away(world: World) -> None:
    partner = world.alfa
    manager, sales = program(world, "channel_manager"), program(world, "sales", partner)
    asked = {"key": "nda", "title": "NDA", "kind": "document", "approval": True, "due_days": 7}
    given = send(manager, "/tasks", {"partner_id": str(partner.pk), "task": asked})
    assert given.status_code == 201
    path = f"/tasks/{given.json()['id']}"
    put = sales.post(f"/api/v1{path}/files", {"file": upload()})
    assert put.status_code == 201
    assert sales.delete(f"/api/v1{path}/files/{put.json()['id']}").status_code == 204
    assert send(sales, f"{path}/hand-in").status_code == 422
    foreign = send(manager, "/tasks", {"partner_id": str(world.beta.pk), "task": asked})
    assert foreign.status_code == 404  # its channel manager is somebody else


def test_many_are_started_by_an_audience(world: World) -> None:
    drawn, admin = template(), program(world, "enablement")
    started(world.alfa, drawn)
    world.beta  # noqa: B018
    made = send(admin, "/journeys/start-many", {"template": "reseller", "audience": {"all": []}}).json()
    assert [one["partner_id"] for one in made["started"]] == [str(world.beta.pk)]
    assert [one["partner_id"] for one in made["refused"]] == [str(world.alfa.pk)]


def test_a_task_is_left_out_and_taken_up_again(world: World) -> None:
    journey = started(world.alfa)
    manager, sales = program(world, "channel_manager"), program(world, "sales", world.alfa)
    path = f"/tasks/{task(journey, 'code').pk}"
    assert send(sales, f"{path}/skip").status_code == 409
    assert send(manager, f"{path}/skip").status_code == 422
    assert send(manager, f"{path}/skip", {"text": "On paper."}).json()["state"] == "skipped"
    assert send(manager, f"{path}/resume").json()["state"] == "pending"
