"""Rows of lists, with the pointer."""

from tests.browser.conftest import Visitors
from tests.world import World


def test_a_row_opens_where_it_is_clicked_and_in_a_new_tab_with_the_control_key(visit: Visitors, world: World) -> None:
    deal = world.approved(world.alfa, customer="Norrland Energi")
    page = visit(world.person("channel_manager"))
    page.goto("/console/deals/")
    row = page.locator("tr[data-href]", has_text="Norrland Energi")
    with page.context.expect_page() as opened:
        row.click(modifiers=["Control"], position={"x": 4, "y": 4})
    assert deal.console_url in opened.value.url
    row.click(position={"x": 4, "y": 4})
    page.wait_for_url(f"**{deal.console_url}")
