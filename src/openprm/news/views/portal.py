"""What partners read."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from openprm.kernel.http import Request
from openprm.kernel.web import page
from openprm.news import policies, queries, services

PER_PAGE = 20


@page(policies.VIEW, side="portal")
def listing(request: Request) -> HttpResponse:
    """List the news for this reader's company, pinned ones first."""
    with queries.readable_by(request.actor, timezone.now()) as found:
        shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        shown.object_list = list(shown.object_list)
    return render(request, "news/list.html", {"posts": shown})


@page(policies.VIEW, side="portal")
def post(request: Request, pk: UUID) -> HttpResponse:
    """Show a post, and note that this person has read it; somebody of the vendor who only looks leaves no mark."""
    now = timezone.now()
    with queries.readable_by(request.actor, now) as found:
        row = found.filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.actor.kind == "person" and not request.actor.read_only and not row.is_read:
        services.mark_read(post=row, by=request.actor, at=now)
    return render(request, "news/post.html", {"post": row})
