"""The questions pages ask about messages."""

from openprm.kernel.access import Actor


def unread_count(actor: Actor) -> int:
    """Return how many messages the actor has not read."""
    return 0
