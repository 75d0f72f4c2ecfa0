"""The preview of rules of engagement, for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.deals import policies, services
from openprm.deals.api.schemas import LevelName
from openprm.deals.models import RulesPreview
from openprm.engagement.api import RulesIn, rules_of
from openprm.kernel.api import Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.http import Request

router = Router(tags=["Rules of engagement"])


class RulesPreviewIn(RulesIn):
    """Rules to try, and the registrations to try them on."""

    since: date
    until: date


class VerdictMoveOut(Schema):
    """How many registrations move from one verdict to another."""

    before: LevelName
    after: LevelName
    count: int


class RulesPreviewOut(Schema):
    """How registrations of the past would have fared, as far as they are judged."""

    id: UUID
    state: str
    since: date
    until: date
    total: int
    done: int
    moves: list[VerdictMoveOut]
    created_at: datetime
    finished_at: datetime | None

    @staticmethod
    def resolve_moves(row: RulesPreview) -> list[dict[str, Any]]:
        """Return them as objects."""
        return [{"before": before, "after": after, "count": count} for before, after, count in row.moves]


class MovedRegistrationOut(Schema):
    """A registration that these rules answer differently."""

    deal_id: UUID
    before: LevelName
    after: LevelName


@router.post(
    "/rules-of-engagement/previews", response={201: RulesPreviewOut}, operation_id="preview_rules_of_engagement"
)
@operation(policies.RULES)
def preview_rules(request: Request, payload: RulesPreviewIn) -> Any:
    """Judge the registrations submitted from one day to another by these rules. No rule and no deal is changed.

    Many are judged by a worker: follow it with get_rules_preview.
    """
    days = {"since": payload.since, "until": payload.until}
    return Status(201, services.preview(rules=rules_of(payload), **days, by=request.actor, at=timezone.now()))


@router.get("/rules-of-engagement/previews", response=Page[RulesPreviewOut], operation_id="list_rules_previews")
@operation(policies.RULES)
def list_previews(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the previews that are kept, newest first."""
    return paginate(RulesPreview.objects.all(), wanted, order=("-id",))


@router.get(
    "/rules-of-engagement/previews/{uuid:preview_id}", response=RulesPreviewOut, operation_id="get_rules_preview"
)
@operation(policies.RULES)
def get_preview(request: Request, preview_id: UUID) -> Any:
    """Read how far a preview is, and how many registrations move from which verdict to which."""
    return get_object_or_404(RulesPreview, pk=preview_id)


@router.get(
    "/rules-of-engagement/previews/{uuid:preview_id}/moved",
    response=Page[MovedRegistrationOut],
    operation_id="list_moved_registrations",
)
@operation(policies.RULES)
def list_moved(request: Request, preview_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the registrations that are answered differently, newest first."""
    return paginate(get_object_or_404(RulesPreview, pk=preview_id).rows.all(), wanted, order=("id",))
