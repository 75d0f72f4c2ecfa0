"""Nothing typed into a dialog is lost: one whose form was refused is open again, and so is one of an ended session."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visitors, type_password
from tests.world import World


def test_a_refused_rejection_is_mended_in_its_dialog(visit: Visitors, world: World) -> None:
    world.approved(world.beta, customer="Contoso Logistics")
    deal = world.submitted(world.alfa, customer="Contoso Logistics", evidence="The customer asked us for this offer.")
    page = visit(world.person("channel_manager"), viewport=PHONE)
    page.goto(deal.console_url)
    page.get_by_role("button", name="Reject…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").select_option(label="Another partner is protected")
    dialog.get_by_label("In your own words").fill(f"{world.beta.name} was first.")
    visit.expect_complaints("422")
    dialog.get_by_role("button", name="Reject the deal").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"Leave out the name “{world.beta.name}”")
    expect(dialog.get_by_label("Reason")).to_have_value("protected_by_another")
    words = dialog.get_by_label("In your own words")
    expect(words).to_have_value(f"{world.beta.name} was first.")
    words.fill("Somebody else was first.")
    dialog.get_by_role("button", name="Reject the deal").click()
    expect(page.locator("#deal")).to_contain_text("Somebody else was first.")
    expect(dialog).to_have_count(0)


def test_what_an_order_came_to_is_mended_where_it_was_typed(visit: Visitors, world: World) -> None:
    deal = world.approved(world.alfa, customer="Contoso Logistics")
    page = visit(world.person("sales", world.alfa))
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="We won it…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Order value").fill("a lot")
    visit.expect_complaints("422")
    dialog.get_by_role("button", name="Record the order").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give what the order came to, as a number.")
    expect(dialog.get_by_label("Order value")).to_have_value("a lot")
    expect(page.get_by_label("Your comment")).to_have_value("")


def test_words_that_a_dialog_sent_after_the_session_ended_stand_in_it_again(
    visit: Visitors, world: World, end_sessions: Callable[[], None]
) -> None:
    deal = world.submitted(world.alfa, customer="Contoso Logistics")
    manager = world.person("channel_manager")
    page = visit(manager)
    page.goto(deal.console_url)
    page.get_by_role("button", name="Reject…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").select_option(label="Not qualified")
    dialog.get_by_label("In your own words").fill("No budget before “summer”.")
    end_sessions()
    visit.expect_complaints("401")  # what the page asks for by itself
    dialog.get_by_role("button", name="Reject the deal").click()
    type_password(page, manager)
    expect(dialog.get_by_label("Reason")).to_have_value("not_qualified")
    expect(dialog.get_by_label("In your own words")).to_have_value("No budget before “summer”.")
    dialog.get_by_role("button", name="Reject the deal").click()
    expect(page.locator("#deal")).to_contain_text("No budget before “summer”.")
    page.reload()
    expect(dialog).to_have_count(0)
