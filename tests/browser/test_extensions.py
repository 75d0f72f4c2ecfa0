"""More time for a deal, in a real browser: the log speaks for it, or a person decides; a board tells the risk."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openprm.deals.models import DealRegistration
from openprm.extensions import services
from openprm.kernel.access import SYSTEM, as_system
from tests.browser.conftest import Visitors
from tests.world import World

pytestmark = pytest.mark.browser


def ending(world: World, customer: str) -> DealRegistration:
    """Return a protected deal whose protection ends in five days."""
    since = timezone.now() - timedelta(days=85)
    return world.approved(world.alfa, at=since, customer=customer, close_date=since.date() + timedelta(days=60))


def ask(page: Page, deal: DealRegistration, reason: str) -> None:
    """Ask for twenty more days, as a partner does."""
    page.goto(f"/portal/deals/{deal.pk}/")
    page.get_by_role("link", name="Ask for an extension").click()
    page.get_by_label("How many more days").fill("20")
    page.get_by_label("Why it takes longer, and what comes next").fill(reason)
    page.get_by_role("button", name="Ask for it").click()
    expect(page).to_have_url(re.compile(rf"/portal/deals/{deal.pk}/"))


def test_the_log_speaks_for_one_extension_and_a_person_decides_another(visit: Visitors, world: World) -> None:
    with as_system():
        services.save_rule(
            name="Worked on", allowed="once", most_days=30, grant_from=1, grant_days=30, by=SYSTEM, at=timezone.now()
        )
    busy, quiet = ending(world, "Hansa Logistik GmbH"), ending(world, "Fjordbank ASA")

    desk = visit(world.person("channel_manager"))
    desk.goto("/console/expiring/")
    expect(desk.get_by_text("Protections that end").first).to_be_visible()
    at_risk = desk.locator(".tiles").get_by_text("At risk in EUR")
    expect(at_risk).to_be_visible()
    expect(desk.locator(".week").filter(has_text="Hansa Logistik GmbH")).to_contain_text("Fjordbank ASA")

    page = visit(world.person("sales", world.alfa))
    page.goto(f"/portal/deals/{busy.pk}/")
    expect(page.locator("#activities")).to_contain_text("Nothing is logged yet")
    page.locator("#activities").get_by_role("link", name="Log an activity").click()
    page.get_by_label("What it was").select_option("meeting")
    page.get_by_label("In a few words").fill("Workshop with their warehouse team")
    page.get_by_role("button", name=re.compile("Log it|Log the activity|Save|Log")).first.click()
    expect(page.locator("#activities")).to_contain_text("Workshop with their warehouse team")

    ask(page, busy, "Their board meets in three weeks.")
    extension = page.locator("#extension")
    expect(extension).to_contain_text("Granted")
    expect(extension).to_contain_text(re.compile("1 activity"))

    ask(page, quiet, "The budget is confirmed in spring.")
    expect(page.locator("#extension")).to_contain_text("Your request waits for a decision.")

    desk.goto("/console/extensions/")
    case = desk.locator(".case").filter(has_text="Fjordbank ASA")
    expect(case).to_contain_text("The budget is confirmed in spring.")
    expect(case).to_contain_text("Nothing was logged on this deal.")
    expect(desk.locator("#inbox")).not_to_contain_text("Hansa Logistik GmbH")
    case.get_by_role("button", name="Grant 20 days").click()
    expect(desk.locator("#inbox")).to_contain_text("No extension waits for you")

    expect(page.locator("#extension")).to_contain_text("Granted")
    desk.goto("/console/expiring/")
    later = desk.locator(".week").filter(has_text="Hansa Logistik GmbH")
    expect(later).to_contain_text(re.compile("in 2[45] days"))
    expect(later).to_contain_text("Fjordbank ASA")
