"""People are told of a post when it goes live, and those whom a wider audience adds when it is changed."""

from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.news import jobs


@on("news.published", name="news.tell")
def tell(event: Event) -> None:
    """Begin to tell the people concerned."""
    jobs.tell.defer(post=str(event.subject_id))


@on("news.changed", name="news.tell_added")
def tell_added(event: Event) -> None:
    """Begin to tell those who are in the audience now and were not before."""
    if "audience" in event.payload["fields"]:
        jobs.tell.defer(post=str(event.subject_id))
