"""A post goes live at its time to the second; people are told then, and those whom a wider audience adds later."""

import math
from datetime import UTC, datetime

from openprm.kernel.access import Actor
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.hints import looks_back
from openprm.news import events, jobs
from openprm.news.models import Post, Reading


@on("news.published", name="news.tell")
def tell(event: Event) -> None:
    """Begin to tell the people concerned."""
    jobs.tell.defer(post=str(event.subject_id))


@on("news.changed", name="news.tell_added")
def tell_added(event: Event) -> None:
    """Begin to tell those who are in the audience now and were not before."""
    if "audience" in event.payload["fields"]:
        jobs.tell.defer(post=str(event.subject_id))


@on("news.scheduled", name="news.set_the_clock")
def set_the_clock(event: Event) -> None:
    """Have the post go live at its very time; the clock's own round is for what is left over."""
    row = Post.objects.filter(pk=event.subject_id).first()
    if row is not None and row.starts_at is not None and row.announced_at is None:
        jobs.publish_due.defer_at(row.starts_at, timestamp=math.ceil(row.starts_at.timestamp()))


@looks_back(events.TOLD)
def _told(actor: Actor, moment: float) -> bool:
    """Say whether the reader was told of a post since."""
    since = datetime.fromtimestamp(moment, UTC)
    return actor.id is not None and Reading.objects.filter(person_id=actor.id, told_at__gte=since).exists()
