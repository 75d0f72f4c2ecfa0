"""Where the vendor writes posts, says for whom, and publishes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
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
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.news import forms, policies, queries, services, words
from openprm.news.models import Post
from openprm.news.rules import State

READ_WRITE = ("GET", "POST")
MOST_PREVIEWED = 20_000


def for_whom(post: Post) -> str:
    """Return the audience as a sentence."""
    if post.audience == audiences.EVERYBODY:
        return _("All partners")
    try:
        return audiences.describe(post.audience, subject="partner")
    except Invalid:
        return _("Nobody: the conditions mean nothing any more. Choose them again.")


def _in_states(rows: QuerySet[Post], states: list[str]) -> QuerySet[Post]:
    now, wanted = timezone.now(), Q()
    for state in states:
        wanted |= policies.in_state(state, now)
    return rows.filter(wanted)


POSTS = Table(
    id="news",
    columns=[
        Column("title", gettext_lazy("Post"), sort="title", link=True),
        Column("state", gettext_lazy("Status"), cell="news/console/_state.html", csv="state_label"),
        Column("audience", gettext_lazy("For whom"), cell=for_whom, from_width="desktop"),
        Column("starts", gettext_lazy("Live from"), cell="starts_at", sort="starts_at", from_width="tablet"),
        Column("readers", gettext_lazy("Read by"), cell="news/console/_readers.html", sort="readers", align="end"),
        Column("confirmers", gettext_lazy("Confirmed by"), cell="news/console/_confirmers.html", align="end"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=words.STATES, multiple=True, apply=_in_states)],
    search=["title__icontains", "text__icontains", "author_name__icontains"],
    default_sort="-pk",
    row_url=lambda row: row.console_url,
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
    rows = queries.with_counts(policies.worked_on_by(request.actor))
    return POSTS.response(request, rows, "news/console/list.html", {"may_write": policies.may_write(request.actor)})


@page(policies.WRITE, side="console", methods=READ_WRITE)
def new(request: Request) -> HttpResponse:
    """Write a post."""
    return _edit(request, None)


@page(policies.VIEW, side="console", methods=READ_WRITE)
def post(request: Request, pk: UUID) -> HttpResponse:
    """Show and change a post."""
    return _edit(request, _post(request, pk))


@page(policies.WRITE, side="console", methods=("POST",))
def preview(request: Request) -> HttpResponse:
    """Show what is being typed as a partner reads it."""
    sent = request.POST
    typed = Post(
        title=sent.get("title", "")[:200].strip(),
        text=sent.get("text", "")[:MOST_PREVIEWED].strip(),
        pinned="pinned" in sent,
        to_confirm="to_confirm" in sent,
        author_name=request.actor.name,
    )
    return render(request, "news/console/_preview.html", {"post": typed})


@page(policies.WRITE, side="console", methods=("POST",))
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Save what stands in the editor and let it go live, now or at a time; both happen, or neither."""
    row = _post(request, pk)
    form, when = forms.Post(request.POST), forms.Publish(request.POST)
    audience: Any = request.POST.get("audience", "")
    if when.is_valid() and when.cleaned_data["on"] is None and "now" not in request.POST and _is_scheduled(row):
        when.add_error("on", _("Give another time, or publish it now."))
    if form.is_valid() and when.is_valid():
        now = timezone.now()
        try:
            with transaction.atomic():
                given = {**form.cleaned_data, "audience": builder.read(audience, subject="partner")}
                services.change(post=row, by=request.actor, at=now, **given)
                on = None if "now" in request.POST else when.cleaned_data["on"]
                services.publish(post=row, on=on, by=request.actor, at=now)
        except Invalid as wrong:
            when.blame({name: said for name, said in wrong.fields.items() if name == "on"})
            form.blame({name: said for name, said in wrong.fields.items() if name != "on"})
        except (Refusal, Stale) as problem:
            form.add_error(None, str(problem))
        else:
            toast(
                request,
                _("The post is scheduled.") if _is_scheduled(row) else _("The post is live. Its readers are told."),
            )
            return redirect("console:news_post", pk=row.pk)
    row.refresh_from_db()
    return _page(request, row, form, when, audience, status=422)


@page(policies.WRITE, side="console", methods=("POST",))
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take a post away from its readers."""
    services.withdraw(post=_post(request, pk), by=request.actor, at=timezone.now())
    toast(request, _("The post is withdrawn. Partners do not see it any more."), tone="info")
    return redirect("console:news_post", pk=pk)


@page(policies.WRITE, side="console", methods=("POST",))
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """Make a draft of a post that has ended."""
    services.reopen(post=_post(request, pk), by=request.actor, at=timezone.now())
    toast(request, _("The post is a draft again."), tone="info")
    return redirect("console:news_post", pk=pk)


@page(policies.WRITE, side="console", methods=("POST",))
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    row = _post(request, pk)
    services.discard(post=row, by=request.actor, at=timezone.now())
    toast(request, _("The draft “%(title)s” is discarded.") % {"title": row.title}, tone="info")
    return redirect("console:news")


def _post(request: Request, pk: UUID) -> Post:
    return get_object_or_404(policies.worked_on_by(request.actor), pk=pk)


def _edit(request: Request, row: Post | None) -> HttpResponse:
    unsent = web.unsent(request) if request.method == "GET" else request.POST
    form = forms.Post(unsent, initial=_initial(row))
    audience: Any = row.audience if row else audiences.EVERYBODY
    if unsent is not None:
        audience = unsent.get("audience", "")
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, row, {**form.cleaned_data, "audience": builder.read(audience, subject="partner")})
        except Invalid as wrong:
            form.blame(wrong.fields)
        except (Refusal, Stale) as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("Saved."))
            return redirect("console:news_post", pk=saved.pk)
    status = 422 if request.method == "POST" else 200
    return _page(request, row, form, forms.Publish(initial=_time(row)), audience, status=status)


def _saved(request: Request, row: Post | None, given: dict[str, Any]) -> Post:
    now = timezone.now()
    if row is None:
        return services.write(by=request.actor, at=now, **given)
    return services.change(post=row, by=request.actor, at=now, **given)


def _page(
    request: Request, row: Post | None, form: forms.Post, publishing: forms.Publish, audience: Any, *, status: int
) -> HttpResponse:
    now = timezone.now()
    state = row.state_at(now) if row else State.DRAFT
    context = {
        "post": row,
        "state": state.value,
        "form": form,
        "publishing": publishing,
        "audience": audience,
        "for_whom": for_whom(row) if row else "",
        "reach": queries.reach_of(row) if row else None,
        "may_write": policies.may_write(request.actor),
        "may_edit": policies.may_write(request.actor) and state is not State.ENDED,
        "may_discard": row is not None and state is State.DRAFT and not row.readings.exists(),
        "members_url": f"{reverse('console:audience_preview')}?subject=partner",
    }
    return render(request, "news/console/post.html", context, status=status)


def _initial(row: Post | None) -> dict[str, Any]:
    if row is None:
        return {}
    fields: dict[str, Any] = {name: getattr(row, name) for name in ("title", "text", "pinned", "to_confirm")}
    return {**fields, "until": row.last_day}


def _time(row: Post | None) -> dict[str, datetime | None]:
    """Return the time a scheduled post is put to, for the form that changes it."""
    return {"on": row.starts_at} if row and _is_scheduled(row) else {}


def _is_scheduled(row: Post) -> bool:
    return row.state is State.SCHEDULED
