"""Days as people give them, and the moments at which they begin and end by somebody's calendar.

Without a ``zone`` it is the calendar of whoever acts; what holds for everybody alike names the one it goes by.
"""

from datetime import date, datetime, time, timedelta, tzinfo

from django.utils import timezone


def begin(day: date, zone: tzinfo | None = None) -> datetime:
    """Return the first moment of a day."""
    return datetime.combine(day, time.min, zone or timezone.get_current_timezone())


def over(day: date, zone: tzinfo | None = None) -> datetime:
    """Return the first moment after a day; OverflowError for the calendar's last."""
    return begin(day + timedelta(days=1), zone)


def end(day: date | None, zone: tzinfo | None = None) -> datetime | None:
    """Return when a last day is over; None for none, or for the year 9999, by which other systems mean none."""
    return None if day is None or day.year == date.max.year else over(day, zone)
