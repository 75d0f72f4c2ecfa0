"""The console's pages and the API of automations, as the people who use them go through them."""

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from openprm.accounts import services as accounts
from openprm.automation import blueprints, gallery, rehearsing, services
from openprm.automation.models import Automation, EmailTemplate, RehearsedRun, Run
from openprm.automation.tests.makers import (
    HEALTHCARE,
    action,
    add_vertical,
    branch,
    change,
    definition,
    live,
    only_run,
    runs,
    template,
    verticals,
    wait,
)
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.notifications.models import Notification
from openprm.kernel.webhooks.models import Endpoint, Message
from openprm.partners import services as partners
from openprm.partners.models import Partner
from tests.world import NOW, World


def draft(world: World) -> Automation:
    """Return an automation that the channel manager began."""
    browser = world.browser("channel_manager")
    assert browser.post("/console/automations/new/", {"name": "Welcome"}).status_code == 302
    with as_system():
        return Automation.objects.get(name="Welcome")


def html_of(letter: Any) -> str:
    """Return a letter's HTML."""
    return str(letter.alternatives[0][0])


def address(automation: Automation, rest: str = "") -> str:
    """Return an address of an automation."""
    return f"/console/automations/{automation.pk}/{rest}"


def test_an_automation_is_built_on_its_pages_and_goes_live(world: World) -> None:
    made, browser = draft(world), world.browser("channel_manager")
    trigger = {"kind": "event", "event": "partner.profile_changed"}
    assert browser.post(address(made, "trigger/"), trigger).status_code == 302
    held = {
        "audience": json.dumps({"all": [HEALTHCARE]}),
        "match": "all",
        "told": ["changes|includes", ""],
        "told_value": ["verticals", ""],
    }
    assert browser.post(address(made, "condition/"), held).status_code == 302
    added = address(made, "steps/add/partners.set_field/")
    assert browser.post(added, {"change": "verticals+life_sciences"}).status_code == 302
    assert browser.post(address(made, "steps/add/wait/"), {"unit": "days", "amount": 0}).status_code == 422
    assert browser.post(address(made, "steps/add/wait/"), {"unit": "days", "amount": 3}).status_code == 302
    page = browser.get(address(made)).content.decode()
    assert "When a partner&#x27;s profile was changed, if Vertical includes any of Healthcare" in page
    assert browser.post(address(made, "publish/"), {"note": "First"}).status_code == 302
    change(world.alfa, verticals=["healthcare"])
    assert "life_sciences" in verticals(world.alfa)
    trace = browser.get(only_run(made).get_absolute_url()).content.decode()
    assert "Add the vertical Life sciences" in trace


def test_steps_are_moved_and_removed_by_buttons(world: World) -> None:
    made, browser = draft(world), world.browser("channel_manager")
    steps = [add_vertical("a", "media"), wait("b", 1), branch("c", HEALTHCARE, [add_vertical("d", "legal")])]
    with as_system():
        services.edit(automation=made, definition=definition(*steps), by=SYSTEM, at=NOW)

    def order() -> list[str]:
        with as_system():
            from openprm.automation.definition import keys

            return keys(Automation.objects.get(pk=made.pk).edited)

    browser.post(address(made, "steps/b/act/"), {"do": "up"})
    assert order() == ["b", "a", "c", "d"]
    browser.post(address(made, "steps/a/act/"), {"do": "move", "into": "c:else", "place": "0"})
    assert order() == ["b", "c", "d", "a"]
    browser.post(address(made, "steps/c/act/"), {"do": "remove"})
    assert order() == ["b"]
    assert browser.post(address(made, "steps/c/act/"), {"do": "up"}).status_code == 404


def test_what_is_missing_is_said_where_it_is(world: World) -> None:
    made, browser = draft(world), world.browser("channel_manager")
    answer = browser.post(address(made, "publish/"))
    assert answer.status_code == 422
    assert "Add at least one step." in answer.content.decode()


def test_a_live_automation_changes_only_when_its_draft_is_published(world: World) -> None:
    automation, browser = live(add_vertical("a", "media")), world.browser("channel_manager")
    browser.post(address(automation, "steps/a/"), {"change": "verticals+legal"})
    change(world.alfa, verticals=["retail"])
    assert "legal" not in verticals(world.alfa)
    page = browser.get(address(automation)).content.decode()
    assert "Step 1: add the vertical Legal (was: add the vertical Media and entertainment)." in page
    browser.post(address(automation, "publish/"))
    change(world.beta, verticals=["retail"])
    assert "legal" in verticals(world.beta)
    versions = browser.get(address(automation, "versions/")).content.decode()
    assert "Version 2" in versions
    assert "northwind.channel_manager" in versions
    browser.post(address(automation, "versions/1/restore/"))
    with as_system():
        assert Automation.objects.get(pk=automation.pk).draft["steps"] == [add_vertical("a", "media")]


def test_the_page_of_a_failed_run_offers_to_go_on_from_there(world: World) -> None:
    automation = live(action("a", "partners.assign_team", role="technical_account_manager", way="region"))
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(region="dach")
    change(world.alfa, verticals=["retail"])
    browser, run = world.browser("channel_manager"), only_run(automation)
    assert "Automation failures" in browser.get("/console/").content.decode()
    assert "Try again from the failed step" in browser.get(run.get_absolute_url()).content.decode()
    with as_system():
        partners.set_territory(
            person=world.person("enablement"), duty="technical_account_manager", regions=["dach"], by=SYSTEM, at=NOW
        )
    browser.post(f"{run.get_absolute_url()}act/", {"do": "retry"})
    jobs.work_off()
    assert only_run(automation).state == Run.State.DONE


def test_a_dry_run_tells_what_would_have_happened_and_writes_nothing_of_it(world: World) -> None:
    change(world.alfa, verticals=["healthcare"])
    change(world.beta, verticals=["retail"])
    made, browser = draft(world), world.browser("channel_manager")
    with as_system():
        said = definition(add_vertical("a", "media"), audience=HEALTHCARE)
        services.edit(automation=made, definition=said, by=SYSTEM, at=NOW)
    with as_system():
        row = services.rehearse(automation=made, days=90, by=SYSTEM, at=NOW)
    jobs.work_off()
    page = browser.get(row.get_absolute_url()).content.decode()
    assert "add the vertical Media" in page
    with as_system():
        row.refresh_from_db()
        (found,) = RehearsedRun.objects.filter(rehearsal=row)
    assert (row.state, row.total, row.seen, row.partners, row.actions) == ("done", 2, 2, 1, {"partners.set_field": 1})
    assert found.partner_id == world.alfa.pk
    assert (verticals(world.alfa), runs(made)) == (["healthcare"], [])


def test_the_database_refuses_whatever_a_dry_run_would_write(world: World) -> None:
    with as_system():
        with pytest.raises(Exception, match="read-only"), rehearsing.reading_only():
            Partner.objects.filter(pk=world.alfa.pk).update(trading_name="Changed")
        Partner.objects.filter(pk=world.alfa.pk).update(trading_name="Afterwards")  # and lets write again


def test_it_is_tested_on_one_partner_and_really_run_for_that_one(world: World) -> None:
    made, browser = draft(world), world.browser("channel_manager")
    with as_system():
        said = definition(add_vertical("a", "media"), audience=HEALTHCARE)
        services.edit(automation=made, definition=said, by=SYSTEM, at=NOW)
    page = browser.get(address(made, f"try/?partner={world.alfa.pk}")).content.decode()
    assert "The condition does not hold" in page
    assert "Add the vertical Media" in page
    assert verticals(world.alfa) == []
    assert browser.post(address(made, "try/"), {"partner": world.alfa.pk}).status_code == 302
    jobs.work_off()
    assert verticals(world.alfa) == ["media"]
    assert (only_run(made).state, only_run(made).started_by) == (Run.State.DONE, "northwind.channel_manager")


def test_an_email_goes_out_in_the_name_of_the_regional_director(world: World) -> None:
    director, reader = world.person("marketing"), world.person("admin", world.alfa)
    template()
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(region="dach")
        partners.set_territory(person=director, duty="regional_director", regions=["dach"], by=SYSTEM, at=NOW)
    automation = live(
        action("m", "automation.send_email", template="welcome", to="partner_admins", sender="regional_director")
    )
    change(world.alfa, verticals=["healthcare"])
    assert only_run(automation).state == Run.State.DONE
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Welcome, Alfa", [reader.email])
    assert director.name in letter.from_email
    assert letter.extra_headers["Reply-To"] == director.email
    assert reader.name.split()[0] in letter.body
    assert "we are glad." in html_of(letter)


def test_people_are_told_in_the_app(world: World) -> None:
    world.alfa  # noqa: B018 - has a channel manager
    live(action("n", "automation.notify", to="team", title="{{ partner.name }} changed"))
    change(world.alfa, verticals=["healthcare"])
    with as_system():
        told = Notification.objects.get(kind="automation.message_vendor")
    assert (told.title, told.person_id) == ("Alfa changed", world.person("channel_manager").pk)


def test_a_webhook_is_sent_to_the_chosen_endpoint_alone(world: World) -> None:
    with as_system():
        chosen = Endpoint.objects.create(url="https://example.com/hook", event_types=["deal.won"])
        Endpoint.objects.create(url="https://example.com/all", event_types=["*"])
    live(action("w", "automation.post_webhook", endpoint=chosen.url, message="Hello {{ partner.name }}"))
    change(world.alfa, verticals=["healthcare"])
    with as_system():
        (message,) = Message.objects.filter(event__name="automation.posted").select_related("event")
    assert message.endpoint_id == chosen.pk
    assert message.event.payload["message"] == "Hello Alfa"
    assert message.event.payload["partner"]["name"] == "Alfa"


def test_a_template_is_written_and_previewed_as_a_partner(world: World) -> None:
    browser, reader = world.browser("channel_manager"), world.person("admin", world.alfa)
    letter = {"name": "Hello", "subject": "Hi {{ partner.nickname }}", "body": "Dear {{ person.name }}"}
    refused = browser.post("/console/email-templates/add/", letter)
    assert refused.status_code == 422
    assert "There is no merge field “partner.nickname”" in refused.content.decode()
    letter["subject"] = "Hi {{ partner.name }}"
    assert browser.post("/console/email-templates/add/", letter).status_code == 302
    shown = browser.post("/console/email-templates/preview/", {**letter, "as_partner": world.alfa.pk})
    assert "Hi Alfa" in shown.content.decode()
    assert f"Dear {reader.name}" in shown.content.decode()
    with as_system():
        assert EmailTemplate.objects.get(code="hello").body == "Dear {{ person.name }}"


def test_markup_in_a_name_stays_text_in_the_letter(world: World) -> None:
    world.person("admin", world.alfa)
    template(body="{{ partner.name }}")
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(trading_name="<b>Alfa</b>{{ person.name }}")
    live(action("m", "automation.send_email", template="welcome", to="partner_admins", sender="programme"))
    change(world.alfa, verticals=["healthcare"])
    assert "&lt;b&gt;Alfa&lt;/b&gt;{{ person.name }}" in html_of(mail.outbox[0])


def test_a_template_that_is_sent_is_not_removed(world: World) -> None:
    row = template()
    live(action("m", "automation.send_email", template="welcome", to="partner_admins", sender="programme"))
    with pytest.raises(Refusal), as_system():
        services.remove_template(template=row, by=SYSTEM, at=NOW)


def test_every_ready_automation_can_go_live(world: World) -> None:
    assert len(gallery.offered()) >= 8
    browser = world.browser("channel_manager")
    for one in gallery.offered():
        assert browser.post("/console/automations/gallery/", {"key": one.key}).status_code == 302
    with as_system():
        for row in Automation.objects.all():
            assert services.publish(automation=row, by=SYSTEM, at=NOW).state == Automation.State.LIVE


def test_a_partner_sells_healthcare_as_a_service_provider_and_is_welcomed(world: World) -> None:
    manager = world.person("enablement")
    world.person("admin", world.alfa)
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(region="dach")
        for duty in ("regional_director", "technical_account_manager"):
            partners.set_territory(person=manager, duty=duty, regions=["dach"], by=SYSTEM, at=NOW)
        ready = gallery.find("healthcare_msp")
        assert ready
        automation = gallery.begin(ready, by=SYSTEM, at=NOW)
        services.publish(automation=automation, by=SYSTEM, at=NOW)
    change(world.alfa, verticals=["healthcare"], partner_types=["msp"])
    run = only_run(automation)
    assert (run.state, run.cursor) == (Run.State.WAITING, "two_weeks")
    with as_system():
        assert [letter.subject[:15] for letter in mail.outbox] == ["Healthcare with"]
        assert world.alfa.team.get(role="technical_account_manager").person_id == manager.pk


def test_programs_do_the_same_by_the_same_rules(world: World) -> None:
    by = world.actor("channel_manager")
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(by.grants), expires_at=None, by=by, at=NOW)[1]
    browser = Client(headers={"authorization": f"Bearer {secret}"})

    def call(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        sent = {"data": json.dumps(body or {}), "content_type": "application/json"} if method != "get" else {}
        answer = getattr(browser, method)(f"/api/v1{path}", headers={"If-Match": "*"}, **sent)
        assert answer.status_code == status, answer.content
        return answer.json()

    offered = call("get", "/automations/offered")
    assert "partners.set_field" in {one["key"] for one in offered["actions"]}
    made = call("post", "/automations", {"name": "By program", "definition": definition(wait("w", 0))}, 201)
    path = f"/automations/{made['id']}"
    wrong = call("post", f"{path}/publish", {}, 422)
    assert "step.w.amount" in str(wrong)
    call("patch", path, {"definition": definition(add_vertical("a", "media"))})
    assert call("post", f"{path}/publish")["state"] == "live"
    foreseen = call("post", f"{path}/foresee", {"partner_id": str(world.alfa.pk)})
    assert foreseen["lines"][0]["said"] == "add the vertical Media and entertainment"
    run = call("post", f"{path}/run", {"partner_id": str(world.alfa.pk)}, 201)
    jobs.work_off()
    trace = call("get", f"/automation-runs/{run['id']}")
    assert (trace["state"], trace["steps"][0]["told"]) == ("done", "add the vertical Media and entertainment")
    assert call("post", f"{path}/pause")["state"] == "paused"
    assert call("get", f"{path}/versions")["items"][0]["number"] == 1


def test_automations_and_templates_come_back_from_text_as_they_were(world: World) -> None:
    template(button="Open", button_url="/portal/")
    steps = [add_vertical("a", "media"), branch("c", HEALTHCARE, [wait("d", 2)])]
    automation = live(*steps)
    with as_system():
        services.edit(automation=automation, definition=definition(*steps, wait("e", 1)), by=SYSTEM, at=NOW)
        services.pause(automation=automation, by=SYSTEM, at=NOW)
        services.create(name="Unfinished", by=SYSTEM, at=NOW)
        for section in blueprints.SECTIONS:
            before = list(section.read())
            assert before
            for document in before:
                section.write(document, SYSTEM, NOW)
            assert list(section.read()) == before
        for section in reversed(blueprints.SECTIONS):
            kept = list(section.read())
            for document in kept:
                section.remove(document.code, SYSTEM, NOW)
            assert list(section.read()) == []
            for document in kept:
                section.write(section.shape(**document.model_dump()), SYSTEM, NOW)
            assert list(section.read()) == kept
        wrong = blueprints.AutomationDocument(code="wrong", name="Wrong", state="live", draft=definition())
        with pytest.raises(Invalid):
            blueprints.SECTIONS[1].write(wrong, SYSTEM, NOW)
