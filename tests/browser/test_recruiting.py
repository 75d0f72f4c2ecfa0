"""From a stranger's first look at the application to the first sign-in of a new partner, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.settings_store import StoredSetting
from openprm.recruiting import services
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import Choice, Condition, Consent, FormDefinition, FormQuestion
from tests.browser.conftest import Visitors, Worker, link
from tests.browser.test_accessibility import AXE, RUN, WIDER
from tests.world import NOW, World

pytestmark = pytest.mark.browser

ASKED = FormDefinition(
    questions=[
        FormQuestion(key="website", field="website", required=True, step="Company"),
        FormQuestion(
            key="services",
            kind="choice",
            label="What do you offer?",
            choices=[Choice(value="resale", label="Resale"), Choice(value="managed", label="Managed services")],
            required=True,
            step="Business",
        ),
        FormQuestion(
            key="seats",
            kind="number",
            label="How many seats?",
            required=True,
            when=Condition(question="services", values=["managed"]),
            step="Business",
        ),
    ],
    consents=[Consent(key="terms", label="I agree to the partner terms")],
)


def is_accessible(page: Page) -> None:
    """Hold that a page passes axe, and fits a phone."""
    page.evaluate(AXE)
    assert page.evaluate(RUN, None) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.evaluate(WIDER)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_stranger_becomes_a_partner_and_signs_in(visit: Visitors, world: World, worker: Worker) -> None:
    with as_system():
        StoredSetting.objects.create(key="recruiting.least_seconds", value=0)
        values = FormValues(title="Become a service partner", definition=ASKED)
        form = services.save_form(form=None, code="msp", values=values, by=SYSTEM, at=NOW)
        services.publish_form(form=form, by=SYSTEM, at=NOW)
    manager = world.person("channel_manager")

    page = visit()
    page.goto("/apply/?utm_source=fair")
    page.get_by_label("Your name").fill("Ines Costa")
    page.get_by_label("Work e-mail").fill("ines@costa-it.example.org")
    page.get_by_label("Company").fill("Costa Informatica Lda")
    page.get_by_label("Country").select_option("PT")
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Website").fill("costa-it.com")
    is_accessible(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("group", name="What do you offer?")).to_be_visible()
    expect(page.get_by_label("How many seats?")).to_be_hidden()
    page.get_by_label("Managed services").check()
    expect(page.get_by_label("How many seats?")).to_be_visible()
    page.get_by_label("How many seats?").fill("1200")
    page.get_by_role("button", name="Save and go on later").click()

    other = visit()  # another device: the link in the letter leads to what was typed
    other.goto(link(worker.letter("Your application")))
    other.get_by_role("link", name="Go on").click()
    expect(other.get_by_label("How many seats?")).to_have_value("1200")

    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Managed services")).to_be_visible()
    is_accessible(page)
    page.get_by_label("I agree to the partner terms").check()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Confirm your e-mail address")).to_be_visible()
    is_accessible(page)

    page.goto(link(worker.letter("Confirm your application")))
    page.get_by_role("button", name="Confirm my address and send").click()
    expect(page.get_by_text("Received")).to_be_visible()

    desk = visit(manager)
    desk.goto("/console/applications/")
    desk.get_by_role("link", name="Costa Informatica Lda").first.click()
    expect(desk.get_by_text("Resembles no partner and no other application")).to_be_visible()
    desk.get_by_role("button", name="Approve…").click()
    desk.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("link", name="Open the partner Costa Informatica Lda")).to_be_visible()

    page.goto(link(worker.letter("You are invited")))
    page.get_by_label("Password").first.fill("a long enough passphrase")
    page.get_by_role(
        "button", name=re.compile("Accept|Start|Join|Continue|Sign in|password", re.IGNORECASE)
    ).first.click()
    expect(page).to_have_url(re.compile("/portal/"))
