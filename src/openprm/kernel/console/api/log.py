"""The log of events, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, operation, paginate
from openprm.kernel.events.models import Event

READ = "kernel.read_log"
router = Router(tags=["Audit log"])


class EventOut(Schema):
    """Something that happened. It never changes."""

    id: UUID
    name: str = Field(examples=["deal.approved"])
    at: datetime
    subject_type: str = Field(examples=["deals.DealRegistration"])
    subject_id: UUID
    subject_label: str
    partner_id: UUID | None
    actor_kind: str = Field(examples=["person"])
    actor_id: UUID | None
    actor_name: str
    actor_side: str = Field(examples=["vendor"])
    shared: bool
    payload: Any


class EventFilter(PageQuery):
    """Which events are wanted."""

    name: str | None = Field(None, max_length=80, examples=["deal.approved"])
    subject_id: UUID | None = None
    partner_id: UUID | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@router.get("/events", response=Page[EventOut], operation_id="list_events")
@operation(READ)
def list_events(request: HttpRequest, wanted: Query[EventFilter]) -> Any:
    """List what happened, newest first."""
    paths = {"name": "name", "subject_id": "subject_id", "partner_id": "partner_id", "actor_id": "actor_id"}
    paths |= {"since": "at__gte", "until": "at__lt"}
    given = wanted.dict(include=set(paths), exclude_none=True)
    rows = Event.objects.filter(**{paths[name]: value for name, value in given.items()})
    return paginate(rows, wanted, order=("-at", "-id"))


@router.get("/events/{uuid:event_id}", response=EventOut, operation_id="show_event")
@operation(READ)
def show_event(request: HttpRequest, event_id: UUID) -> Any:
    """Show one event."""
    return get_object_or_404(Event, pk=event_id)
