"""A decision that a partner contests, in a real browser: evidence, an answer with a reason, an appeal that mends it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openprm.deals import services as deals
from openprm.disputes import services as disputes
from openprm.disputes.models import Dispute
from openprm.extensions import services as extensions
from openprm.kernel.access import enter
from tests.browser.conftest import PHONE, Visitors
from tests.browser.test_accessibility import WIDER
from tests.world import World

pytestmark = pytest.mark.browser

WHY = "They signed our letter of intent on 3 March, before anybody else spoke with them; it is attached."
PUT_OFF = """document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceEvent?.type === "live:dispute") document.body.dataset.putOff = event.defaultPrevented;
})"""  # whether the page asked for the changed case, or waits with it
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


def test_what_was_refused_stays_when_the_case_changes_meanwhile(visit: Visitors, world: World) -> None:
    """The page changes by itself, but not under somebody who reads why their words were not taken."""
    dispute = contested(world)
    page = visit(world.person("sales", world.alfa))
    page.goto(dispute.get_absolute_url())
    page.get_by_label("Your statement").fill("The letter and the minutes.")
    page.get_by_label("Evidence").set_input_files(
        {"name": "setup.exe", "mimeType": "text/plain", "buffer": b"MZ" + bytes(200)}
    )
    visit.expect_complaints("422")
    page.get_by_role("button", name="Add the statement").click()
    expect(page.get_by_role("alert")).to_contain_text("setup.exe: Files of this kind cannot be kept here.")
    page.evaluate(PUT_OFF)
    manager = world.actor("channel_manager")
    with enter(manager):
        disputes.say(dispute=dispute, text="We are reading it.", by=manager, at=timezone.now())
    expect(page.locator("body")).to_have_attribute("data-put-off", "true")
    expect(page.get_by_role("alert")).to_contain_text("setup.exe")
    expect(page.get_by_label("Your statement")).to_have_value("The letter and the minutes.")


def test_one_very_long_word_makes_no_page_wider_than_the_screen(visit: Visitors, world: World) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    dispute = contested(world, customer=f"{word} AG")
    manager, deal = world.actor("channel_manager"), dispute.deal
    approved = world.approved(world.alfa, at=timezone.now(), customer="Litware AG")
    with enter(manager):
        extensions.log(deal=approved, kind="note", title=f"{word} {word}", by=manager, at=timezone.now())
        disputes.ask(dispute=dispute, text=f"What about {word * 2}?", by=manager, at=timezone.now())
    mine = ["/portal/", "/portal/deals/", "/portal/deals/?view=board", "/portal/disputes/"]
    mine += [one.get_absolute_url() for one in (deal, approved, dispute)]
    theirs = ["/console/deals/", "/console/disputes/", *(one.console_url for one in (deal, approved, dispute))]
    for person, addresses in ((world.person("sales", world.alfa), mine), (world.person("channel_manager"), theirs)):
        for screen in (PHONE, {"width": 1280, "height": 900}):
            page = visit(person, viewport=screen)
            for address in addresses:
                page.goto(address)
                expect(page.locator("main")).to_contain_text(word)
                assert page.evaluate(WIDER) == "", (address, screen)


def contested(world: World, customer: str = "Hansa Logistik GmbH") -> Dispute:
    """Return a dispute about a rejection."""
    manager, sales, now = world.actor("channel_manager"), world.actor("sales", world.alfa), timezone.now()
    deal = world.submitted(world.alfa, at=now, customer=customer)
    with enter(manager):
        deals.reject(deal=deal, code="existing_customer", by=manager, at=now)
    with enter(sales):
        return disputes.contest(deal=deal, subject="rejection", text=WHY, by=sales, at=now)
