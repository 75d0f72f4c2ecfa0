"""A person's messages and how they want them, for programs. API clients are nobody's: they have no messages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, operation, paginate
from openprm.kernel.http import Request
from openprm.kernel.notifications import queries, services

Channel = Literal["app", "email"]
Way = Literal["instant", "daily", "off"]
router = Router(tags=["Notifications"])


class NotificationOut(Schema):
    """A message in the app. `url` is the page on this server that it is about."""

    id: UUID
    kind: str = Field(examples=["deals.decided"])
    title: str = Field(examples=["Contoso GmbH is approved"])
    body: str
    url: str
    event_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class NotificationFilter(PageQuery):
    """Which messages are wanted."""

    unread: bool | None = None


class ReadOut(Schema):
    """How many messages were marked as read."""

    read: int


class PreferenceOut(Schema):
    """How a kind of message reaches the person, by channel."""

    kind: str = Field(examples=["deals.decided"])
    label: str = Field(examples=["Decisions and questions about my deals"])
    app: Way
    email: Way


class ChoiceIn(Schema):
    """How one kind of message shall reach the person by one channel."""

    kind: str = Field(min_length=1, max_length=80, examples=["deals.decided"])
    channel: Channel
    mode: Way


class ChoicesIn(Schema):
    """What to change; what is not named stays."""

    choices: list[ChoiceIn] = Field(min_length=1, max_length=200)


@router.get("/notifications", response=Page[NotificationOut], operation_id="list_notifications")
@operation()
def list_notifications(request: Request, wanted: Query[NotificationFilter]) -> Any:
    """List your messages, newest first."""
    rows = queries.mine(request.actor)
    return paginate(rows if wanted.unread is None else rows.filter(read_at__isnull=wanted.unread), wanted)


@router.post("/notifications/read", response=ReadOut, operation_id="read_all_notifications")
@operation()
def read_all_notifications(request: Request) -> Any:
    """Mark all your messages as read."""
    return {"read": services.mark_read(by=request.actor, at=timezone.now())}


@router.post("/notifications/{uuid:notification_id}/read", response=NotificationOut, operation_id="read_notification")
@operation()
def read_notification(request: Request, notification_id: UUID) -> Any:
    """Mark one message as read."""
    row = get_object_or_404(queries.mine(request.actor), pk=notification_id)
    services.mark_read(by=request.actor, at=timezone.now(), only=row.pk)
    row.refresh_from_db()
    return row


@router.get("/notification-preferences", response=list[PreferenceOut], operation_id="list_notification_preferences")
@operation()
def list_notification_preferences(request: Request) -> Any:
    """List the kinds of messages you can get, and how each reaches you."""
    return [{"kind": kind.key, "label": str(kind.label), **modes} for kind, modes in queries.preferences(request.actor)]


@router.post("/notification-preferences", response=list[PreferenceOut], operation_id="choose_notifications")
@operation()
def choose_notifications(request: Request, payload: ChoicesIn) -> Any:
    """Choose how kinds of messages reach you: at once, once a day, or not at all."""
    choices: dict[tuple[str, str], str] = {(one.kind, one.channel): one.mode for one in payload.choices}
    services.prefer(choices=choices, by=request.actor, at=timezone.now())
    return list_notification_preferences(request)
