"""Each number of the pipeline and of the home pages is as long as the list that it opens, at any time of the day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from openprm.deals import home, policies, queries, words
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.tests.test_races import unlike_all_others
from openprm.extensions import queries as extensions
from openprm.kernel import days
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.services import change_setting
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ZONE = ZoneInfo("Pacific/Kiritimati")  # its day begins fourteen hours before that of the server
LAST = DAY - timedelta(seconds=1)


@pytest.fixture
def manager(world: World) -> Client:
    person = world.person("channel_manager")
    with as_system():
        type(person).objects.filter(pk=person.pk).update(timezone=str(ZONE))
    return world.browser("channel_manager")


@pytest.fixture
def deals(world: World) -> list[DealRegistration]:
    """Deals that end, and were won and lost, at both ends of the days that count, and just outside of them."""
    with as_system():
        for key in ("checks.per_day", "checks.per_person", "checks.per_minute"):
            change_setting(key=key, value=1_000, by=SYSTEM, at=NOW)
    today = timezone.localtime(timezone=ZONE).date()
    first, last, year = (days.begin(today + after * DAY, ZONE) for after in (0, 30, -365))
    found = [world.approved(world.alfa, customer=unlike_all_others(number)) for number in range(10)]
    with as_system():
        ends = (first - DAY / 2, first, first + LAST, last, last + LAST, last + DAY)
        for deal, end in zip(found[:6], ends, strict=True):
            DealRegistration.objects.filter(pk=deal.pk).update(protected_until=end, decided_at=year - DAY)
        closed = (year - timedelta(seconds=1), year, year + LAST, timezone.now())
        for number, (deal, at) in enumerate(zip(found[6:], closed, strict=True)):
            DealRegistration.objects.filter(pk=deal.pk).update(
                state=State.WON if number % 2 else State.LOST, closed_at=at, decided_at=at, closing_code="price"
            )
    return found


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_each_tile_is_as_long_as_its_list(deals: list[DealRegistration], manager: Client, hour: int) -> None:
    at = datetime.combine(timezone.localtime(timezone=ZONE).date(), time(hour, 30), ZONE)
    with as_system(), timezone.override(ZONE):
        found = queries.figures(
            policies.visible_to(SYSTEM), at=at, list_url="/console/deals/", labels=dict(words.STATES)
        )
    won, approved, _time, ending = found.tiles
    assert (won.value, won.note) == ("67%", "2 of 3 in 12 months")
    assert approved.note == "3 of 3 in 12 months"
    assert ending.value == "4"
    for tile, count in ((won, 3), (approved, 3), (ending, 4)):
        page = manager.get(tile.url).content.decode()
        assert sum(f"/console/deals/{deal.pk}/" in page for deal in deals) == count, tile.label


def test_the_protections_at_risk_on_the_home_page_are_those_of_the_board(
    world: World, deals: list[DealRegistration], manager: Client
) -> None:
    actor = world.actor("channel_manager")
    with enter(actor), timezone.override(ZONE):
        card = home.console_ending(actor)
        board = extensions.expiring(
            policies.visible_to(actor), at=timezone.now(), days=card["days"], list_url="/", keep={}
        )
        assert card["worth"]["count"] == board.total.count == len(card["ending"]) == 4
