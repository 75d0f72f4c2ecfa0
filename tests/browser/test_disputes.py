"""A decision that a partner contests, in a real browser: evidence, an answer with a reason, an appeal that mends it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openprm.deals import services as deals
from openprm.kernel.access import enter
from tests.browser.conftest import PHONE, Visitors
from tests.world import World

pytestmark = pytest.mark.browser

WHY = "They signed our letter of intent on 3 March, before anybody else spoke with them; it is attached."
LETTER = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"We chose Alfa on 3 March."}


def decide(desk: Page, button: str, outcome: str, text: str) -> None:
    """Decide with the first reason that the outcome offers, and the first remedy."""
    desk.get_by_role("button", name=f"{button}…").click()
    dialog = desk.locator("dialog[open]")
    reasons = dialog.get_by_label("Outcome and reason")
    reasons.select_option(reasons.locator(f"option[value^='{outcome}:']").first.get_attribute("value"))
    dialog.get_by_label("In words").fill(text)
    dialog.get_by_role("button", name=button).click()


def test_a_rejection_is_contested_appealed_and_mended(visit: Visitors, world: World) -> None:
    manager, now = world.actor("channel_manager"), timezone.now()
    deal = world.submitted(world.alfa, at=now, customer="Hansa Logistik GmbH")
    with enter(manager):
        deals.reject(deal=deal, code="existing_customer", by=manager, at=now)

    page = visit(world.person("sales", world.alfa), viewport=PHONE)
    page.goto(deal.get_absolute_url())
    page.locator("#disputes").get_by_role("link", name="Contest it").click()
    visit.expect_complaints("422")
    page.get_by_label("Why is it wrong?").fill("Wrong.")
    page.get_by_role("button", name="Contest it").click()
    expect(page.get_by_label("Why is it wrong?")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Why is it wrong?")).to_have_value("Wrong.")
    page.get_by_label("Why is it wrong?").fill(WHY)
    page.get_by_label("Evidence").set_input_files(LETTER)
    page.get_by_role("button", name="Contest it").click()
    expect(page).to_have_url(re.compile("/portal/disputes/"))
    expect(page.locator("#talk")).to_contain_text("letter.txt")
    case = page.url

    desk = visit(world.person("channel_manager"))
    desk.goto("/console/disputes/")
    desk.get_by_role("link", name="Hansa Logistik GmbH").first.click()
    expect(desk.locator("#talk")).to_contain_text(WHY)
    decide(desk, "Decide", "rejected", "Our rules count the order of last year; the letter does not change that.")

    answered = page.locator("#case")
    expect(answered).to_contain_text("the letter does not change that")  # the open page says so by itself
    page.get_by_role("button", name="Appeal…").click()
    asking = page.locator("dialog[open]")
    asking.locator("textarea").fill("The order of last year was cancelled in May; ask their purchasing department.")
    asking.get_by_role("button", name="Appeal").click()
    expect(answered).to_contain_text("The order of last year was cancelled in May")

    legal = visit(world.person("legal"))
    legal.goto("/console/disputes/")
    legal.get_by_role("link", name="Hansa Logistik GmbH").first.click()
    decide(legal, "Decide the appeal", "upheld", "The cancellation is on record: the registration is looked at again.")
    expect(answered).to_contain_text("The cancellation is on record")

    desk.reload()
    desk.get_by_role("button", name="Carry it out").click()
    page.goto(deal.get_absolute_url())
    expect(page.locator(".deal-now")).not_to_contain_text("Rejected")
    page.goto(case)
    expect(page.get_by_role("button", name="Appeal…")).to_have_count(0)
