"""The whole story in a real browser: register, be warned while typing, be approved, and see it happen."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openprm.deals.models import DealRegistration
from openprm.kernel.access import as_system
from tests.browser.conftest import MARK, Visitors, assert_nobody_reloaded, type_password
from tests.world import World

pytestmark = pytest.mark.browser

TAKEN = {"customer": "Müller Maschinenbau GmbH", "country": "DE"}


def fill_in(page: Page, customer: str) -> None:
    """Fill in a registration as a person does."""
    page.get_by_label("Customer", exact=False).first.press_sequentially(customer, delay=15)
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Cloud").check()


def fill_in_the_rest(page: Page) -> None:
    """Fill in what the verdict does not depend on."""
    page.get_by_label("Expected value").fill("25,000")
    page.get_by_label("Expected close date").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    page.get_by_label("What the customer needs").fill("Replaces the old warehouse servers.")


def test_a_partner_registers_a_free_customer_and_sees_the_approval_arrive(visit: Visitors, world: World) -> None:
    now = timezone.now()
    world.approved(world.beta, at=now, close_date=now.date() + timedelta(days=60), **TAKEN)
    sales, manager = world.person("sales", world.alfa), world.person("channel_manager")

    desk = visit(manager)
    desk.goto("/console/review-queue/")
    expect(desk.get_by_text("Nothing waits for a decision")).to_be_visible()
    desk.evaluate(MARK)

    page = visit()
    page.goto("/portal/deals/register/")
    type_password(page, sales)
    expect(page).to_have_url(re.compile("/portal/deals/register/$"))
    page.evaluate(MARK)
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("Is the customer free?")

    fill_in(page, "Mueller Maschinen-Bau")
    expect(verdict.locator("[data-level=blocked]")).to_be_visible()
    expect(verdict).to_contain_text("Registered by another partner; until when is not disclosed")
    assert "Beta" not in page.content()
    expect(page.get_by_role("button", name="Send it for review anyway")).to_be_visible()
    assert_nobody_reloaded(page)

    name = page.locator("#id_customer_name")
    name.fill("")
    name.press_sequentially("Contoso Logistics", delay=15)
    expect(verdict.locator("[data-level=clear]")).to_be_visible()
    assert_nobody_reloaded(page)
    fill_in_the_rest(page)
    page.get_by_role("button", name="Submit for approval").click()
    expect(page).to_have_url(re.compile(r"/portal/deals/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", name="Contoso Logistics")).to_be_visible()
    expect(page.locator(".deal-now")).to_contain_text("Submitted")
    page.evaluate(MARK)

    row = desk.get_by_role("link", name=re.compile("Contoso Logistics"))
    expect(row.first).to_be_visible()
    assert_nobody_reloaded(desk)
    row.first.click()
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.locator(".deal-now")).to_contain_text("Approved")

    now_box = page.locator(".deal-now")
    expect(now_box).to_contain_text("Approved")
    expect(now_box).to_contain_text("Protected until")
    expect(now_box.locator(".countdown")).to_contain_text(re.compile(r"\d+"))
    assert_nobody_reloaded(page)


def test_a_draft_outlives_the_tab_it_was_typed_in(visit: Visitors, world: World) -> None:
    world.cloud  # noqa: B018 - a world with a product line
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/deals/register/")
    fill_in(page, "Contoso Logistics")
    page.get_by_label("What the customer needs").fill("Replaces the old warehouse servers.")
    page.close(run_before_unload=False)

    again = visit.contexts[0].new_page()
    draft = again.get_by_role("link", name=re.compile("Contoso Logistics")).first
    for _moment in range(50):  # the closing tab's last word may still be on its way
        again.goto("/portal/deals/")
        if draft.is_visible():
            break
        again.wait_for_timeout(200)
    draft.click()
    again.get_by_role("link", name="Finish it").click()
    expect(again.locator("#id_customer_name")).to_have_value("Contoso Logistics")
    expect(again.get_by_label("What the customer needs")).to_have_value("Replaces the old warehouse servers.")
    with as_system():
        assert DealRegistration.objects.count() == 1


def test_a_session_that_ended_costs_nothing_that_was_typed(
    visit: Visitors, world: World, end_sessions: Callable[[], None]
) -> None:
    world.cloud  # noqa: B018 - a world with a product line
    sales = world.person("sales", world.alfa)
    page = visit(sales)
    page.goto("/portal/deals/register/")
    fill_in(page, "Contoso Logistics")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    visit.expect_complaints("401 (Unauthorized)")  # the margin is asked for by then
    end_sessions()
    fill_in_the_rest(page)
    page.get_by_role("button", name="Submit for approval").click()
    type_password(page, sales)
    expect(page.locator("#id_customer_name")).to_have_value("Contoso Logistics")
    expect(page.get_by_label("What the customer needs")).to_have_value("Replaces the old warehouse servers.")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator(".deal-now")).to_contain_text("Submitted")


def test_typing_on_after_the_session_ended_costs_nothing_either(
    visit: Visitors, world: World, end_sessions: Callable[[], None]
) -> None:
    world.cloud  # noqa: B018 - a world with a product line
    sales = world.person("sales", world.alfa)
    page = visit(sales)
    page.goto("/portal/deals/register/")
    fill_in_the_rest(page)
    end_sessions()
    visit.expect_complaints("401 (Unauthorized)")
    fill_in(page, "Contoso Logistics")
    expect(page.get_by_text("You have been signed out")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("region", name="Messages").get_by_role("link", name="Sign in").first.click()
    type_password(opened.value, sales)
    expect(opened.value).to_have_url(re.compile("/portal/"))
    page.bring_to_front()
    page.get_by_label("Contact at the customer").fill("Eve Schmidt")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator(".deal-now")).to_contain_text("Submitted")
    expect(page.get_by_role("heading", name="Contoso Logistics")).to_be_visible()
