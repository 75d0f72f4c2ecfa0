"""Disputes, for programs: the same verbs, rules and refusals as on the pages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Form

from openprm.deals import policies as deal_policies
from openprm.disputes import policies, queries, services
from openprm.disputes.lifecycle import WITH_VENDOR
from openprm.disputes.models import Dispute, Review, Statement
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
    narrow,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request

router = Router(tags=["Disputes"])

SubjectName = Literal["verdict", "rejection", "duplicate", "protection"]
StateName = Literal[
    "opened",
    "under_review",
    "evidence_requested",
    "decided",
    "appealed",
    "decided_on_appeal",
    "closed",
    "withdrawn",
]
OutcomeName = Literal["upheld", "partly", "rejected"]
RemedyName = Literal["none", "reopen", "approve"]
BOTH = (policies.CONTEST, policies.DECIDE, policies.DECIDE_APPEAL)
HANDLE = (policies.DECIDE, policies.DECIDE_APPEAL)


class DecisionOut(Schema):
    """The answer of one level."""

    level: int = Field(examples=[1], description="1: first decision; 2: appeal.")
    outcome: OutcomeName
    code: str = Field(examples=["engagement_proven"])
    text: str
    remedy: RemedyName
    decided_by_name: str
    created_at: datetime


class DisputeOut(Schema):
    """A dispute as both sides may see it."""

    id: UUID
    reference: str = Field(examples=["DP-7KQ2-M9XV"])
    partner_id: UUID
    deal_id: UUID
    subject: SubjectName
    contested_since: datetime
    opened_by_name: str
    state: StateName
    state_since: datetime
    level: int
    due_at: datetime = Field(description="By when it is to be decided. It stands still while evidence is asked for.")
    asked_text: str
    appeal_until: datetime | None
    outcome: OutcomeName | None
    remedy: RemedyName
    remedy_done_at: datetime | None
    decisions: list[DecisionOut]
    version: int

    @staticmethod
    def resolve_outcome(dispute: Dispute) -> str | None:
        """Return the latest outcome; there is none before the first decision."""
        return dispute.outcome or None

    @staticmethod
    def resolve_decisions(dispute: Dispute) -> Any:
        """Return the decisions, the first one first."""
        return dispute.decisions.all()


class DisputeFilter(PageQuery):
    """Which disputes are wanted."""

    state: StateName | None = None
    subject: SubjectName | None = None
    level: Literal["1", "2"] | None = None
    partner_id: UUID | None = None
    deal_id: UUID | None = None
    overdue: bool | None = None


class ContestIn(Schema):
    """What is contested, and why."""

    subject: SubjectName
    text: str = Field(min_length=1, max_length=4000, examples=["The customer asked us in writing before anybody else."])


class DisputeWords(Schema):
    """Something to say."""

    text: str = Field(min_length=1, max_length=4000)


class EvidenceFileOut(Schema):
    """A file of evidence; download it from ``url``."""

    id: UUID
    name: str
    size: int
    media_type: str
    url: str


class StatementOut(DisputeWords):
    """Something said in a dispute, with its files."""

    id: UUID
    author_name: str
    author_side: str
    created_at: datetime
    files: list[EvidenceFileOut]


class DisputeNoteOut(DisputeWords):
    """An internal note."""

    id: UUID
    author_name: str
    created_at: datetime


class DecisionIn(Schema):
    """A decision; the partner reads all of it. What follows happens when somebody carries it out."""

    outcome: OutcomeName
    code: str = Field(max_length=40, examples=["evidence_insufficient"])
    text: str = Field(min_length=1, max_length=4000)
    remedy: RemedyName = "none"


class RemedyIn(Schema):
    """How to carry a decision out; left out: as it was decided."""

    remedy: Literal["", "reopen", "approve"] = ""


class OtherSide(Schema):
    """Whose holder is asked for evidence."""

    deal_id: UUID


class ReviewOut(Schema):
    """A review of a registration, as its holder is told."""

    id: UUID
    reference: str = Field(examples=["RV-7KQ2-M9XV"])
    deal_id: UUID
    created_at: datetime
    text: str
    answered_at: datetime | None
    closed_at: datetime | None
    files: list[EvidenceFileOut]
    version: int


@router.get("/disputes", response=Page[DisputeOut], operation_id="list_disputes")
@operation(policies.VIEW)
def list_disputes(request: Request, wanted: Query[DisputeFilter]) -> Any:
    """List the disputes you may see, newest first."""
    rows = narrow(_readable(request), wanted, "state", "subject", "level", "partner_id", "deal_id")
    late = {"state__in": sorted(WITH_VENDOR), "due_at__lte": timezone.now()}
    if wanted.overdue is not None:
        rows = rows.filter(**late) if wanted.overdue else rows.exclude(**late)
    return paginate(rows, wanted)


@router.post("/deals/{uuid:deal_id}/disputes", response={201: DisputeOut}, operation_id="contest_deal")
@operation(policies.CONTEST)
def contest_deal(request: Request, deal_id: UUID, payload: ContestIn, response: HttpResponse) -> Any:
    """Contest a verdict or a decision about a deal. Add evidence files afterwards."""
    deal = get_object_or_404(deal_policies.visible_to(request.actor), pk=deal_id)
    dispute = services.contest(deal=deal, **payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, dispute))


@router.get("/disputes/{uuid:dispute_id}", response=DisputeOut, operation_id="get_dispute")
@operation(policies.VIEW)
def get_dispute(request: Request, dispute_id: UUID, response: HttpResponse) -> Any:
    """Read one dispute."""
    return tagged(response, _one(request, dispute_id))


@router.get("/disputes/{uuid:dispute_id}/statements", response=Page[StatementOut], operation_id="list_statements")
@operation(policies.VIEW)
def list_statements(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what both sides said, newest first."""
    return _with_files(paginate(_one(request, dispute_id).statements.all(), wanted))


@router.post("/disputes/{uuid:dispute_id}/statements", response={201: StatementOut}, operation_id="add_statement")
@operation(*BOTH)
def add_statement(request: Request, dispute_id: UUID, payload: DisputeWords) -> Any:
    """Add a statement that both sides read."""
    dispute = _one(request, dispute_id)
    said = services.say(dispute=dispute, text=payload.text, by=request.actor, at=timezone.now())
    return Status(201, _told(said))


@router.post("/disputes/{uuid:dispute_id}/evidence", response={201: StatementOut}, operation_id="add_evidence")
@operation(*BOTH)
def add_evidence(request: Request, dispute_id: UUID, payload: Form[DisputeWords], file: File[UploadedFile]) -> Any:
    """Add a statement with a file of evidence, as ``multipart/form-data``."""
    dispute, at = _one(request, dispute_id), timezone.now()
    said = services.say(dispute=dispute, text=payload.text, uploads=[file], by=request.actor, at=at)
    return Status(201, _told(said))


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


@router.post("/disputes/{uuid:dispute_id}/ask-other-side", response={201: ReviewOut}, operation_id="ask_other_side")
@operation(*HANDLE)
def ask_other_side(request: Request, dispute_id: UUID, payload: OtherSide) -> Any:
    """Ask the holder of another registration for evidence; neither partner learns of the other."""
    dispute = _one(request, dispute_id)
    rivals = deal_policies.visible_to(request.actor).select_related("partner")
    deal = get_object_or_404(rivals, pk=payload.deal_id)
    hearing = services.ask_other_side(dispute=dispute, deal=deal, by=request.actor, at=timezone.now())
    return Status(201, _told(hearing.review))


@router.get("/disputes/{uuid:dispute_id}/other-side", response=Page[ReviewOut], operation_id="list_other_side")
@operation(*HANDLE)
def list_other_side(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what the holders of other registrations were asked in this dispute, and what they said."""
    dispute = get_object_or_404(policies.handled_by(request.actor), pk=dispute_id)
    return _with_files(paginate(Review.objects.filter(hearings__dispute=dispute), wanted))


@router.get("/disputes/{uuid:dispute_id}/notes", response=Page[DisputeNoteOut], operation_id="list_dispute_notes")
@operation(*HANDLE)
def list_notes(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the vendor's internal notes, newest first."""
    return paginate(get_object_or_404(policies.handled_by(request.actor), pk=dispute_id).notes.all(), wanted)


@router.post("/disputes/{uuid:dispute_id}/notes", response={201: DisputeNoteOut}, operation_id="add_dispute_note")
@operation(*HANDLE)
def add_note(request: Request, dispute_id: UUID, payload: DisputeWords) -> Any:
    """Write a note that only the vendor's people read."""
    dispute = _one(request, dispute_id)
    return Status(201, services.add_note(dispute=dispute, text=payload.text, by=request.actor, at=timezone.now()))


@router.get("/registration-reviews", response=Page[ReviewOut], operation_id="list_registration_reviews")
@operation(policies.CONTEST)
def list_reviews(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the reviews of your registrations, newest first."""
    return _with_files(paginate(policies.reviews_visible_to(request.actor), wanted))


@router.post("/registration-reviews/{uuid:review_id}/answer", response=ReviewOut, operation_id="answer_review")
@operation(policies.CONTEST)
def answer_review(request: Request, review_id: UUID, payload: DisputeWords) -> Any:
    """Give evidence for your registration, once."""
    return _told(_answered(request, review_id, payload.text))


@router.post("/registration-reviews/{uuid:review_id}/evidence", response=ReviewOut, operation_id="give_evidence")
@operation(policies.CONTEST)
def give_evidence(request: Request, review_id: UUID, payload: Form[DisputeWords], file: File[UploadedFile]) -> Any:
    """Give evidence for your registration with a file, as ``multipart/form-data``; once."""
    return _told(_answered(request, review_id, payload.text, file))


def _answered(request: Request, review_id: UUID, text: str, *uploads: Any) -> Review:
    review = get_object_or_404(policies.reviews_visible_to(request.actor).select_related("deal"), pk=review_id)
    return services.answer_review(review=review, text=text, uploads=uploads, by=request.actor, at=timezone.now())


def _with_files(page: dict[str, Any]) -> dict[str, Any]:
    """Return a page of rows with the files of each, with one query for all."""
    rows: list[Statement | Review] = page["items"]
    kept = queries.files_of(rows[0]._meta.label, [row.pk for row in rows]) if rows else {}
    return {**page, "items": [_shown(row, kept.get(row.pk, [])) for row in rows]}


def _told(row: Statement | Review) -> dict[str, Any]:
    return _shown(row, queries.files_of(row._meta.label, [row.pk]).get(row.pk, []))


def _shown(row: Statement | Review, files: list[StoredFile]) -> dict[str, Any]:
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {**columns, "files": files}


def _readable(request: Request) -> QuerySet[Dispute]:
    rows = policies.visible_to(request.actor).select_related("partner", "deal__partner")
    return rows.prefetch_related("decisions")


def _one(request: Request, dispute_id: UUID) -> Dispute:
    return get_object_or_404(_readable(request), pk=dispute_id)


def _move(request: Request, dispute_id: UUID, response: HttpResponse, verb: Any, **details: Any) -> Model:
    """Make one move; a client that names the version it saw is refused where that is not the present one."""
    dispute = _one(request, dispute_id)
    if "If-Match" in request.headers:
        require_match(request, dispute)
    verb(dispute=dispute, by=request.actor, at=timezone.now(), **details)
    return tagged(response, _one(request, dispute_id))
