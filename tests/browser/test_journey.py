"""A journey in a real browser, from its start to its end: the partner does the tasks, the vendor answers."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openprm.journeys import services
from openprm.journeys.content import StageDoc
from openprm.kernel.access import SYSTEM, as_system
from tests.browser.conftest import Visitors, type_password
from tests.world import World

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
STAGES = [
    {"key": "contract", "name": "Contract", "tasks": [
        {"key": "team", "title": "Tell us about your team", "kind": "form", "approval": True, "due_days": 3,
         "questions": [{"key": "people", "label": "How many people sell?", "kind": "number"},
                       {"key": "focus", "label": "Whom do you sell to?", "kind": "choice",
                        "choices": ["Small companies", "Enterprises"]}]},
        {"key": "nda", "title": "Upload the NDA", "kind": "document", "approval": True, "due_days": 5},
        {"key": "conduct", "title": "Code of conduct", "kind": "confirm", "text": "Be fair.", "due_days": 7}]},
    {"key": "ready", "name": "Ready to sell", "tasks": [
        {"key": "kickoff", "title": "Kick-off meeting", "kind": "meeting", "depends_on": ["team", "nda"]},
        {"key": "release", "title": "Release", "kind": "approval", "owner": "channel_manager",
         "depends_on": ["kickoff", "conduct"]}]},
]  # fmt: skip
PHONE = {"width": 390, "height": 844}


def drawn() -> None:
    """Publish the journey."""
    now = timezone.now()
    with as_system():
        stages = [StageDoc.model_validate(stage) for stage in STAGES]
        row = services.save_template(code="reseller", name="Reseller onboarding", stages=stages, by=SYSTEM, at=now)
        services.publish(template=row, by=SYSTEM, at=now)


def open_task(page: Page, title: str) -> None:
    """Open a task from the checklist."""
    page.goto("/portal/checklist/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def fill_in_the_team(page: Page, people: str) -> None:
    """Fill in the form of the first task, once the page listens."""
    page.wait_for_load_state()
    page.get_by_label("How many people sell?").fill(people)
    page.get_by_label("Whom do you sell to?").select_option("Enterprises")


def test_a_partner_goes_through_a_journey_on_a_phone_with_the_vendors_approval(visit: Visitors, world: World) -> None:
    drawn()
    sales, manager = world.person("sales", world.alfa), world.person("channel_manager")
    desk, page = visit(manager), visit(sales, viewport=PHONE)
    page.goto("/portal/")
    expect(page.get_by_text("Nothing to do right now")).to_be_visible()

    desk.goto(f"/console/journeys/start/?partner={world.alfa.pk}")
    desk.locator("#id_template").select_option(label="Reseller onboarding")
    desk.get_by_role("button", name="Start").click()
    expect(desk.get_by_role("heading", name="Alfa")).to_be_visible()
    expect(page.get_by_role("link", name="Tell us about your team")).to_be_visible()  # by itself
    expect(page.get_by_text("0 of 5").first).to_be_visible()

    page.get_by_role("link", name="Tell us about your team").click()
    fill_in_the_team(page, "many")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    page.reload()
    expect(page.get_by_label("How many people sell?")).to_have_value("many")
    visit.expect_complaints("422 (Unprocessable")
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("Give a number.").first).to_be_visible()
    page.get_by_label("How many people sell?").fill("12")
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("Waiting for approval").first).to_be_visible()

    open_task(page, "Upload the NDA")
    page.get_by_label("File").set_input_files({"name": "nda.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="nda.pdf")).to_be_visible()
    page.get_by_role("button", name="Hand in for approval").click()
    open_task(page, "Code of conduct")
    page.get_by_label("I have read and confirm this").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("1 of 5").first).to_be_visible()

    desk.goto("/console/journey-approvals/")
    team = desk.locator("li.card", has_text="Tell us about your team")
    expect(team).to_contain_text("12")
    team.get_by_role("button", name="Send back…").click()
    desk.get_by_role("dialog").get_by_label("Reason").fill("Count the technicians, too.")
    desk.get_by_role("dialog").get_by_role("button", name="Send back", exact=True).click()
    expect(team).to_have_count(0)
    desk.locator("li.card", has_text="Upload the NDA").get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Nothing waits for your approval")).to_be_visible()

    open_task(page, "Tell us about your team")
    expect(page.get_by_text("Count the technicians, too.").first).to_be_visible()
    expect(page.get_by_label("How many people sell?")).to_have_value("12")
    page.get_by_label("How many people sell?").fill("15")
    page.get_by_role("button", name="Hand in for approval").click()
    row = desk.locator("li.card", has_text="Tell us about your team")
    expect(row).to_contain_text("15")  # the inbox has it by itself
    row.get_by_role("button", name="Approve").click()

    open_task(page, "Kick-off meeting")
    moment = timezone.localtime() + timedelta(days=9)
    page.get_by_label("When would suit you?").fill(moment.strftime("%Y-%m-%dT10:00"))
    page.get_by_role("button", name="Hand in for approval").click()
    desk.goto("/console/journey-approvals/")
    desk.get_by_role("button", name="Confirm the time").click()
    release = desk.locator("li.card", has_text="Release")
    release.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Nothing waits for your approval")).to_be_visible()

    page.goto("/portal/checklist/")
    page.get_by_role("link", name=re.compile("Reseller onboarding")).click()
    expect(page.get_by_text("All done. Thank you!")).to_be_visible()
    desk.goto("/console/journeys/time/activation/")
    expect(desk.get_by_role("link", name="Alfa").first).to_be_visible()


def test_a_session_that_ended_costs_nothing_that_was_typed_into_a_task(
    visit: Visitors, world: World, end_sessions: Callable[[], None]
) -> None:
    drawn()
    with as_system():
        services.start(template=services.template_of("reseller"), partner=world.alfa, by=SYSTEM, at=timezone.now())
    sales = world.person("sales", world.alfa)
    page = visit(sales)
    open_task(page, "Tell us about your team")
    fill_in_the_team(page, "7")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    end_sessions()
    page.get_by_label("How many people sell?").fill("8")
    page.get_by_role("button", name="Hand in for approval").click()
    type_password(page, sales)
    expect(page.get_by_label("How many people sell?")).to_have_value("8")


def test_a_journey_is_drawn_by_keyboard_and_by_dragging(visit: Visitors, world: World) -> None:
    drawn()
    desk = visit(world.person("channel_manager"))
    desk.goto("/console/journey-templates/")
    desk.get_by_role("link", name="Reseller onboarding").first.click()
    up = desk.get_by_role("button", name="Move Code of conduct up")
    up.focus()
    desk.keyboard.press("Enter")
    contract = desk.locator("#stage-contract li a")
    expect(contract).to_have_text(["Tell us about your team", "Code of conduct", "Upload the NDA"])
    conduct, release = desk.locator("#task-conduct[draggable=true]"), desk.locator("#task-release")
    conduct.drag_to(release, target_position={"x": 40, "y": 2})
    expect(desk.locator("#stage-ready li a")).to_have_text(["Kick-off meeting", "Code of conduct", "Release"])
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("Version 2 is in force")).to_be_visible()
    desk.get_by_role("link", name="Preview").click()
    expect(desk.get_by_text("As the partner sees it")).to_be_visible()
