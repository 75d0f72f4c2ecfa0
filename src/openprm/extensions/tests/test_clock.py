"""Clock cases: windows, notices and graces across time zones, nights of daylight saving, and leap days.

A day of protection is 24 hours, whatever the clocks on walls do meanwhile.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from openprm.customers.models import ProductLine
from openprm.deals import policies, services
from openprm.deals.models import Protection
from openprm.deals.rules import Window, notice_due, protected_until, window_days
from openprm.extensions import queries
from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.kernel.settings_store import StoredSetting
from tests.world import NOW, World

DAY = timedelta(days=1)
BERLIN, NEW_YORK, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")
ZONES = st.sampled_from([BERLIN, NEW_YORK, KIRITIMATI, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")])
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))

NIGHTS = [  # approval, in local time, with the night of daylight saving or the leap day within the window
    pytest.param(datetime(2027, 3, 27, 12, tzinfo=BERLIN), 1, datetime(2027, 3, 28, 13, tzinfo=BERLIN), id="spring"),
    pytest.param(datetime(2026, 10, 24, 12, tzinfo=BERLIN), 1, datetime(2026, 10, 25, 11, tzinfo=BERLIN), id="autumn"),
    pytest.param(
        datetime(2027, 3, 13, 23, 30, tzinfo=NEW_YORK), 1, datetime(2027, 3, 15, 0, 30, tzinfo=NEW_YORK), id="over"
    ),
    pytest.param(datetime(2028, 2, 28, 9, tzinfo=UTC), 1, datetime(2028, 2, 29, 9, tzinfo=UTC), id="to-leap-day"),
    pytest.param(datetime(2028, 2, 29, 9, tzinfo=UTC), 365, datetime(2029, 2, 28, 9, tzinfo=UTC), id="from-leap-day"),
    pytest.param(datetime(2027, 2, 28, 9, tzinfo=UTC), 90, datetime(2027, 5, 29, 9, tzinfo=UTC), id="no-leap-day"),
    pytest.param(datetime(2028, 2, 28, 9, tzinfo=UTC), 90, datetime(2028, 5, 28, 9, tzinfo=UTC), id="over-leap-day"),
    pytest.param(
        datetime(2026, 12, 31, 23, 59, tzinfo=KIRITIMATI), 1, datetime(2027, 1, 1, 23, 59, tzinfo=KIRITIMATI), id="year"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("approved", "days", "end"), NIGHTS)
def test_a_day_of_protection_is_24_hours(approved: datetime, days: int, end: datetime) -> None:
    assert protected_until(approved.astimezone(UTC), days) == end


@given(MOMENTS, st.integers(1, 730), ZONES)
def test_where_somebody_is_changes_no_end(approved: datetime, days: int, zone: ZoneInfo) -> None:
    here = protected_until(approved.astimezone(zone).astimezone(UTC), days)
    assert here == protected_until(approved, days)
    assert here - approved == timedelta(days=days)


@given(
    MOMENTS, st.lists(st.integers(1, 120), max_size=4), st.lists(st.integers(1, 60), max_size=4), st.integers(2, 400)
)
def test_every_notice_is_given_at_its_moment_and_not_before(
    approved: datetime, after: list[int], before: list[int], window: int
) -> None:
    end, second = protected_until(approved, window), timedelta(seconds=1)

    def due(at: datetime) -> str:
        return notice_due(since=approved, until=end, at=at, after=after, before=before)

    for days in before:
        if days < window:
            assert due(end - timedelta(days=days)) == f"before:{days}"
            assert due(end - timedelta(days=days) - second) != f"before:{days}"
    for days in after:
        if days < window - max([0, *before]):
            assert due(approved + timedelta(days=days)) == f"after:{days}"
            assert due(approved + timedelta(days=days) - second) != f"after:{days}"


CLOUD, EDGE = ProductLine(key="cloud").pk, ProductLine(key="edge").pk


@pytest.mark.parametrize(
    ("tier", "line", "days"),
    [("gold", CLOUD, 200), ("silver", CLOUD, 60), ("gold", EDGE, 180), ("silver", EDGE, 90)],
)
def test_the_most_specific_window_counts(tier: str, line: object, days: int) -> None:
    windows = [Window("gold", None, 180), Window(None, CLOUD, 60), Window("gold", CLOUD, 200)]
    assert window_days(windows, tier=tier, line=line, otherwise=90) == days  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(("approved", "days", "end"), NIGHTS)
def test_protection_ends_to_the_second_in_the_database(
    world: World, approved: datetime, days: int, end: datetime
) -> None:
    at = approved.astimezone(UTC)
    with as_system():
        services.save_window(product_line=world.cloud, days=days, by=SYSTEM, at=NOW)
    deal = world.approved(world.alfa, at=at, close_date=at.date() + timedelta(days=300))
    second = timedelta(seconds=1)
    with as_system():
        assert Protection.objects.get(deal=deal).period.upper == end
        assert services.expire_due(at=end - second) == 0
        assert services.expire_due(at=end) == 1
    rival = world.approved(
        world.beta, at=end, close_date=end.date() + timedelta(days=300)
    )  # the very next moment it is free
    assert rival.protected_until == end.astimezone(UTC) + days * DAY


@pytest.mark.django_db
def test_each_product_line_has_its_own_end_and_the_deal_the_last(world: World) -> None:
    with as_system():
        services.save_window(product_line=world.edge, days=30, by=SYSTEM, at=NOW)
    deal = world.approved(world.alfa, product_lines=frozenset({world.cloud.pk, world.edge.pk}))
    assert deal.protected_until == NOW + 90 * DAY
    with as_system():
        assert {row.line: row.until for row in queries.line_ends(deal, NOW)} == {
            "Cloud": NOW + 90 * DAY,
            "Edge": NOW + 30 * DAY,
        }
    world.approved(world.beta, at=NOW + 30 * DAY, product_lines=frozenset({world.edge.pk}))
    with pytest.raises(services.AlreadyProtected):
        world.approved(world.delta, at=NOW + 30 * DAY, evidence="Our customer, for years now.")


@pytest.mark.django_db
def test_a_line_that_ended_before_is_free_for_others_and_not_extended(world: World) -> None:
    with as_system():
        services.save_window(product_line=world.edge, days=30, by=SYSTEM, at=NOW)
    deal = world.approved(world.alfa, product_lines=frozenset({world.cloud.pk, world.edge.pk}))
    sales = world.actor("sales", world.beta)
    told = services.check(content=world.content(product_lines=frozenset({world.edge.pk})), by=sales, at=NOW + 40 * DAY)
    assert told is not None
    assert [reason.code for reason in told.reasons] == ["protected_other_lines"]
    with as_system():
        deal.refresh_from_db()
        services.extend(deal=deal, days=10, by=SYSTEM, at=NOW + 40 * DAY)
        ends = {row.product_line_id: row.period.upper for row in deal.protections.all()}
    assert ends == {world.cloud.pk: NOW + 100 * DAY, world.edge.pk: NOW + 30 * DAY}


@pytest.mark.django_db
def test_the_partner_is_reminded_before_each_end(world: World) -> None:
    with as_system():
        StoredSetting.objects.create(key="deals.notices_before", value=[7])
        StoredSetting.objects.create(key="deals.notices_after", value=[])
        services.save_window(product_line=world.edge, days=30, by=SYSTEM, at=NOW)
    world.approved(world.alfa, product_lines=frozenset({world.cloud.pk, world.edge.pk}))
    with as_system():
        assert services.remind_due(at=NOW + 22 * DAY) == 0
        assert services.remind_due(at=NOW + 23 * DAY) == 1
        assert services.remind_due(at=NOW + 31 * DAY) == 0
        assert services.remind_due(at=NOW + 83 * DAY) == 1


@pytest.mark.django_db
def test_everybody_reads_the_end_in_their_own_zone(world: World) -> None:
    person = world.person("sales", world.alfa)
    with as_system():
        type(person).objects.filter(pk=person.pk).update(timezone="Pacific/Kiritimati")
    world.approved(world.alfa, at=datetime(2026, 11, 2, 20, tzinfo=UTC))
    with as_system():
        work_off()
        told = Notification.objects.get(kind="deals.decided", person_id=person.pk)
    assert "1 Feb 2027, 10:00 +14" in told.body  # 31 January, 20:00 in UTC


@pytest.mark.django_db
def test_windows_and_notices_are_edited_in_the_console_and_the_change_is_in_the_log(world: World) -> None:
    page, form = "/console/settings/deal-registration/", {
        "deals.protection_days": "60", "deals.grace_days": "7", "deals.decision_hours": "24",
        "deals.notices_after": "10, 20", "deals.notices_before": "5", "conduct.days_after_protection": "180",
    }  # fmt: skip
    assert world.browser("channel_manager").post(page, form).status_code == 403
    assert world.browser("admin").post(page, form).status_code == 302
    with as_system():
        assert settings_store.get("deals.notices_after") == [10, 20]
        assert Event.objects.filter(name__startswith="setting").exists()
    deal = world.approved(world.alfa)
    assert deal.protected_until == NOW + 60 * DAY
    with as_system():
        assert [services.remind_due(at=NOW + days * DAY) for days in (9, 10, 20, 54, 55)] == [0, 1, 1, 0, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [UTC, BERLIN, NEW_YORK, KIRITIMATI], ids=str)
def test_the_expiring_board_counts_each_protection_once_in_the_readers_weeks(world: World, zone: ZoneInfo) -> None:
    at = datetime(2026, 10, 20, 12, tzinfo=UTC)  # the clocks of Europe and America change within the next weeks
    for number in range(12):
        world.approved(
            world.alfa,
            at=at - 90 * DAY + timedelta(days=2 * number, hours=number),
            close_date=date(2030, 1, 1),
            customer=f"Customer {'abcdefghijkl'[number] * 9} Works",
        )
    with timezone.override(zone), as_system():
        board = queries.expiring(policies.visible_to(SYSTEM), at=at, days=30, list_url="/list", keep={})
        assert board.total.count == 12
        assert sum(week.count for week in board.weeks) == 12
        assert board.total.sums[0].worth == Decimal(12 * 25000)
        for week in board.weeks:
            days = {timezone.localtime(deal.protected_until).date() for deal in week.deals}
            assert all(week.first <= day <= week.last for day in days)
            assert week.last.weekday() == 6 or week is board.weeks[-1]


@pytest.mark.django_db
def test_only_an_administrator_sets_windows_and_one_each(world: World) -> None:
    admin, manager = world.actor("admin"), world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        services.save_window(tier="gold", days=120, by=manager, at=NOW)
    with enter(admin):
        services.save_window(tier="gold", days=120, by=admin, at=NOW)
        with pytest.raises(services.WindowExists):
            services.save_window(tier="gold", days=100, by=admin, at=NOW)
        for wrong in (
            {"days": 0, "tier": "gold"},
            {"days": 731, "tier": "gold"},
            {"days": 5},
            {"days": 5, "tier": "x"},
        ):
            with pytest.raises(Invalid):
                services.save_window(**wrong, by=admin, at=NOW)  # type: ignore[arg-type]
