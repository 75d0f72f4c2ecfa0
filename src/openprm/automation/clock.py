"""When schedules come due, and how long waits are. Pure: time comes in, time goes out."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

MOST_CAUGHT_UP = 31  # days that are made good after the server was away


def moments(trigger: Mapping[str, Any], *, after: datetime, until: datetime, zone: tzinfo) -> list[datetime]:
    """Return when a schedule (or the daily look at a date) came due between two moments, oldest first."""
    hour = int(trigger.get("hour", 8))
    begin = max(after.astimezone(zone).date(), until.astimezone(zone).date() - timedelta(days=MOST_CAUGHT_UP))
    found = []
    for number in range((until.astimezone(zone).date() - begin).days + 1):
        day = begin + timedelta(days=number)
        moment = datetime.combine(day, time(hour), tzinfo=zone)
        if _is_day(trigger, day) and after < moment <= until:
            found.append(moment)
    return found


def _is_day(trigger: Mapping[str, Any], day: date) -> bool:
    match trigger.get("every"):
        case "week":
            return day.weekday() == int(trigger.get("weekday", 0))
        case "month":
            return day.day == int(trigger.get("day", 1))
        case _:
            return True


def sought_day(trigger: Mapping[str, Any], day: date) -> date:
    """Return the date that a field must hold so that this is the day so many days before or after it."""
    distance = timedelta(days=int(trigger["days"]))
    return day + distance if trigger["direction"] == "before" else day - distance


def over(step: Mapping[str, Any], *, at: datetime, zone: tzinfo) -> datetime:
    """Return when a wait that begins now is over."""
    match step["unit"]:
        case "hours":
            return at + timedelta(hours=int(step["amount"]))
        case "days":
            return at + timedelta(days=int(step["amount"]))
        case "hour":  # the next time it is that o'clock
            here = at.astimezone(zone)
            moment = datetime.combine(here.date(), time(int(step["amount"])), tzinfo=zone)
            return (
                moment
                if moment > here
                else datetime.combine(here.date() + timedelta(days=1), time(int(step["amount"])), tzinfo=zone)
            )
        case _:  # a day
            moment = datetime.combine(date.fromisoformat(str(step["date"])), time(8), tzinfo=zone)
            return max(at, moment)


FIRST_PAUSE = timedelta(seconds=5)
ATTEMPTS = 5


def next_try(attempts: int, *, at: datetime) -> datetime | None:
    """Return when a failed step is tried again after so many attempts; None when it is enough."""
    return at + FIRST_PAUSE * 4 ** (attempts - 1) if attempts < ATTEMPTS else None
