"""On which day an opportunity was closed, as far as anybody knows. Pure: no database.

The day a row was last written says nothing of it: merging accounts, taking that back and any edit write rows, too.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from openprm.customers.models import Opportunity

FIRST_ZONE = timedelta(hours=14)  # where days begin first


def day(
    *, is_open: bool, given: date | None, at: datetime, was_open: bool = False, known: date | None = None
) -> date | None:
    """Return the day of closing; None while it is open, and where nobody knows.

    A date that is ``given`` counts if that day has begun anywhere. Without one, what was open until now is closed
    ``at``; what was closed before keeps its day (``known``), and of what arrives closed none is known.
    """
    if is_open:
        return None
    if given is not None and given <= (at.astimezone(UTC) + FIRST_ZONE).date():
        return given
    return timezone.localtime(at).date() if was_open else known


def of_new(values: Mapping[str, Any], *, at: datetime) -> date | None:
    """Return the day of an opportunity that arrives with these values."""
    return day(is_open=values.get("is_open", True), given=values.get("close_date"), at=at)


def after(stored: Opportunity, values: Mapping[str, Any], *, at: datetime) -> date | None:
    """Return the day of a stored one under new values; a date that stood there already is no news of a closed one."""
    given: date | None = values.get("close_date")
    return day(
        is_open=values.get("is_open", stored.is_open),
        given=given if stored.is_open or given != stored.close_date else None,
        at=at,
        was_open=stored.is_open,
        known=stored.closed_on,
    )
