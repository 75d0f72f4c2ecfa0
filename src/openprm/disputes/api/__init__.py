"""Disputes, for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Form

from openprm.deals import policies as deal_policies
from openprm.disputes import policies, services
from openprm.disputes.api.other_side import router as other_side
from openprm.disputes.api.rows import found, readable, told, with_files
from openprm.disputes.api.schemas import (
    ContestIn,
    DecisionIn,
    DisputeFilter,
    DisputeNoteOut,
    DisputeOut,
    DisputeWords,
    RemedyIn,
    StatementOut,
)
from openprm.disputes.lifecycle import WITH_VENDOR
from openprm.kernel.api import (
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    UploadedFile,
    narrow,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.http import Request

router = Router(tags=["Disputes"])
router.add_router("", other_side)

BOTH = (policies.CONTEST, policies.DECIDE, policies.DECIDE_APPEAL)
HANDLE = (policies.DECIDE, policies.DECIDE_APPEAL)


@router.get("/disputes", response=Page[DisputeOut], operation_id="list_disputes")
@operation(policies.VIEW)
def list_disputes(request: Request, wanted: Query[DisputeFilter]) -> Any:
    """List the disputes you may see, newest first."""
    rows = narrow(readable(request), wanted, "state", "subject", "level", "partner_id", "deal_id")
    late = {"state__in": sorted(WITH_VENDOR), "due_at__lte": timezone.now()}
    if wanted.overdue is not None:
        rows = rows.filter(**late) if wanted.overdue else rows.exclude(**late)
    return paginate(rows, wanted)


@router.post("/deals/{uuid:deal_id}/disputes", response={201: DisputeOut}, operation_id="contest_deal")
@operation(policies.CONTEST)
def contest_deal(request: Request, deal_id: UUID, payload: ContestIn, response: HttpResponse) -> Any:
    """Contest a verdict or a decision about a deal."""
    return _contested(request, deal_id, payload, [], response)


@router.post(
    "/deals/{uuid:deal_id}/disputes/with-files", response={201: DisputeOut}, operation_id="contest_deal_with_files"
)
@operation(policies.CONTEST)
def contest_with_files(
    request: Request, deal_id: UUID, payload: Form[ContestIn], files: File[list[UploadedFile]], response: HttpResponse
) -> Any:
    """Contest a verdict or a decision about a deal, with evidence, as ``multipart/form-data``."""
    return _contested(request, deal_id, payload, files, response)


@router.get("/disputes/{uuid:dispute_id}", response=DisputeOut, operation_id="get_dispute")
@operation(policies.VIEW)
def get_dispute(request: Request, dispute_id: UUID, response: HttpResponse) -> Any:
    """Read one dispute."""
    return tagged(response, found(request, dispute_id))


@router.get("/disputes/{uuid:dispute_id}/statements", response=Page[StatementOut], operation_id="list_statements")
@operation(policies.VIEW)
def list_statements(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what both sides said, newest first."""
    return with_files(paginate(found(request, dispute_id).statements.all(), wanted))


@router.post("/disputes/{uuid:dispute_id}/statements", response={201: StatementOut}, operation_id="add_statement")
@operation(*BOTH)
def add_statement(request: Request, dispute_id: UUID, payload: DisputeWords) -> Any:
    """Add a statement that both sides read."""
    dispute = found(request, dispute_id)
    said = services.say(dispute=dispute, text=payload.text, by=request.actor, at=timezone.now())
    return Status(201, told(said))


@router.post("/disputes/{uuid:dispute_id}/evidence", response={201: StatementOut}, operation_id="add_evidence")
@operation(*BOTH)
def add_evidence(request: Request, dispute_id: UUID, payload: Form[DisputeWords], file: File[UploadedFile]) -> Any:
    """Add a statement with a file of evidence, as ``multipart/form-data``."""
    dispute, at = found(request, dispute_id), timezone.now()
    said = services.say(dispute=dispute, text=payload.text, uploads=[file], by=request.actor, at=at)
    return Status(201, told(said))


@router.post("/disputes/{uuid:dispute_id}/start-review", response=DisputeOut, operation_id="start_review_of_dispute")
@operation(*HANDLE)
def start_review(request: Request, dispute_id: UUID, response: HttpResponse) -> Any:
    """Say that somebody is looking at the dispute."""
    return _move(request, dispute_id, response, services.start_review)


@router.post("/disputes/{uuid:dispute_id}/ask", response=DisputeOut, operation_id="ask_for_evidence")
@operation(*HANDLE)
def ask_for_evidence(request: Request, dispute_id: UUID, payload: DisputeWords, response: HttpResponse) -> Any:
    """Ask the partner for evidence; the clock stands still until it answers."""
    return _move(request, dispute_id, response, services.ask, **payload.dict())


@router.post("/disputes/{uuid:dispute_id}/answer", response=DisputeOut, operation_id="answer_in_dispute")
@operation(policies.CONTEST)
def answer(request: Request, dispute_id: UUID, payload: DisputeWords, response: HttpResponse) -> Any:
    """Answer what the vendor asked."""
    return _move(request, dispute_id, response, services.answer, **payload.dict())


@router.post(
    "/disputes/{uuid:dispute_id}/answer/with-files", response=DisputeOut, operation_id="answer_in_dispute_with_files"
)
@operation(policies.CONTEST)
def answer_with_files(
    request: Request, dispute_id: UUID, payload: Form[DisputeWords], files: File[list[UploadedFile]],
    response: HttpResponse,
) -> Any:  # fmt: skip
    """Answer what the vendor asked, with evidence, as ``multipart/form-data``."""
    return _move(request, dispute_id, response, services.answer, uploads=files, **payload.dict())


@router.post("/disputes/{uuid:dispute_id}/withdraw", response=DisputeOut, operation_id="withdraw_dispute")
@operation(policies.CONTEST)
def withdraw(request: Request, dispute_id: UUID, response: HttpResponse) -> Any:
    """Give the dispute up before it is decided."""
    return _move(request, dispute_id, response, services.withdraw)


@router.post("/disputes/{uuid:dispute_id}/decide", response=DisputeOut, operation_id="decide_dispute")
@operation(policies.DECIDE)
def decide(request: Request, dispute_id: UUID, payload: DecisionIn, response: HttpResponse) -> Any:
    """Decide the dispute. Takes a person's token: decisions are made by people."""
    return _move(request, dispute_id, response, services.decide, **payload.dict())


@router.post("/disputes/{uuid:dispute_id}/appeal", response=DisputeOut, operation_id="appeal_dispute")
@operation(policies.CONTEST)
def appeal(request: Request, dispute_id: UUID, payload: DisputeWords, response: HttpResponse) -> Any:
    """Bring the decision before somebody else, once."""
    return _move(request, dispute_id, response, services.appeal, **payload.dict())


@router.post(
    "/disputes/{uuid:dispute_id}/appeal/with-files", response=DisputeOut, operation_id="appeal_dispute_with_files"
)
@operation(policies.CONTEST)
def appeal_with_files(
    request: Request, dispute_id: UUID, payload: Form[DisputeWords], files: File[list[UploadedFile]],
    response: HttpResponse,
) -> Any:  # fmt: skip
    """Bring the decision before somebody else, once, with evidence, as ``multipart/form-data``."""
    return _move(request, dispute_id, response, services.appeal, uploads=files, **payload.dict())


@router.post("/disputes/{uuid:dispute_id}/accept", response=DisputeOut, operation_id="accept_decision")
@operation(policies.CONTEST)
def accept(request: Request, dispute_id: UUID, response: HttpResponse) -> Any:
    """Accept the decision; the dispute is closed."""
    return _move(request, dispute_id, response, services.accept)


@router.post("/disputes/{uuid:dispute_id}/decide-appeal", response=DisputeOut, operation_id="decide_appeal")
@operation(policies.DECIDE_APPEAL)
def decide_appeal(request: Request, dispute_id: UUID, payload: DecisionIn, response: HttpResponse) -> Any:
    """Decide the appeal, for good. Refused to the person who decided first."""
    return _move(request, dispute_id, response, services.decide_on_appeal, **payload.dict())


@router.post("/disputes/{uuid:dispute_id}/carry-out", response=DisputeOut, operation_id="carry_out_decision")
@operation(deal_policies.APPROVE)
def carry_out(request: Request, dispute_id: UUID, payload: RemedyIn, response: HttpResponse) -> Any:
    """Do with the deal what the decision demands. ``already_protected`` says that it can only be reopened."""
    return _move(request, dispute_id, response, services.carry_out, **payload.dict())


@router.get("/disputes/{uuid:dispute_id}/notes", response=Page[DisputeNoteOut], operation_id="list_dispute_notes")
@operation(*HANDLE)
def list_notes(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the vendor's internal notes, newest first."""
    return paginate(get_object_or_404(policies.handled_by(request.actor), pk=dispute_id).notes.all(), wanted)


@router.post("/disputes/{uuid:dispute_id}/notes", response={201: DisputeNoteOut}, operation_id="add_dispute_note")
@operation(*HANDLE)
def add_note(request: Request, dispute_id: UUID, payload: DisputeWords) -> Any:
    """Write a note that only the vendor's people read."""
    dispute = found(request, dispute_id)
    return Status(201, services.add_note(dispute=dispute, text=payload.text, by=request.actor, at=timezone.now()))


def _move(request: Request, dispute_id: UUID, response: HttpResponse, verb: Any, **details: Any) -> Model:
    """Make one move; a client that names the version it saw is refused where that is not the present one."""
    dispute = found(request, dispute_id)
    if "If-Match" in request.headers:
        require_match(request, dispute)
    verb(dispute=dispute, by=request.actor, at=timezone.now(), **details)
    return tagged(response, found(request, dispute_id))


def _contested(
    request: Request, deal_id: UUID, payload: ContestIn, files: list[UploadedFile], response: HttpResponse
) -> Any:
    deal = get_object_or_404(deal_policies.visible_to(request.actor), pk=deal_id)
    dispute = services.contest(deal=deal, uploads=files, **payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, dispute))
