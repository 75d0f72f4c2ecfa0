"""The other side, for programs: what its holders are asked, and what they answer."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Form

from openprm.deals import policies as deal_policies
from openprm.disputes import policies, services
from openprm.disputes.api.rows import found, told, with_files
from openprm.disputes.api.schemas import DisputeWords, OtherSide, ReviewOut
from openprm.disputes.models import Review
from openprm.kernel.api import File, Page, PageQuery, Query, Router, Status, UploadedFile, operation, paginate
from openprm.kernel.http import Request

router = Router(tags=["Disputes"])
HANDLE = (policies.DECIDE, policies.DECIDE_APPEAL)


@router.post("/disputes/{uuid:dispute_id}/ask-other-side", response={201: ReviewOut}, operation_id="ask_other_side")
@operation(*HANDLE)
def ask_other_side(request: Request, dispute_id: UUID, payload: OtherSide) -> Any:
    """Ask the holder of another registration for evidence; neither partner learns of the other."""
    dispute = found(request, dispute_id)
    rivals = deal_policies.visible_to(request.actor).select_related("partner")
    deal = get_object_or_404(rivals, pk=payload.deal_id)
    hearing = services.ask_other_side(dispute=dispute, deal=deal, by=request.actor, at=timezone.now())
    return Status(201, told(hearing.review))


@router.get("/disputes/{uuid:dispute_id}/other-side", response=Page[ReviewOut], operation_id="list_other_side")
@operation(*HANDLE)
def list_other_side(request: Request, dispute_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what the holders of other registrations were asked in this dispute, and what they said."""
    dispute = get_object_or_404(policies.handled_by(request.actor), pk=dispute_id)
    return with_files(paginate(Review.objects.filter(hearings__dispute=dispute), wanted))


@router.get("/registration-reviews", response=Page[ReviewOut], operation_id="list_registration_reviews")
@operation(policies.CONTEST)
def list_reviews(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the reviews of your registrations, newest first."""
    return with_files(paginate(policies.reviews_visible_to(request.actor), wanted))


@router.post("/registration-reviews/{uuid:review_id}/answer", response=ReviewOut, operation_id="answer_review")
@operation(policies.CONTEST)
def answer_review(request: Request, review_id: UUID, payload: DisputeWords) -> Any:
    """Give evidence for your registration, once."""
    return told(_answered(request, review_id, payload.text))


@router.post("/registration-reviews/{uuid:review_id}/evidence", response=ReviewOut, operation_id="give_evidence")
@operation(policies.CONTEST)
def give_evidence(request: Request, review_id: UUID, payload: Form[DisputeWords], file: File[UploadedFile]) -> Any:
    """Give evidence for your registration with a file, as ``multipart/form-data``; once."""
    return told(_answered(request, review_id, payload.text, file))


def _answered(request: Request, review_id: UUID, text: str, *uploads: Any) -> Review:
    review = get_object_or_404(policies.reviews_visible_to(request.actor).select_related("deal"), pk=review_id)
    return services.answer_review(review=review, text=text, uploads=uploads, by=request.actor, at=timezone.now())
