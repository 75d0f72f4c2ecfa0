"""Days as people give them, and the moments at which they begin and end."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def begin(day: date) -> datetime:
    """Return the first moment of a day, by the calendar of whoever gives it."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end(day: date | None) -> datetime | None:
    """Return when a last day is over; None for none, or for the year 9999, by which other systems mean none."""
    return None if day is None or day.year == date.max.year else begin(day + timedelta(days=1))
