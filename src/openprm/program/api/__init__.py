"""Programmes, standing and figures, for programs: the same verbs, rules and refusals as on the pages."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel.access import as_system
from openprm.kernel.api import (
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.api.problems import response_of
from openprm.kernel.errors import Forbidden, Invalid, Missing
from openprm.kernel.http import Request
from openprm.program import checks, figures, policies, queries, services, versions, words
from openprm.program.api.schemas import (
    Archiving,
    CustomKpiIn,
    FigureQuery,
    Grant,
    GrantOut,
    KpiFigureOut,
    KpiOut,
    MemberQuery,
    MembershipIn,
    MembershipOut,
    MoveQuery,
    OverrideWhy,
    ProgrammeDraftOut,
    ProgrammeIn,
    ProgrammeOut,
    ProgrammeVersionOut,
    ProposalOut,
    ProposalQuery,
    PublishNote,
    RateIn,
    RateOut,
    RejectIn,
    SetTier,
    StandingOut,
    TierMoveOut,
    TrialOut,
    ValueIn,
    ValueOut,
    Withholding,
)
from openprm.program.definition import Definition
from openprm.program.models import (
    BenefitGrant,
    ExchangeRate,
    Membership,
    Programme,
    ProgrammeDraft,
    ProgrammeVersion,
    TrialRun,
)

router = Router(tags=["Programmes"])

ROWS_A_PAGE = 100


@router.get("/programmes", response=Page[ProgrammeOut], operation_id="list_programmes")
@operation(policies.VIEW)
def list_programmes(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the programmes with what is in force."""
    _vendor_only(request)
    found = paginate(policies.programmes(request.actor), wanted)
    for row in _items(found):
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
    found = ProgrammeDraft.objects.filter(programme=_programme(request, programme_id)).first()
    if found is None:
        raise Missing(_("There is no draft. Put one."))
    return tagged(response, found)


@router.put("/programmes/{uuid:programme_id}/draft", response=ProgrammeDraftOut, operation_id="put_programme_draft")
@operation(policies.MANAGE)
def put_draft(request: Request, programme_id: UUID, payload: Definition, response: HttpResponse) -> Any:
    """Make this the draft of the next version. Where there is one already, say with If-Match which you read."""
    programme = _programme(request, programme_id)
    found = ProgrammeDraft.objects.filter(programme=programme).first()
    if found is not None:
        require_match(request, found)
    draft = services.edit(programme=programme, definition=payload, by=request.actor, at=timezone.now(), draft=found)
    return tagged(response, draft)


@router.delete("/programmes/{uuid:programme_id}/draft", response={204: None}, operation_id="discard_programme_draft")
@operation(policies.MANAGE)
def discard_draft(request: Request, programme_id: UUID) -> Any:
    """Throw the draft away; a programme that was never published goes with it."""
    services.discard(programme=_programme(request, programme_id), by=request.actor, at=timezone.now())
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
    programme = _programme(request, programme_id)
    return Status(201, services.publish(programme=programme, note=payload.note, by=request.actor, at=timezone.now()))


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
    _with_programmes(_items(found))
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


@router.get("/kpis", response=list[KpiOut], operation_id="list_kpis")
@operation(policies.VIEW)
def list_kpis(request: Request) -> Any:
    """List the figures that requirements can ask for."""
    return [
        {"key": one.key, "label": str(one.label), "unit": one.unit, "category": str(one.category),
         "rolling": one.rolling}
        for one in figures.known().values()
    ]  # fmt: skip


@router.put("/kpis/custom/{slug:code}", response=KpiOut, operation_id="define_kpi")
@operation(policies.MANAGE)
def define_kpi(request: Request, code: str, payload: CustomKpiIn) -> Any:
    """Define a figure of your own, or call it otherwise."""
    row = services.define_kpi(code=code, by=request.actor, at=timezone.now(), **payload.dict())
    return {"key": row.key, "label": row.label, "unit": row.unit, "category": "", "rolling": False}


@router.get("/kpi-values", response=Page[ValueOut], operation_id="list_kpi_values")
@operation(policies.VIEW)
def list_values(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the recorded figures you may see."""
    return paginate(policies.values_visible_to(request.actor), wanted)


@router.post("/kpi-values", response={201: ValueOut}, operation_id="record_kpi_value")
@operation(policies.RECORD)
def record_value(request: Request, payload: ValueIn) -> Any:
    """Record a figure about a partner; its tier moves at once where that decides."""
    partner = get_object_or_404(policies.can_be_recorded_by(request.actor), pk=payload.partner_id)
    given = payload.dict(exclude={"partner_id"})
    return Status(201, services.record_value(partner=partner, by=request.actor, at=timezone.now(), **given))


@router.delete("/kpi-values/{uuid:value_id}", response={204: None}, operation_id="remove_kpi_value")
@operation(policies.RECORD)
def remove_value(request: Request, value_id: UUID) -> Any:
    """Remove a figure that was recorded by mistake."""
    row = get_object_or_404(policies.values_visible_to(request.actor), pk=value_id)
    services.remove_value(value=row, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/exchange-rates", response=list[RateOut], operation_id="list_exchange_rates")
@operation(policies.MANAGE)
def list_rates(request: Request) -> Any:
    """List the exchange rates to the reporting currency."""
    return list(ExchangeRate.objects.all())


@router.put("/exchange-rates/{slug:currency}", response=RateOut, operation_id="set_exchange_rate")
@operation(policies.MANAGE)
def set_rate(request: Request, currency: str, payload: RateIn) -> Any:
    """Set a rate; all partners are assessed anew."""
    return services.set_rate(currency=currency, rate=payload.rate, by=request.actor, at=timezone.now())


@router.delete("/exchange-rates/{slug:currency}", response={204: None}, operation_id="remove_exchange_rate")
@operation(policies.MANAGE)
def remove_rate(request: Request, currency: str) -> Any:
    """Forget a rate."""
    row = get_object_or_404(ExchangeRate, currency=currency.upper())
    services.remove_rate(rate=row, by=request.actor, at=timezone.now())
    return Status(204, None)


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


def _told(row: Programme) -> Programme:
    newest = row.versions.first()
    row.number = newest.number if newest else None  # type: ignore[attr-defined]
    row.definition = versions.in_force(row.pk).says if newest else None  # type: ignore[attr-defined]
    return row


def _items(found: Any) -> list[Any]:
    return list(found["items"])


def _with_programmes(rows: list[Membership]) -> None:
    with as_system():
        prefetch_related_objects(rows, "programme")


def _vendor_only(request: Request) -> None:
    if not request.actor.is_vendor:
        raise Forbidden(_("This is for the vendor's own team. Ask for your memberships instead."))


def _programme(request: Request, pk: UUID) -> Programme:
    return get_object_or_404(Programme, pk=pk)


def _member(request: Request, pk: UUID) -> Membership:
    member = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    _with_programmes([member])
    return member
