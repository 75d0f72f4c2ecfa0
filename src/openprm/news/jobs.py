"""What is done later or by the clock: scheduled posts go live, and people are told, some hundred in each job."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone

from openprm.kernel.jobs import job
from openprm.news import services
from openprm.news.models import Post


@job("news.publish_due", every="*/5 * * * *")
def publish_due(timestamp: int) -> None:
    """Let the posts whose time has come go live."""
    services.publish_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("news.tell")
def tell(post: str) -> None:
    """Tell the next people of a post, and leave the rest to another job."""
    row = Post.objects.filter(pk=UUID(post)).first()
    if row is not None and services.tell(post=row, at=timezone.now()) == services.TOLD_AT_ONCE:
        tell.defer(post=post)
