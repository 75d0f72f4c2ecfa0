"""The page of a partner's progress while it is open: it tells of a rise by itself, with confetti for who likes it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from openprm.deals import services as deals
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.program import services
from openprm.program.models import Programme
from openprm.program.tests.conftest import ladder
from tests.browser.conftest import CONFETTI, MARK, Visitors, assert_nobody_reloaded
from tests.world import NOW, World

pytestmark = pytest.mark.browser

RISEN = "You are Silver now. Congratulations!"


@pytest.fixture
def programme(transactional_db: None, world: World) -> Programme:
    """A programme in force that nobody is in yet."""
    assert world.cloud
    with as_system():
        made = services.create(code="reseller", definition=ladder(), by=SYSTEM, at=NOW)
        services.publish(programme=made, by=SYSTEM, at=NOW)
    return made


@pytest.fixture
def rise(world: World, programme: Programme) -> Callable[[], None]:
    """Take Alfa into the programme; return what has it win what Silver asks for."""
    now = timezone.now()
    with as_system():
        services.enroll(partner=world.alfa, programme=programme, by=SYSTEM, at=now)
    close = (now + timedelta(days=60)).date()
    deal = world.approved(world.alfa, customer="Contoso Klinik", value=Decimal(25_000), at=now, close_date=close)

    manager = world.actor("channel_manager")

    def win() -> None:
        with enter(manager):
            deals.win(deal=deal, by=manager, at=timezone.now())

    return win


@pytest.mark.parametrize(("motion", "showers"), [("no-preference", "1"), ("reduce", "0")])
def test_a_rise_is_celebrated_at_once_and_once_and_never_against_ones_will(
    visit: Visitors,
    world: World,
    rise: Callable[[], None],
    motion: Literal["no-preference", "reduce"],
    showers: str,
) -> None:
    page = visit(world.person("sales", world.alfa), reduced_motion=motion)
    page.goto("/portal/programme/")
    expect(page.get_by_role("heading", name="Registered")).to_be_visible()
    page.evaluate(MARK)
    page.evaluate(CONFETTI)
    rise()
    expect(page.get_by_text(RISEN)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-news", "1")
    expect(page.locator("html")).to_have_attribute("data-confetti", showers)
    assert_nobody_reloaded(page)
    page.reload()
    assert page.locator(".confetti").count() == 0
    expect(page.get_by_text(RISEN)).to_be_visible()


def test_a_page_that_waits_for_a_programme_shows_it_when_the_partner_is_taken_in(
    visit: Visitors, world: World, programme: Programme
) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/programme/")
    expect(page.get_by_text("You are in no programme yet")).to_be_visible()
    page.evaluate(MARK)
    with as_system():
        services.enroll(partner=world.alfa, programme=programme, by=SYSTEM, at=timezone.now())
    expect(page.get_by_role("heading", name="Registered")).to_be_visible()
    assert_nobody_reloaded(page)
