"""Moments as people say them: "3 days ago", "in 2 hours", and the exact time for who wants it."""

from datetime import date, datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.kernel import days

MINUTE, HOUR, DAY = 60, 3600, 86400
RELATIVE_UNTIL = 45 * DAY


def moment(value: date | datetime) -> datetime:
    """Return ``value`` as an aware time in the reader's zone; a plain date is its first moment there."""
    if not isinstance(value, datetime):
        return days.begin(value)
    if timezone.is_naive(value):
        value = timezone.make_aware(value)
    return timezone.localtime(value)


def day(value: date | datetime) -> str:
    """Return the date alone. English readers live in many countries, so theirs names the month: ``2 Feb 2027``."""
    here = moment(value) if isinstance(value, datetime) else value
    return date_format(here, "j M Y" if _in_english() else "DATE_FORMAT")


def exact(value: date | datetime) -> str:
    """Return date and time (a date alone for dates) in the reader's language and zone."""
    if not isinstance(value, datetime):
        return day(value)
    here = moment(value)
    return f"{date_format(here, 'j M Y, H:i' if _in_english() else 'DATETIME_FORMAT')} {here:%Z}"


def relative(value: date | datetime, *, now: datetime | None = None) -> str:
    """Return how far away ``value`` is: ``just now``, ``5 minutes ago``, ``tomorrow``; far away, the date itself."""
    now = timezone.localtime(now or timezone.now())
    if not isinstance(value, datetime):
        return _days((value - now.date()).days, value)
    seconds = (moment(value) - now).total_seconds()
    if abs(seconds) >= DAY:
        return _days((moment(value).date() - now.date()).days, value)
    return _hours(seconds)


def _hours(seconds: float) -> str:
    distance = abs(seconds)
    if distance < 45:
        return _("just now") if seconds <= 0 else _("in a moment")
    if distance < HOUR:
        count = max(1, round(distance / MINUTE))
        return _ago_or_in(seconds, ngettext("%d minute", "%d minutes", count) % count)
    count = round(distance / HOUR)
    return _ago_or_in(seconds, ngettext("%d hour", "%d hours", count) % count)


def _days(days: int, value: date | datetime) -> str:
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if abs(days) * DAY > RELATIVE_UNTIL:
        return day(value)
    return _ago_or_in(days, ngettext("%d day", "%d days", abs(days)) % abs(days))


def _in_english() -> bool:
    return (translation.get_language() or "en").startswith("en")


def _ago_or_in(direction: float, distance: str) -> str:
    return (_("in %s") if direction > 0 else _("%s ago")) % distance


def days_left(until: date | datetime, *, now: datetime | None = None) -> int:
    """Return the whole days until ``until``, counting a part of a day as one; 0 once it has passed."""
    left = moment(until) - timezone.localtime(now or timezone.now())
    return max(0, -(-left // timedelta(days=1)))
