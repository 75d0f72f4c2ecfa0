"""News, for programs: what partners read, and the posts the vendor works on, by the same verbs as on the pages."""

import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import AwareDatetime

from openprm.kernel.api import (
    Field,
    Page,
    PageQuery,
    Query,
    Router,
    Schema,
    Status,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.http import Request
from openprm.news import policies, queries, services
from openprm.news.models import Post

router = Router(tags=["News"])

StateName = Literal["draft", "scheduled", "live", "ended"]
READERS_ORDER = ("-pinned", "-starts_at", "-id")
BY_NAME = ("name", "id")


class NewsOut(Schema):
    """A live post, as somebody of a partner reads it."""

    id: UUID
    title: str = Field(examples=["New prices for Halden Cloud from January"])
    text: str = Field(description="Plain text; an empty line begins a paragraph.")
    author_name: str
    pinned: bool
    to_confirm: bool = Field(description="Whether readers are asked to confirm that they have read it.")
    live_since: datetime.datetime
    last_day: datetime.date | None
    read_at: datetime.datetime | None = Field(description="When you opened it first.")
    confirmed_at: datetime.datetime | None = Field(description="When you confirmed it.")
    version: int

    @staticmethod
    def resolve_live_since(post: Post) -> datetime.datetime | None:
        """Return from when on it is there."""
        return post.starts_at

    @staticmethod
    def resolve_read_at(post: Any) -> datetime.datetime | None:
        """Return when its reader opened it."""
        return post.my_read_at  # type: ignore[no-any-return]

    @staticmethod
    def resolve_confirmed_at(post: Any) -> datetime.datetime | None:
        """Return when its reader confirmed it."""
        return post.my_confirmed_at  # type: ignore[no-any-return]


class NewsFilter(PageQuery):
    """Which posts are wanted."""

    unread: bool | None = Field(None, description="True for those that you have not read.")


class NewsMarkOut(Schema):
    """What is noted about you and a post."""

    read_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None


class NewsConfirmIn(Schema):
    """What is confirmed."""

    version: int | None = Field(None, ge=1, description="The version you have read. Refused, if it is another by now.")


class NewsPostIn(Schema):
    """A post to write, as a draft."""

    title: str = Field(min_length=1, max_length=200, examples=["New prices for Halden Cloud from January"])
    text: str = Field(min_length=1, max_length=20_000, description="Plain text; an empty line begins a paragraph.")
    audience: dict[str, Any] = Field(default_factory=lambda: dict(EVERYBODY), description="A predicate over partners.")
    pinned: bool = False
    to_confirm: bool = False
    until: datetime.date | None = Field(None, description="The last day on which it is shown.")


class NewsPostChange(Schema):
    """What to change of a post; what is left out stays."""

    title: str = Field("", min_length=1, max_length=200)
    text: str = Field("", min_length=1, max_length=20_000)
    audience: dict[str, Any] = {}
    pinned: bool = False
    to_confirm: bool = False
    until: datetime.date | None = None


class NewsPostOut(Schema):
    """A post, as the vendor works on it."""

    id: UUID
    state: StateName
    title: str
    text: str
    audience: dict[str, Any]
    pinned: bool
    to_confirm: bool
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    last_day: datetime.date | None
    author_name: str
    created_at: datetime.datetime
    version: int


class NewsPostFilter(PageQuery):
    """Which posts are wanted."""

    state: StateName | None = None


class NewsPublishIn(Schema):
    """When it goes live."""

    on: AwareDatetime | None = Field(None, description="With its offset from UTC. Left out: now.")


class NewsReachOut(Schema):
    """How far a post reaches: who is in its audience now, and who was told, has read and has confirmed so far."""

    partners: int = Field(description="Partners in its audience now.")
    people: int = Field(description="Their people who may read it.")
    told: int
    told_or_read: int = Field(description="Everybody it has reached: some find it without being told.")
    read: int
    confirmed: int


class NewsReaderOut(Schema):
    """What became of a post with a person."""

    partner_id: UUID
    partner_name: str
    person_id: UUID
    person_name: str
    told_at: datetime.datetime | None
    read_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None


class NewsPartnerOut(Schema):
    """How many people of a partner were told of a post, have read it and have confirmed it."""

    partner_id: UUID
    name: str
    told: int
    read: int
    confirmed: int
    last_read_at: datetime.datetime | None

    @staticmethod
    def resolve_partner_id(partner: Any) -> UUID:
        """Return the partner."""
        return partner.pk  # type: ignore[no-any-return]

    @staticmethod
    def resolve_read(partner: Any) -> int:
        """Return how many have read it."""
        return partner.readers  # type: ignore[no-any-return]

    @staticmethod
    def resolve_confirmed(partner: Any) -> int:
        """Return how many have confirmed it."""
        return partner.confirmers  # type: ignore[no-any-return]


@router.get("/news", response=Page[NewsOut], operation_id="list_news")
@operation(policies.VIEW)
def list_news(request: Request, wanted: Query[NewsFilter]) -> Any:
    """List the news for you, pinned posts first, then the newest. The vendor's people get everything that is live."""
    with queries.readable_by(request.actor, timezone.now()) as found:
        rows = found if wanted.unread is None else found.filter(my_read_at__isnull=wanted.unread)
        return paginate(rows, wanted, order=READERS_ORDER)


@router.get("/news/{uuid:post_id}", response=NewsOut, operation_id="get_news")
@operation(policies.VIEW)
def get_news(request: Request, post_id: UUID) -> Any:
    """Read a live post. That alone does not mark it as read: `read_news` does."""
    return _for(request, post_id)


@router.post("/news/{uuid:post_id}/read", response=NewsMarkOut, operation_id="read_news")
@operation(policies.VIEW)
def read_news(request: Request, post_id: UUID) -> Any:
    """Note that you have read a post, with a partner's person's own token."""
    return services.mark_read(post=_for(request, post_id), by=request.actor, at=timezone.now())


@router.post("/news/{uuid:post_id}/confirm", response=NewsMarkOut, operation_id="confirm_news")
@operation(policies.VIEW)
def confirm_news(request: Request, post_id: UUID, payload: NewsConfirmIn) -> Any:
    """Confirm that you have read a post that asks for it, with a partner's person's own token."""
    post = _for(request, post_id)
    return services.confirm(post=post, version=payload.version, by=request.actor, at=timezone.now())


@router.get("/news-posts", response=Page[NewsPostOut], operation_id="list_news_posts")
@operation(policies.VIEW)
def list_posts(request: Request, wanted: Query[NewsPostFilter]) -> Any:
    """List the posts in every state, for the vendor's people, the latest written first. Partners see none."""
    rows = policies.worked_on_by(request.actor)
    return paginate(rows.filter(policies.in_state(wanted.state, timezone.now())) if wanted.state else rows, wanted)


@router.post("/news-posts", response={201: NewsPostOut}, operation_id="write_news_post")
@operation(policies.WRITE)
def write_post(request: Request, payload: NewsPostIn, response: HttpResponse) -> Any:
    """Write a post, as a draft. `preview_audience` tells who is in its audience."""
    post = services.write(**payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, post))


@router.get("/news-posts/{uuid:post_id}", response=NewsPostOut, operation_id="get_news_post")
@operation(policies.VIEW)
def get_post(request: Request, post_id: UUID, response: HttpResponse) -> Any:
    """Read a post in any state, as the vendor works on it."""
    return tagged(response, _post(request, post_id))


@router.patch("/news-posts/{uuid:post_id}", response=NewsPostOut, operation_id="change_news_post")
@operation(policies.WRITE)
def change_post(request: Request, post_id: UUID, payload: NewsPostChange, response: HttpResponse) -> Any:
    """Change a post; readers see it at once, and those whom a wider audience adds are told."""
    post = _post(request, post_id)
    require_match(request, post)
    given = payload.dict(exclude_unset=True)
    return tagged(response, services.change(post=post, by=request.actor, at=timezone.now(), **given))


@router.delete("/news-posts/{uuid:post_id}", response={204: None}, operation_id="discard_news_post")
@operation(policies.WRITE)
def discard_post(request: Request, post_id: UUID) -> Any:
    """Throw away a draft that partners have never seen."""
    post = _post(request, post_id)
    require_match(request, post)
    services.discard(post=post, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/news-posts/{uuid:post_id}/publish", response=NewsPostOut, operation_id="publish_news_post")
@operation(policies.WRITE)
def publish_post(request: Request, post_id: UUID, payload: NewsPublishIn, response: HttpResponse) -> Any:
    """Let a post go live, now or at a time to come. Its readers are told once."""
    post = services.publish(post=_post(request, post_id), on=payload.on, by=request.actor, at=timezone.now())
    return tagged(response, post)


@router.post("/news-posts/{uuid:post_id}/withdraw", response=NewsPostOut, operation_id="withdraw_news_post")
@operation(policies.WRITE)
def withdraw_post(request: Request, post_id: UUID, response: HttpResponse) -> Any:
    """Take a post away from its readers: a live one ends, a scheduled one is a draft again."""
    return tagged(response, services.withdraw(post=_post(request, post_id), by=request.actor, at=timezone.now()))


@router.post("/news-posts/{uuid:post_id}/reopen", response=NewsPostOut, operation_id="reopen_news_post")
@operation(policies.WRITE)
def reopen_post(request: Request, post_id: UUID, response: HttpResponse) -> Any:
    """Make a draft of a post that has ended."""
    return tagged(response, services.reopen(post=_post(request, post_id), by=request.actor, at=timezone.now()))


@router.get("/news-posts/{uuid:post_id}/reach", response=NewsReachOut, operation_id="get_news_post_reach")
@operation(policies.VIEW)
def get_reach(request: Request, post_id: UUID) -> Any:
    """Read who would see a post now, and how many were told, have read and have confirmed it."""
    return queries.reach_of(_post(request, post_id))


@router.get("/news-posts/{uuid:post_id}/people", response=Page[NewsReaderOut], operation_id="list_news_post_people")
@operation(policies.VIEW)
def list_people(request: Request, post_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the people who were told of a post or have read it, the latest first."""
    return paginate(queries.readings_of(_post(request, post_id)), wanted)


@router.get(
    "/news-posts/{uuid:post_id}/partners", response=Page[NewsPartnerOut], operation_id="list_news_post_partners"
)
@operation(policies.VIEW)
def list_partners(request: Request, post_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the partners a post concerns, by name, with how many people of each have read and confirmed it."""
    return paginate(queries.partners_of(_post(request, post_id)), wanted, order=BY_NAME)


def _post(request: Request, post_id: UUID) -> Post:
    return get_object_or_404(policies.worked_on_by(request.actor), pk=post_id)


def _for(request: Request, post_id: UUID) -> Any:
    """Return a post that this reader may read now; whatever else there may be does not exist for them."""
    with queries.readable_by(request.actor, timezone.now()) as found:
        row = found.filter(pk=post_id).first()
    if row is None:
        raise Http404
    return row
