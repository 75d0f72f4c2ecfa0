"""Who may read and write which posts."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden
from openprm.news.models import Post

VIEW, WRITE = "news.view", "news.write"


def written_by(actor: Actor) -> QuerySet[Post]:
    """Return the posts that the vendor's person works on: all of them, in every state."""
    return Post.objects.all() if actor.is_vendor and actor.may(VIEW) else Post.objects.none()


def require_write(actor: Actor) -> None:
    """Refuse whoever may not write posts."""
    actor.require(WRITE)
    if not actor.is_vendor or actor.read_only:
        raise Forbidden(_("Posts are written by the vendor's own team."))


def shown(at: datetime) -> QuerySet[Post]:
    """Return the posts that are published at a moment, pinned ones first; for whom is another question."""
    found = Post.objects.filter(starts_at__lte=at).exclude(ends_at__lte=at)
    return found.order_by("-pinned", "-starts_at", "-pk")
