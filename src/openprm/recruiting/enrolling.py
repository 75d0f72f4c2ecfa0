"""Putting a new partner into the programme that it applied for, where programmes can be joined."""

from datetime import datetime

from openprm.kernel.access import Actor
from openprm.partners.models import Partner


def enrol(partner: Partner, programme: str, *, by: Actor, at: datetime) -> bool:
    """Enrol the partner; say whether that was done. A form without a programme leaves it to whoever looks after it."""
    return False


def programmes() -> list[tuple[str, str]]:
    """Return the programmes that a form can be for: code and name."""
    return []
