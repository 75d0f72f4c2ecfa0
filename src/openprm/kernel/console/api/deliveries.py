"""Events on their way to their subscribers, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel import services
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.events.models import Delivery
from openprm.kernel.http import Request

OPERATE = "kernel.operate"
State = Literal["waiting", "done", "failed"]
router = Router(tags=["Engine room"])


class DeliveryOut(Schema):
    """One event on its way to one subscriber."""

    id: UUID
    event_id: UUID
    event: str = Field(alias="event.name", examples=["deal.approved"])
    subscriber: str = Field(examples=["deals.tell_partner"])
    state: State
    attempts: int
    error: str
    created_at: datetime
    done_at: datetime | None


class DeliveryFilter(PageQuery):
    """Which deliveries are wanted."""

    state: State | None = None
    event: str = Field("", max_length=80, examples=["deal.approved"])
    subscriber: str = Field("", max_length=80)


@router.get("/deliveries", response=Page[DeliveryOut], operation_id="list_deliveries")
@operation(OPERATE)
def list_deliveries(request: Request, wanted: Query[DeliveryFilter]) -> Any:
    """List what is on its way, was delivered or failed, newest first."""
    given = {"state": wanted.state, "event__name": wanted.event, "subscriber": wanted.subscriber}
    rows = Delivery.objects.select_related("event")
    return paginate(rows.filter(**{name: value for name, value in given.items() if value}), wanted)


@router.get("/deliveries/{uuid:delivery_id}", response=DeliveryOut, operation_id="get_delivery")
@operation(OPERATE)
def get_delivery(request: Request, delivery_id: UUID) -> Any:
    """Read one delivery, with what went wrong."""
    return _one(delivery_id)


@router.post("/deliveries/{uuid:delivery_id}/replay", response={202: DeliveryOut}, operation_id="replay_delivery")
@operation(OPERATE)
def replay_delivery(request: Request, delivery_id: UUID) -> Any:
    """Try a failed delivery again."""
    services.replay([_one(delivery_id)], by=request.actor, at=timezone.now())
    return Status(202, _one(delivery_id))


def _one(pk: UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("event"), pk=pk)
