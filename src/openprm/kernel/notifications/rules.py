"""When a daily digest is due. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CHANNELS = ("app", "email")


def default_mode(channel: str, default: Sequence[str]) -> str:
    """Return how a kind of message goes out by a channel until the person chooses."""
    return "instant" if channel in default else "off"


def digest_due(*, oldest: datetime, now: datetime, zone: tzinfo, hour: int) -> bool:
    """Say whether the person's digest hour has come since the oldest message that waits for it.

    A worker that was away at that hour catches up.
    """
    here = now.astimezone(zone)
    moment = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if moment > here:
        moment -= timedelta(days=1)
    return oldest < moment


def zone_of(name: str, otherwise: tzinfo) -> tzinfo:
    """Return a person's time zone."""
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
