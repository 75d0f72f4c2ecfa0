"""Programmes for programs: definitions, drafts, trials and versions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import drafts
from openprm.kernel.api import (
    MAY_MATCH,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    operation,
    paginate,
    require_match,
    seen_by,
    tagged,
)
from openprm.kernel.api.problems import response_of
from openprm.kernel.errors import Forbidden, Missing
from openprm.kernel.http import Request
from openprm.program import checks, policies, services, versions
from openprm.program.api.schemas import (
    Archiving,
    ProgrammeDraftOut,
    ProgrammeIn,
    ProgrammeOut,
    ProgrammeVersionOut,
    PublishNote,
    TrialOut,
)
from openprm.program.definition import Definition
from openprm.program.models import Programme, ProgrammeDraft, ProgrammeVersion, TrialRun

router = Router(tags=["Programmes"])


@router.get("/programmes", response=Page[ProgrammeOut], operation_id="list_programmes")
@operation(policies.VIEW)
def list_programmes(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the programmes with what is in force."""
    _vendor_only(request)
    found = paginate(policies.programmes(request.actor), wanted)
    for row in found["items"]:
        _told(row)
    return found


@router.post("/programmes", response={201: ProgrammeOut}, operation_id="create_programme")
@operation(policies.MANAGE)
def create_programme(request: Request, payload: ProgrammeIn) -> Any:
    """Begin a programme. Its definition is a draft until it is published."""
    made = services.create(code=payload.code, definition=payload.definition, by=request.actor, at=timezone.now())
    return Status(201, _told(made))


@router.get("/programmes/{uuid:programme_id}", response=ProgrammeOut, operation_id="get_programme")
@operation(policies.VIEW)
def get_programme(request: Request, programme_id: UUID) -> Any:
    """Read a programme with what is in force."""
    _vendor_only(request)
    return _told(_programme(request, programme_id))


@router.get(
    "/programmes/{uuid:programme_id}/draft",
    response=ProgrammeDraftOut,
    operation_id="get_programme_draft",
    openapi_extra={"responses": {404: response_of(404)}},
)
@operation(policies.MANAGE)
def get_draft(request: Request, programme_id: UUID, response: HttpResponse) -> Any:
    """Read the draft of the next version."""
    found = _draft(_programme(request, programme_id))
    if found is None:
        raise Missing(_("There is no draft. Put one."))
    return tagged(response, found)


@router.put("/programmes/{uuid:programme_id}/draft", response=ProgrammeDraftOut, operation_id="put_programme_draft")
@operation(policies.MANAGE)
def put_draft(request: Request, programme_id: UUID, payload: Definition, response: HttpResponse) -> Any:
    """Make this the draft of the next version. Where there is one already, say with If-Match which you read."""
    programme = _programme(request, programme_id)
    found = _draft(programme)
    if found is not None:
        require_match(request, found)
    by, at, seen = request.actor, timezone.now(), drafts.stamp(found)
    return tagged(response, services.edit(programme=programme, definition=payload, by=by, at=at, seen=seen))


@router.delete(
    "/programmes/{uuid:programme_id}/draft",
    response={204: None},
    operation_id="discard_programme_draft",
    openapi_extra=MAY_MATCH,
)
@operation(policies.MANAGE)
def discard_draft(request: Request, programme_id: UUID) -> Any:
    """Throw the draft away; a programme that was never published goes with it. With If-Match: only the one you read."""
    programme = _programme(request, programme_id)
    seen = seen_by(request, _draft(programme))
    services.discard(programme=programme, seen=seen, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/programmes/{uuid:programme_id}/trials", response={201: TrialOut}, operation_id="try_programme_out")
@operation(policies.MANAGE)
def try_out(request: Request, programme_id: UUID, payload: Definition) -> Any:
    """Have found out what a definition would do: who would move, and what that costs. Nothing is changed."""
    programme = _programme(request, programme_id)
    checks.require(payload)
    return Status(201, services.try_out(programme=programme, definition=payload, by=request.actor, at=timezone.now()))


@router.get("/programmes/trials/{uuid:trial_id}", response=TrialOut, operation_id="get_programme_trial")
@operation(policies.MANAGE)
def get_trial(request: Request, trial_id: UUID) -> Any:
    """Read how far a trial is, and its result."""
    return get_object_or_404(TrialRun, pk=trial_id)


@router.post(
    "/programmes/{uuid:programme_id}/publish", response={201: ProgrammeVersionOut}, operation_id="publish_programme"
)
@operation(policies.MANAGE)
def publish(request: Request, programme_id: UUID, payload: PublishNote) -> Any:
    """Put the draft into force as the next version; all members are assessed by it."""
    programme, by, at = _programme(request, programme_id), request.actor, timezone.now()
    seen = drafts.stamp_of(_draft(programme), payload.draft_version)
    new = services.publish(programme=programme, note=payload.note, seen=seen, by=by, at=at)
    return Status(201, new)


@router.put("/programmes/{uuid:programme_id}/archived", response=ProgrammeOut, operation_id="archive_programme")
@operation(policies.MANAGE)
def archive(request: Request, programme_id: UUID, payload: Archiving) -> Any:
    """Archive a programme, or take it up again."""
    programme = _programme(request, programme_id)
    return _told(services.archive(programme=programme, archived=payload.archived, by=request.actor, at=timezone.now()))


@router.get(
    "/programmes/{uuid:programme_id}/versions",
    response=Page[ProgrammeVersionOut],
    operation_id="list_programme_versions",
)
@operation(policies.VIEW)
def list_versions(request: Request, programme_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the versions of a programme, newest first."""
    _vendor_only(request)
    return paginate(ProgrammeVersion.objects.filter(programme=_programme(request, programme_id)), wanted)


def _draft(programme: Programme) -> ProgrammeDraft | None:
    return ProgrammeDraft.objects.filter(programme=programme).first()


def _told(row: Programme) -> Programme:
    newest = row.versions.first()
    row.number = newest.number if newest else None  # type: ignore[attr-defined]
    row.definition = versions.in_force(row.pk).says if newest else None  # type: ignore[attr-defined]
    return row


def _vendor_only(request: Request) -> None:
    if not request.actor.is_vendor:
        raise Forbidden(_("This is for the vendor's own team. Ask for your memberships instead."))


def _programme(request: Request, pk: UUID) -> Programme:
    return get_object_or_404(Programme, pk=pk)
