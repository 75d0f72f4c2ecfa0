"""The questions pages ask about messages."""

from typing import Any

from django.db.models import QuerySet

from openprm.kernel.access import Actor
from openprm.kernel.declarations import NotificationKind, notification_kinds
from openprm.kernel.notifications import rules
from openprm.kernel.notifications.models import Notification, Preference

MOST_COUNTED = 100


def mine(actor: Actor) -> QuerySet[Notification]:
    """Return the actor's messages in the app, newest first."""
    if actor.id is None or actor.viewer:
        return Notification.objects.none()
    return Notification.objects.filter(person_id=actor.id, in_app=True).order_by("-created_at", "-id")


def unread_count(actor: Actor) -> int:
    """Return how many messages the actor has not read; counting stops at a hundred."""
    return mine(actor).filter(read_at__isnull=True).order_by()[:MOST_COUNTED].count()


def preferences(actor: Actor) -> list[tuple[NotificationKind, dict[str, str]]]:
    """Return every kind of message the actor can get, with the mode of each channel."""
    kinds = notification_kinds("partner" if actor.is_partner else "vendor")
    mine = Preference.objects.filter(person_id=actor.id) if actor.id else Preference.objects.none()
    chosen: dict[tuple[Any, Any], str] = {
        (kind, channel): mode for kind, channel, mode in mine.values_list("kind", "channel", "mode")
    }
    return [
        (
            kind,
            {
                channel: chosen.get((kind.key, channel), rules.default_mode(channel, kind.default))
                for channel in rules.CHANNELS
            },
        )
        for kind in kinds.values()
    ]
