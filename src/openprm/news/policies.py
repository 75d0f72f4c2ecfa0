"""Who may read and write which posts."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden
from openprm.news.models import Post
from openprm.news.rules import State

VIEW, WRITE = "news.view", "news.write"


def worked_on_by(actor: Actor) -> QuerySet[Post]:
    """Return the posts that the vendor's person sees in the console: all of them, in every state."""
    return Post.objects.all() if actor.is_vendor and actor.may(VIEW) else Post.objects.none()


def may_write(actor: Actor) -> bool:
    """Say whether the actor writes posts."""
    return actor.is_vendor and actor.may(WRITE) and not actor.read_only


def require_write(actor: Actor) -> None:
    """Refuse whoever may not write posts."""
    actor.require(WRITE)
    if not may_write(actor):
        raise Forbidden(_("Posts are written by the vendor's own team."))


def in_state(state: str, at: datetime) -> Q:
    """Return the condition for posts that stand so at a moment: ``rules.state`` as the database says it."""
    ended = Q(ends_at__isnull=False, ends_at__lte=at)
    return {
        State.DRAFT: Q(starts_at=None),
        State.SCHEDULED: Q(starts_at__gt=at) & ~ended,
        State.LIVE: Q(starts_at__lte=at) & ~ended,
        State.ENDED: Q(starts_at__isnull=False) & ended,
    }[State(state)]


def shown(at: datetime) -> QuerySet[Post]:
    """Return the posts that are live at a moment, pinned ones first; for whom is another question."""
    return Post.objects.filter(in_state(State.LIVE, at)).order_by("-pinned", "-starts_at", "-pk")
