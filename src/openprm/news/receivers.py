"""The people concerned are told of a post when it is published."""

from django.utils import timezone

from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.news import queries
from openprm.news.models import Post
from openprm.news.rules import State

EXCERPT = 200


@on("news.published", name="news.tell_partners")
def tell_partners(event: Event) -> None:
    """Tell those who may read it, unless it was archived in the meantime."""
    post = Post.objects.filter(pk=event.subject_id).first()
    if post is None or post.state_at(max(timezone.now(), event.at)) is not State.PUBLISHED:
        return
    to = list(queries.told_of(post).values_list("pk", flat=True))
    body = post.text if len(post.text) <= EXCERPT else f"{post.text[:EXCERPT].rstrip()}…"
    notify(kind="news.post", to=to, title=post.title, body=body, url=post.portal_url, event=event)
