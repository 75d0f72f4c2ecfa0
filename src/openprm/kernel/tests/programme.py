"""A small API of the tests' own, over the table of programme settings."""

from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone

from openprm.kernel.api import (
    Field,
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Schema,
    Status,
    UploadedFile,
    create_api,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.console.api import routers as engine_room
from openprm.kernel.errors import Refusal, TooMany
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.webhooks.api import router as webhooks

router = Router()


class ThingIn(Schema):
    """A thing to make."""

    key: str = Field(min_length=1, max_length=80)
    value: int


class ThingOut(ThingIn):
    """A thing."""

    id: UUID


@router.get("/things", response=Page[ThingOut])
@operation("kernel.operate")
def list_things(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the things."""
    return paginate(StoredSetting.objects.all(), wanted)


@router.post("/things", response={201: ThingOut})
@operation("kernel.operate")
def make_thing(request: HttpRequest, payload: ThingIn, response: HttpResponse) -> Any:
    """Make a thing; keys that begin with ``no`` are refused after they were written."""
    thing = StoredSetting.objects.create(**payload.dict())
    if payload.key.startswith("no"):
        raise Refusal("Not like this.", code="not_like_this")
    if payload.key.startswith("crash"):
        raise ZeroDivisionError
    return Status(201, tagged(response, thing))


@router.post("/things/upload", response={201: ThingOut})
@operation("kernel.operate")
def upload_thing(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Make a thing of a file."""
    return Status(201, StoredSetting.objects.create(key=f"{file.name}{uuid4()}", value=len(file.read())))


@router.get("/things/{uuid:thing_id}", response=ThingOut)
@operation()
def show_thing(request: HttpRequest, thing_id: UUID, response: HttpResponse) -> Any:
    """Show a thing."""
    return tagged(response, get_object_or_404(StoredSetting, pk=thing_id))


@router.patch("/things/{uuid:thing_id}", response=ThingOut)
@operation("kernel.operate")
def change_thing(request: HttpRequest, thing_id: UUID, payload: ThingIn, response: HttpResponse) -> Any:
    """Change a thing."""
    thing = get_object_or_404(StoredSetting, pk=thing_id)
    require_match(request, thing)
    thing.value = payload.value
    return tagged(response, thing.write("value", at=timezone.now()))


@router.get("/outage")
@operation()
def outage(request: HttpRequest) -> None:
    """Lose the database."""
    with connection.cursor() as cursor:
        cursor.execute("reset role; select pg_terminate_backend(pg_backend_pid())")


@router.get("/too-many")
@operation()
def too_many(request: HttpRequest) -> None:
    """Refuse for a minute."""
    raise TooMany("Slower.", retry_after=60)


api = create_api()
for _router in (router, webhooks, *engine_room):
    api.add_router("", _router)
urlpatterns = [path("api/v1/", api.urls)]
handler404 = "openprm.kernel.web.answer_missing"
handler500 = "openprm.kernel.web.answer_error"
