"""What news puts on the portal's home page."""

from typing import Any

from django.utils import timezone

from openprm.kernel.access import Actor
from openprm.news import queries

NEWEST = 4


def portal_card(actor: Actor) -> dict[str, Any]:
    """Return the newest posts for this reader, pinned ones first, and how many of all they have not read."""
    with queries.readable_by(actor, timezone.now()) as found:
        return {"posts": list(found[:NEWEST]), "unread": found.filter(my_read_at=None).count()}
