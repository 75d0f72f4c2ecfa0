"""Days of the programme. Prices hold by the vendor's calendar, whoever reads them: a day begins at its midnight."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from openprm.kernel import days


def today(at: datetime) -> date:
    """Return the programme's day at a moment."""
    return timezone.localdate(at, timezone.get_default_timezone())


def begin(day: date) -> datetime:
    """Return the first moment of a day."""
    return days.begin(day, timezone.get_default_timezone())


def end(day: date | None) -> datetime | None:
    """Return the moment after a last day; None for until further notice, which other systems call the year 9999."""
    return days.end(day, timezone.get_default_timezone())


def first_day(moment: datetime) -> date:
    """Return the day on which something begins."""
    return today(moment)


def last_day(moment: datetime | None) -> date | None:
    """Return the last whole day before something ends."""
    return None if moment is None else today(moment - timedelta(microseconds=1))


def evening(day: date) -> datetime:
    """Return the last moment of a day: what began on it counts."""
    after = end(day)
    return begin(day) if after is None else after - timedelta(microseconds=1)
