"""The builder of automations in a real browser."""

import pytest
from playwright.sync_api import expect

from openprm.automation import gallery
from openprm.kernel.access import SYSTEM, as_system
from tests.browser.conftest import Visitors
from tests.world import NOW, World

pytestmark = pytest.mark.browser


def test_steps_are_dragged_to_another_place_again_and_again(visit: Visitors, world: World) -> None:
    ready = gallery.find("partner_activated")
    assert ready is not None
    with as_system():
        automation = gallery.begin(ready, by=SYSTEM, at=NOW)
    desk = visit(world.person("channel_manager"))
    desk.goto(automation.get_absolute_url())
    steps = desk.locator("li[data-drag-item][draggable=true]")
    expect(steps.nth(0)).to_contain_text("“Welcome”")
    desk.get_by_role("button", name="Move step 4 up").click()  # the builder is drawn anew, and can be dragged still
    expect(steps.nth(2)).to_contain_text("a week as our partner")
    steps.nth(2).drag_to(steps.nth(0), target_position={"x": 60, "y": 2})
    expect(steps.nth(0)).to_contain_text("a week as our partner")
    expect(steps.nth(1)).to_contain_text("“Welcome”")
    expect(desk.locator(".automation-sentence")).to_contain_text("[the partner's name]")
