"""Where the vendor writes posts, says for whom, and publishes them."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel import audiences, web
from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.table import Column, Empty, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.news import forms, policies, services
from openprm.news.models import Post
from openprm.news.rules import State

READ_WRITE = ("GET", "POST")


def for_whom(post: Post) -> str:
    """Return the audience as a sentence."""
    try:
        return audiences.describe(post.audience, subject="partner")
    except Invalid:
        return _("Nobody: the conditions mean nothing any more. Choose them again.")


POSTS = Table(
    id="news",
    columns=[
        Column("title", gettext_lazy("Post"), sort="title", link=True),
        Column("state", gettext_lazy("Status"), cell="news/console/_state.html", csv="state"),
        Column("audience", gettext_lazy("For whom"), cell=for_whom, from_width="tablet"),
        Column("starts", gettext_lazy("Published"), cell="starts_at", sort="starts_at", from_width="tablet"),
        Column("readers", gettext_lazy("Readers"), cell="readers", sort="readers", align="end", from_width="desktop"),
        Column("author", gettext_lazy("Author"), cell="author_name", sort="author_name", from_width="desktop"),
    ],
    search=["title__icontains", "text__icontains"],
    row_url=lambda row: reverse("console:news_post", args=[row.pk]),
    empty=Empty(
        "news",
        gettext_lazy("No posts yet"),
        gettext_lazy("Tell partners what is new: a price change, an event, a product."),
        gettext_lazy("Write a post"),
        "console:news_new",
        permission=policies.WRITE,
    ),
    live="news",
    export_name="news",
    caption=gettext_lazy("News"),
)


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the posts in every state."""
    rows = policies.written_by(request.actor).annotate(readers=Count("readings", filter=Q(readings__isnull=False)))
    return POSTS.response(request, rows, "news/console/list.html", {"may_write": request.actor.may(policies.WRITE)})


@page(policies.WRITE, side="console", methods=READ_WRITE)
def new(request: Request) -> HttpResponse:
    """Write a post."""
    return _edit(request, None)


@page(policies.WRITE, side="console", methods=READ_WRITE)
def post(request: Request, pk: UUID) -> HttpResponse:
    """Show and change a post."""
    return _edit(request, get_object_or_404(_posts(request), pk=pk))


@page(policies.WRITE, side="console", methods=("POST",))
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Publish a post, now or on a day."""
    row = get_object_or_404(_posts(request), pk=pk)
    form = forms.Publish(request.POST)
    if form.is_valid():
        try:
            services.publish(post=row, on=form.cleaned_data["on"], by=request.actor, at=timezone.now())
        except Invalid as wrong:
            form.blame(wrong.fields)
        else:
            planned = row.state is State.PLANNED
            toast(request, _("The post is planned.") if planned else _("The post is published."))
            return redirect("console:news_post", pk=row.pk)
    row.refresh_from_db()
    return _page(request, row, forms.Post(initial=_initial(row)), form, row.audience, status=422)


@page(policies.WRITE, side="console", methods=("POST",))
def archive(request: Request, pk: UUID) -> HttpResponse:
    """Take a post away from its readers."""
    services.archive(post=get_object_or_404(_posts(request), pk=pk), by=request.actor, at=timezone.now())
    toast(request, _("The post is archived."), tone="info")
    return redirect("console:news_post", pk=pk)


def _posts(request: Request) -> QuerySet[Post]:
    return policies.written_by(request.actor)


def _edit(request: Request, row: Post | None) -> HttpResponse:
    unsent = web.unsent(request) if request.method == "GET" else request.POST
    form = forms.Post(unsent, initial=_initial(row))
    audience: Any = row.audience if row else audiences.EVERYBODY
    if unsent is not None:
        audience = unsent.get("audience", "")
    if request.method == "POST" and form.is_valid():
        try:
            given = {**form.cleaned_data, "audience": builder.read(audience, subject="partner")}
            now = timezone.now()
            if row is None:
                row = services.write(by=request.actor, at=now, **given)
            else:
                services.change(post=row, by=request.actor, at=now, **given)
        except Invalid as wrong:
            form.blame(wrong.fields)
        except (Refusal, Stale) as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("Saved."))
            return redirect("console:news_post", pk=row.pk)
    status = 422 if request.method == "POST" else 200
    return _page(request, row, form, forms.Publish(), audience, status=status)


def _page(
    request: Request, row: Post | None, form: forms.Post, publishing: forms.Publish, audience: Any, *, status: int
) -> HttpResponse:
    context = {
        "post": row,
        "state": row.state.value if row else "",
        "form": form,
        "publishing": publishing,
        "audience": audience,
        "for_whom": for_whom(row) if row else "",
        "members_url": f"{reverse('console:audience_preview')}?subject=partner",
    }
    return render(request, "news/console/post.html", context, status=status)


def _initial(row: Post | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"title": row.title, "text": row.text, "until": row.last_day, "pinned": row.pinned}
