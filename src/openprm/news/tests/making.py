"""What the tests of news need again and again."""

from datetime import datetime
from typing import Any

from openprm.kernel.access import enter
from openprm.kernel.notifications.models import Notification
from openprm.news import queries, services
from openprm.news.models import Post
from openprm.partners.models import Partner
from tests.world import NOW, World

ALFA_ONLY = {"field": "partner.name", "op": "is", "value": "Alfa"}
SOMEBODY_ELSE = {"field": "partner.name", "op": "is", "value": "Somebody else"}


def written(world: World, at: datetime = NOW, **given: Any) -> Post:
    """Return a draft for Alfa, unless told otherwise."""
    said: dict[str, Any] = {
        "title": "New prices",
        "text": "From January.\n\nSee the price book.",
        "audience": ALFA_ONLY,
    }
    by = world.actor("marketing")
    world.alfa  # noqa: B018 - is there from now on
    with enter(by):
        return services.write(by=by, at=at, **(said | given))


def live(world: World, at: datetime = NOW, **given: Any) -> Post:
    """Return a live post for Alfa, unless told otherwise."""
    post = written(world, at, **given)
    by = world.actor("marketing")
    with enter(by):
        return services.publish(post=post, by=by, at=at)


def titles(world: World, company: Partner, at: datetime = NOW, role: str = "sales") -> list[str]:
    """Return what somebody of a partner may read at a moment, in order."""
    actor = world.actor(role, company)
    with enter(actor), queries.readable_by(actor, at) as found:
        return [post.title for post in found]


def told(**narrowed: Any) -> int:
    """Return how many messages about news there are. Call it as the system."""
    return Notification.objects.filter(kind="news.post", **narrowed).count()
