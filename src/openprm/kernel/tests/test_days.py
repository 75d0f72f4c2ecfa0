"""Days begin and end at midnight of the calendar that counts, on every night of the year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from openprm.kernel import days

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2028, 2, 29), 24), (date(2027, 12, 31), 24)],
)
def test_a_day_is_as_long_as_its_calendar_makes_it(day: date, hours: int) -> None:
    begun, over = days.begin(day, BERLIN).astimezone(UTC), days.over(day, BERLIN).astimezone(UTC)
    assert over - begun == hours * HOUR
    assert over == days.begin(day + timedelta(days=1), BERLIN)


def test_without_a_zone_it_is_the_day_of_whoever_acts() -> None:
    with timezone.override("America/New_York"):
        assert days.begin(date(2027, 7, 1)) == datetime(2027, 7, 1, 4, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert days.begin(date(2027, 7, 1)) == datetime(2027, 6, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize("day", [None, date(9999, 12, 31)])
def test_until_further_notice_has_no_end(day: date | None) -> None:
    assert days.end(day) is None
