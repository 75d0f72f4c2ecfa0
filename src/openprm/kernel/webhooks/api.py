"""Webhooks, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

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
from openprm.kernel.http import Request
from openprm.kernel.webhooks import policies, services
from openprm.kernel.webhooks.models import Endpoint, Message

MANAGE = policies.MANAGE
router = Router(tags=["Webhooks"])


class EventTypeOut(Schema):
    """A kind of event that endpoints can choose; `payload_schema` is the JSON Schema of its `data`."""

    name: str = Field(examples=["deal.approved"])
    label: str = Field(examples=["A deal registration was approved"])
    shared: bool = Field(description="Whether the partner it concerns can hear it too.")
    payload_schema: dict[str, Any]


class EndpointIn(Schema):
    """An endpoint to add."""

    url: str = Field(min_length=1, max_length=500, examples=["https://example.com/openprm"])
    event_types: list[str] = Field(min_length=1, max_length=200, examples=[["deal.approved", "deal.rejected"]])
    description: str = Field("", max_length=200, examples=["Our CRM"])


class EndpointChange(Schema):
    """What to change; what is left out stays."""

    url: str | None = Field(None, min_length=1, max_length=500)
    event_types: list[str] | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=200)
    is_active: bool | None = None


class EndpointOut(Schema):
    """An endpoint."""

    id: UUID
    url: str
    event_types: list[str]
    description: str
    is_active: bool
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str
    partner_id: UUID | None
    created_at: datetime


class EndpointWithSecret(EndpointOut):
    """An endpoint with its signing secret, which is shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class AttemptOut(Schema):
    """One attempt; `status` is 0 when there was no answer."""

    at: datetime
    status: int
    ms: int
    body: str = Field(description="The first kilobyte of the answer.")
    error: str


class MessageOut(Schema):
    """An event on its way to an endpoint; `webhook_id` is the header of that name."""

    id: UUID
    webhook_id: str
    event_type: str
    state: str = Field(examples=["delivered"])
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    response_status: int | None
    log: list[AttemptOut]
    created_at: datetime

    @staticmethod
    def resolve_webhook_id(row: Message) -> str:
        """Return the id that the receiver is given."""
        return f"msg_{row.pk.hex}"

    @staticmethod
    def resolve_event_type(row: Message) -> str:
        """Return the event's name."""
        return row.event.name


class ReplayedOut(Schema):
    """How many messages are sent again."""

    replayed: int


@router.get("/webhooks/event-types", response=list[EventTypeOut], operation_id="list_event_types")
@operation(MANAGE)
def list_event_types(request: Request) -> Any:
    """List the events that endpoints can choose, with the schema of what is sent."""
    to_partner = request.actor.is_partner
    return [
        {
            "name": kind.name,
            "label": str(kind.label),
            "shared": kind.shared,
            "payload_schema": kind.schema_for_partner if to_partner else kind.schema,
        }
        for kind in services.available_types(request.actor)
    ]


@router.get("/webhooks", response=Page[EndpointOut], operation_id="list_webhooks")
@operation(MANAGE)
def list_webhooks(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the endpoints, newest first."""
    return paginate(policies.visible_to(request.actor), wanted)


@router.post("/webhooks", response={201: EndpointWithSecret}, operation_id="add_webhook")
@operation(MANAGE)
def add_webhook(request: Request, payload: EndpointIn, response: HttpResponse) -> Any:
    """Add an endpoint. The answer holds its signing secret, which is not shown again."""
    endpoint = services.add(by=request.actor, at=timezone.now(), **payload.dict())
    return Status(201, tagged(response, endpoint))


@router.get("/webhooks/{uuid:endpoint_id}", response=EndpointOut, operation_id="show_webhook")
@operation(MANAGE)
def show_webhook(request: Request, endpoint_id: UUID, response: HttpResponse) -> Any:
    """Show an endpoint."""
    return tagged(response, _endpoint(request, endpoint_id))


@router.patch("/webhooks/{uuid:endpoint_id}", response=EndpointOut, operation_id="change_webhook")
@operation(MANAGE)
def change_webhook(request: Request, endpoint_id: UUID, payload: EndpointChange, response: HttpResponse) -> Any:
    """Change an endpoint; `is_active: true` gives one that was disabled a new chance."""
    endpoint = _endpoint(request, endpoint_id)
    require_match(request, endpoint)
    services.change(endpoint, by=request.actor, at=timezone.now(), **payload.dict(exclude_unset=True))
    return tagged(response, endpoint)


@router.delete("/webhooks/{uuid:endpoint_id}", response={204: None}, operation_id="remove_webhook")
@operation(MANAGE)
def remove_webhook(request: Request, endpoint_id: UUID) -> Any:
    """Remove an endpoint with its log."""
    services.remove(_endpoint(request, endpoint_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/webhooks/{uuid:endpoint_id}/secret", response=EndpointWithSecret, operation_id="change_webhook_secret")
@operation(MANAGE)
def change_webhook_secret(request: Request, endpoint_id: UUID, response: HttpResponse) -> Any:
    """Make a new signing secret; for a day messages are signed with the old one too."""
    endpoint = services.change_secret(_endpoint(request, endpoint_id), by=request.actor, at=timezone.now())
    return tagged(response, endpoint)


@router.post("/webhooks/{uuid:endpoint_id}/test", response={202: MessageOut}, operation_id="test_webhook")
@operation(MANAGE)
def test_webhook(request: Request, endpoint_id: UUID) -> Any:
    """Send a test message to this endpoint."""
    return Status(202, services.test(_endpoint(request, endpoint_id), by=request.actor, at=timezone.now()))


@router.get("/webhooks/{uuid:endpoint_id}/messages", response=Page[MessageOut], operation_id="list_webhook_messages")
@operation(MANAGE)
def list_webhook_messages(request: Request, endpoint_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what was sent to an endpoint, newest first, with every attempt."""
    endpoint = _endpoint(request, endpoint_id)
    return paginate(policies.messages_visible_to(request.actor).filter(endpoint=endpoint), wanted)


@router.post("/webhooks/{uuid:endpoint_id}/replay-failed", response={202: ReplayedOut}, operation_id="replay_failed")
@operation(MANAGE)
def replay_failed(request: Request, endpoint_id: UUID) -> Any:
    """Send again what this endpoint did not take, up to 1,000 messages at a time."""
    endpoint = _endpoint(request, endpoint_id)
    return Status(202, {"replayed": services.replay_failed(endpoint, by=request.actor, at=timezone.now())})


@router.post("/webhooks/messages/{uuid:message_id}/replay", response={202: MessageOut}, operation_id="replay_message")
@operation(MANAGE)
def replay_message(request: Request, message_id: UUID) -> Any:
    """Send a message again, with the id it had."""
    message = get_object_or_404(policies.messages_visible_to(request.actor), pk=message_id)
    services.replay([message], by=request.actor, at=timezone.now())
    return Status(202, message)


def _endpoint(request: Request, pk: UUID) -> Endpoint:
    return get_object_or_404(policies.visible_to(request.actor), pk=pk)
