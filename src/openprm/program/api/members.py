"""Members for programs: where they stand and why, tiers and benefits by hand, moves and proposals."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel.access import as_system
from openprm.kernel.api import Page, Query, Router, Status, operation, paginate
from openprm.kernel.errors import Invalid, Missing
from openprm.kernel.http import Request
from openprm.program import figures, policies, queries, services, words
from openprm.program.api.schemas import (
    FigureQuery,
    Grant,
    GrantOut,
    KpiFigureOut,
    MemberQuery,
    MembershipIn,
    MembershipOut,
    MoveQuery,
    OverrideWhy,
    ProposalOut,
    ProposalQuery,
    RejectIn,
    SetTier,
    StandingOut,
    TierMoveOut,
    Withholding,
)
from openprm.program.models import BenefitGrant, Membership, Programme

router = Router(tags=["Programmes"])

ROWS_A_PAGE = 100


@router.get("/memberships", response=Page[MembershipOut], operation_id="list_memberships")
@operation(policies.VIEW)
def list_memberships(request: Request, wanted: Query[MemberQuery]) -> Any:
    """List who stands where; a partner's token sees its own company."""
    rows = policies.visible_to(request.actor)
    if wanted.tier:
        rows = rows.filter(tier=wanted.tier)
    if wanted.partner_id:
        rows = rows.filter(partner_id=wanted.partner_id)
    if wanted.in_grace is not None:
        rows = rows.filter(grace_until__isnull=not wanted.in_grace)
    if wanted.programme:
        with as_system():
            keys = list(Programme.objects.filter(code=wanted.programme).values_list("pk", flat=True))
        rows = rows.filter(programme_id__in=keys)
    found = paginate(rows, wanted)
    _with_programmes(list(found["items"]))
    return found


@router.post("/memberships", response={201: MembershipOut}, operation_id="enroll_partner")
@operation(policies.MOVE)
def enroll(request: Request, payload: MembershipIn) -> Any:
    """Take a partner into a programme; what it has earned already counts at once."""
    partner = get_object_or_404(policies.can_be_moved_by(request.actor), pk=payload.partner_id)
    programme = Programme.objects.filter(code=payload.programme, versions__isnull=False).first()
    if programme is None:
        message = _("There is no programme in force with this code.")
        raise Invalid(message, fields={"programme": message})
    return Status(201, services.enroll(partner=partner, programme=programme, by=request.actor, at=timezone.now()))


@router.get("/memberships/{uuid:membership_id}", response=StandingOut, operation_id="get_membership")
@operation(policies.VIEW)
def get_membership(request: Request, membership_id: UUID) -> Any:
    """Read where a member stands, with the value, threshold and gap of each criterion of each tier."""
    member = _member(request, membership_id)
    found = queries.progress(member, at=timezone.now())
    return {
        "membership": member,
        "version": found.version,
        "next_tier": found.next.tier.code if found.next else None,
        "expected": found.expected,
        "steps": [_step(one) for one in found.steps],
        "benefits": [one.words for one in found.benefits if one.withheld is None],
    }


@router.get(
    "/memberships/{uuid:membership_id}/figures/{kpi}", response=KpiFigureOut, operation_id="get_membership_figure"
)
@operation(policies.VIEW)
def get_figure(request: Request, membership_id: UUID, kpi: str, wanted: Query[FigureQuery]) -> Any:
    """Read the rows that a figure of a member is made of."""
    member = _member(request, membership_id)
    if kpi not in figures.known():
        raise Missing(_("There is no such figure."))
    now = timezone.now()
    rows = figures.rows(kpi, wanted.months, member.partner_id, now)
    values = figures.of(member.partner_id, [(kpi, wanted.months)], now)
    start = (wanted.page - 1) * ROWS_A_PAGE
    return {
        "kpi": kpi,
        "value": values.get((kpi, wanted.months), Decimal(0)),
        "rows": rows[start : start + ROWS_A_PAGE],
        "page": wanted.page,
        "pages": max(1, -(-len(rows) // ROWS_A_PAGE)),
    }


@router.put("/memberships/{uuid:membership_id}/tier", response=MembershipOut, operation_id="set_membership_tier")
@operation(policies.MOVE)
def set_tier(request: Request, membership_id: UUID, payload: SetTier) -> Any:
    """Set a tier by hand, with a reason and maybe an end."""
    member = _member(request, membership_id)
    return services.set_tier(member=member, by=request.actor, at=timezone.now(), **payload.dict())


@router.delete("/memberships/{uuid:membership_id}/tier", response=MembershipOut, operation_id="release_membership_tier")
@operation(policies.MOVE)
def release(request: Request, membership_id: UUID) -> Any:
    """Let the requirements count again."""
    return services.release(member=_member(request, membership_id), by=request.actor, at=timezone.now())


@router.post("/memberships/{uuid:membership_id}/leave", response={204: None}, operation_id="end_membership")
@operation(policies.MOVE)
def leave(request: Request, membership_id: UUID, payload: OverrideWhy) -> Any:
    """Take a partner out of a programme."""
    member = _member(request, membership_id)
    services.leave(member=member, reason=payload.reason, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/memberships/{uuid:membership_id}/benefits", response={201: GrantOut}, operation_id="grant_benefit")
@operation(policies.MOVE)
def grant(request: Request, membership_id: UUID, payload: Grant) -> Any:
    """Give a partner a benefit beside those of its tier."""
    member = _member(request, membership_id)
    made = services.grant(
        member=member, benefit=payload.benefit, reason=payload.reason, until=payload.until, by=request.actor,
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post("/memberships/{uuid:membership_id}/withhold", response={201: GrantOut}, operation_id="withhold_benefit")
@operation(policies.MOVE)
def withhold(request: Request, membership_id: UUID, payload: Withholding) -> Any:
    """Withhold a benefit that the partner's tier gives."""
    member = _member(request, membership_id)
    made = services.withhold(
        member=member, code=payload.code, reason=payload.reason, by=request.actor, at=timezone.now()
    )
    return Status(201, made)


@router.post("/benefit-grants/{uuid:grant_id}/end", response={204: None}, operation_id="end_benefit_grant")
@operation(policies.MOVE)
def end_grant(request: Request, grant_id: UUID, payload: OverrideWhy) -> Any:
    """End what was given, or withheld, by hand."""
    rows = BenefitGrant.objects.filter(partner__in=policies.can_be_moved_by(request.actor))
    row = get_object_or_404(rows, pk=grant_id)
    services.revoke(grant=row, reason=payload.reason, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/tier-moves", response=Page[TierMoveOut], operation_id="list_tier_moves")
@operation(policies.VIEW)
def list_moves(request: Request, wanted: Query[MoveQuery]) -> Any:
    """List the moves, the latest first."""
    rows = policies.moves_visible_to(request.actor)
    if wanted.partner_id:
        rows = rows.filter(partner_id=wanted.partner_id)
    return paginate(rows, wanted, order=("-at", "-id"))


@router.get("/tier-proposals", response=Page[ProposalOut], operation_id="list_tier_proposals")
@operation(policies.MOVE)
def list_proposals(request: Request, wanted: Query[ProposalQuery]) -> Any:
    """List the proposed moves that you may decide."""
    return paginate(policies.proposals_for(request.actor).filter(state=wanted.state), wanted)


@router.post("/tier-proposals/{uuid:proposal_id}/approve", response={204: None}, operation_id="approve_tier_proposal")
@operation(policies.MOVE)
def approve(request: Request, proposal_id: UUID) -> Any:
    """Make a proposed move."""
    row = get_object_or_404(policies.proposals_for(request.actor), pk=proposal_id)
    services.approve(proposal=row, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/tier-proposals/{uuid:proposal_id}/reject", response=ProposalOut, operation_id="reject_tier_proposal")
@operation(policies.MOVE)
def reject(request: Request, proposal_id: UUID, payload: RejectIn) -> Any:
    """Leave the partner where it is."""
    row = get_object_or_404(policies.proposals_for(request.actor), pk=proposal_id)
    return services.reject(proposal=row, note=payload.note, by=request.actor, at=timezone.now())


def _step(one: queries.Step) -> dict[str, Any]:
    say = words.Speaker()
    groups = [
        {
            "need": group.group.need,
            "met": group.met,
            "criteria": [
                {
                    "kpi": part.criterion.kpi,
                    "label": say.label(part.criterion.kpi),
                    "months": part.criterion.months,
                    "at_least": part.criterion.at_least,
                    "value": part.value,
                    "gap": part.gap,
                    "met": part.met,
                }
                for part in group.criteria
            ],
        }
        for group in one.judged.groups
    ]
    score = one.tier.score
    return {
        "tier": one.tier.code,
        "name": one.name,
        "held": one.held,
        "met": one.judged.met,
        "groups": groups,
        "score": one.judged.score if score else None,
        "score_needed": score.least if score else None,
        "benefits": one.benefits,
    }


def _with_programmes(rows: list[Membership]) -> None:
    with as_system():
        prefetch_related_objects(rows, "programme")


def _member(request: Request, pk: UUID) -> Membership:
    member = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    _with_programmes([member])
    return member
