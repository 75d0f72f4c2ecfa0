"""The verdict beside the form, when its answer does not come: nothing stands there that was said of another company."""

import re

from playwright.sync_api import expect

from openprm.deals.models import DealRegistration
from openprm.kernel.access import as_system
from tests.browser.conftest import Visitors
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
