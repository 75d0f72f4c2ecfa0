"""Recruiting by programs, and forms as text."""

from typing import Any

import pytest
from django.test import Client

from openprm.accounts import services as accounts
from openprm.kernel.access import SYSTEM, as_system, permissions
from openprm.kernel.errors import Invalid
from openprm.recruiting import blueprint, services
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import Approval, Comparison, FormDefinition, FormQuestion, ScoreRule
from openprm.recruiting.tests.conftest import SAID, WHO, Recruiting
from tests.world import NOW, World


def program(world: World, role: str) -> Client:
    """Return a client that holds everything of a role."""
    actor = world.actor(role)
    with as_system():
        verbs = sorted(set(actor.grants) & set(permissions))
        secret = accounts.create_token(name="crm", verbs=verbs, expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}", "If-Match": "*"})


def post(client: Client, path: str, body: Any = None, method: str = "post") -> Any:
    """Send JSON."""
    return getattr(client, method)(f"/api/v1{path}", body or {}, content_type="application/json")


def test_a_program_takes_an_application_and_approves_it(recruiting: Recruiting, world: World) -> None:
    recruiting.form()
    client = program(world, "channel_manager")
    body = {**WHO, "form": "msp", "answers": SAID, "consents": ["terms"], "verified": True, "campaign": "web"}
    taken = post(client, "/applications", body)
    assert taken.status_code == 201, taken.content
    assert (taken.json()["state"], taken.json()["source"]) == ("submitted", "api")
    path = f"/applications/{taken.json()['id']}"
    assert post(client, f"{path}/assess").json()["score"] == 40
    approved = post(client, f"{path}/approve", {}).json()
    assert (approved["state"], bool(approved["partner_id"])) == ("approved", True)
    assert post(client, f"{path}/reject", {"reason": "other", "text": "No."}).status_code == 409
    stages = client.get("/api/v1/recruiting/funnel").json()["stages"]
    assert {stage["key"]: stage["count"] for stage in stages}["approved"] == 1


def test_what_is_wrong_is_named_by_its_question_and_nothing_is_written(recruiting: Recruiting, world: World) -> None:
    recruiting.form()
    client = program(world, "channel_manager")
    wrong = post(client, "/applications", {**WHO, "form": "msp", "answers": {"website": "?"}, "consents": []})
    assert wrong.status_code == 422
    assert {"website", "services", "consent_terms"} <= set(str(wrong.content.decode()).replace('"', " ").split())
    assert client.get("/api/v1/applications").json()["items"] == []


def test_a_program_draws_a_form(world: World) -> None:
    client = program(world, "admin")
    definition = {"questions": [{"key": "website", "field": "website", "required": True}]}
    made = post(client, "/application-forms", {"code": "isv", "title": "ISVs", "definition": definition})
    assert made.status_code == 201, made.content
    path = f"/application-forms/{made.json()['id']}"
    assert post(client, f"{path}/publish").json()["state"] == "published"
    bad = {"title": "ISVs", "definition": {"questions": [{"key": "a", "field": "salary"}]}}
    assert post(client, path, bad, "put").status_code == 422
    assert post(client, "/application-forms", {"code": "isv", "title": "Again"}).status_code == 422


def test_forms_go_out_as_text_and_come_back_the_same(recruiting: Recruiting) -> None:
    recruiting.form(approval=Approval(enabled=True, least_score=10), target_hours=24, intro="Welcome.")
    with as_system():
        (written,) = blueprint.read()
        ApplicationForm.objects.all().delete()
        blueprint.write(written, SYSTEM, NOW)
        assert list(blueprint.read()) == [written]
        changed = written.model_copy(update={"title": "Service partners", "state": "closed"})
        blueprint.write(changed, SYSTEM, NOW)
        assert list(blueprint.read()) == [changed]
        blueprint.remove("msp", SYSTEM, NOW)
        assert list(blueprint.read()) == []


@pytest.mark.parametrize(
    ("definition", "part"),
    [
        (FormDefinition(questions=[FormQuestion(key="a", label="A"), FormQuestion(key="a", label="B")]), "questions"),
        (FormDefinition(questions=[FormQuestion(key="a")]), "questions"),
        (FormDefinition(questions=[FormQuestion(key="a", label="A", kind="choice")]), "questions"),
        (FormDefinition(score=[ScoreRule(points=1, tests=[Comparison(field="gone", op="answered")])]), "score"),
    ],
)
def test_a_form_that_cannot_work_is_refused(recruiting: Recruiting, definition: FormDefinition, part: str) -> None:
    with as_system(), pytest.raises(Invalid) as refused:
        services.save_form(form=None, code="x", values=FormValues(title="X", definition=definition), by=SYSTEM, at=NOW)
    assert part in refused.value.fields


def test_a_form_names_a_programme_that_there_is(recruiting: Recruiting) -> None:
    with as_system(), pytest.raises(Invalid) as refused:
        services.save_form(form=None, code="x", values=FormValues(title="X", programme="none"), by=SYSTEM, at=NOW)
    assert "programme" in refused.value.fields
