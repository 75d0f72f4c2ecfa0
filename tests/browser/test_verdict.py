"""The verdict beside the form, when its answer does not come: nothing stands there that was said of another company."""

import re

import pytest
from playwright.sync_api import expect

from openprm.deals.models import DealRegistration
from openprm.kernel.access import as_system
from tests.browser.conftest import PHONE, Visitors
from tests.world import World


def test_no_verdict_stands_beside_another_name_while_the_connection_fails(visit: Visitors, world: World) -> None:
    world.approved(world.beta, customer="Zyzzyva Works GmbH")
    page = visit(world.person("sales", world.alfa))
    for address in ("/portal/deals/register/", "/portal/check/"):
        page.goto(address)
        verdict, name = page.locator("#verdict"), page.get_by_label("Customer", exact=False).first
        name.fill("Zyzzyva Works GmbH")
        expect(verdict).to_contain_text("Registered by another partner")
        visit.expect_complaints("Failed to fetch", "ERR_INTERNET_DISCONNECTED")
        page.context.set_offline(True)
        name.fill("Quixotic Plc")
        expect(verdict).to_contain_text("Not checked yet")
        expect(verdict).not_to_contain_text("another partner")
        page.context.set_offline(False)
        expect(verdict.locator("[data-level=clear]")).to_be_visible()


def test_enter_asks_about_a_company_and_registers_nothing(visit: Visitors, world: World) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/check/")
    name = page.get_by_label("Customer", exact=False).first
    name.fill("Quixotic Plc")
    expect(page.get_by_role("button", name="Register this deal")).to_be_visible()
    name.press("Enter")
    name.fill("Zyzzyva Works GmbH")
    name.press("Enter")
    expect(page.locator("#verdict [data-level=clear]")).to_be_visible()
    expect(page).to_have_url(re.compile("/portal/check/$"))
    assert name.input_value() == "Zyzzyva Works GmbH"
    with as_system():
        assert not DealRegistration.objects.exists()


@pytest.mark.parametrize("address", ["/portal/deals/register/", "/portal/check/"])
def test_on_a_phone_the_verdict_is_seen_where_the_name_is_typed(visit: Visitors, world: World, address: str) -> None:
    world.approved(world.beta, customer="Zyzzyva Works GmbH")
    page = visit(world.person("sales", world.alfa), viewport=PHONE)
    page.goto(address)
    short = page.locator(".verdict-short:visible")
    expect(short).to_have_count(0)
    name = page.get_by_label("Customer", exact=False).first
    name.fill("Zyzzyva Works GmbH")
    expect(short).to_have_text("Blocked See why")
    expect(short).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0  # nothing moved under the finger
    name.fill("Quixotic Plc")
    expect(short).to_have_text("Clear")
    name.fill("Zyzzyva Works GmbH")
    page.get_by_role("link", name="Blocked See why").click()
    expect(page.locator("#verdict").get_by_text("Registered by another partner")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(short).to_have_count(0)  # the whole verdict stands beside the name
