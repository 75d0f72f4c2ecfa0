"""What partners read."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel.errors import Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.news import policies, queries, services

PER_PAGE = 15


@page(policies.VIEW, side="portal")
def listing(request: Request) -> HttpResponse:
    """List the news for this reader's company, pinned ones first; ``?show=unread`` those not read yet."""
    unread_only = request.GET.get("show") == "unread"
    with queries.readable_by(request.actor, timezone.now()) as found:
        unread = found.filter(my_read_at=None)
        count = unread.count()
        shown = Paginator(unread if unread_only else found, PER_PAGE).get_page(request.GET.get("page"))
        shown.object_list = list(shown.object_list)
    here = reverse("portal:news")
    tabs = [
        {"label": _("All"), "url": here, "active": not unread_only},
        {"label": _("Not read yet"), "url": f"{here}?show=unread", "active": unread_only, "count": count},
    ]
    kept = {"show": "unread"} if unread_only else {}
    context = {
        "posts": shown,
        "tabs": tabs,
        "unread_only": unread_only,
        "page_url": f"?{urlencode({**kept, 'page': ''})}",
    }
    return render(request, "news/list.html", context)


@page(policies.VIEW, side="portal")
def post(request: Request, pk: UUID) -> HttpResponse:
    """Show a post, and note that this person has read it; somebody of the vendor who only looks leaves no mark."""
    row = _for(request, pk)
    if row.my_read_at is None and _leaves_marks(request):
        services.mark_read(post=row, by=request.actor, at=timezone.now())
    return render(request, "news/post.html", {"post": row, "may_confirm": _leaves_marks(request)})


@page(policies.VIEW, side="portal", methods=("POST",))
def confirm(request: Request, pk: UUID) -> HttpResponse:
    """Note that this person confirms to have read a post."""
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() else None
    try:
        services.confirm(post=_for(request, pk), version=version, by=request.actor, at=timezone.now())
    except Stale as problem:
        toast(request, str(problem), tone="possible")
    else:
        toast(request, _("Thank you. It is noted that you have read this."))
    return redirect("portal:news_post", pk=pk)


def _leaves_marks(request: Request) -> bool:
    return request.actor.kind == "person" and not request.actor.read_only


def _for(request: Request, pk: UUID) -> Any:
    """Return a post that this reader may read now; whatever else there may be does not exist for them."""
    with queries.readable_by(request.actor, timezone.now()) as found:
        row = found.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
