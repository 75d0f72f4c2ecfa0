"""Partners, account teams and audiences, for programs: the same verbs, rules and refusals as on the pages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.accounts.models import Person
from openprm.kernel import audiences as language
from openprm.kernel.access import Actor
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
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.partners import policies, queries, services, territories_api
from openprm.partners.models import Audience, Partner

router = Router(tags=["Partners"])
router.add_router("", territories_api.router)

StatusName = Literal["prospect", "applicant", "active", "suspended", "terminated"]
BeginningName = Literal["prospect", "applicant", "active"]
RoleName = Literal["channel_manager", "technical_account_manager", "marketing_manager"]
SubjectName = Literal["partner", "person"]
BY_NAME = ("name", "id")


class PartnerOut(Schema):
    """A partner company. `external_ids` are the vendor's own knowledge; partners read them empty."""

    id: UUID
    name: str = Field(description="The trading name, or the legal one without it.", examples=["Alpenblick"])
    legal_name: str = Field(examples=["Alpenblick Consulting GmbH"])
    trading_name: str = Field(examples=["Alpenblick"])
    website: str = Field(examples=["https://alpenblick.example"])
    domain: str = Field(examples=["alpenblick.example"])
    country: str = Field(examples=["AT"])
    region: str = Field(examples=["dach"])
    partner_types: list[str] = Field(examples=[["reseller", "msp"]])
    business_models: list[str] = Field(examples=[["resale"]])
    verticals: list[str] = Field(examples=[["manufacturing"]])
    tier: str = Field(examples=["gold"])
    status: StatusName
    status_since: datetime
    status_reason: str = Field(examples=["signed"])
    status_note: str
    parent_id: UUID | None = Field(description="The distributor it stands below.")
    external_ids: dict[str, str] = Field(examples=[{"salesforce": "0015e00002abcde"}])
    version: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_external_ids(partner: Partner) -> dict[str, str]:
        """Return what other systems call the partner."""
        return {known.system: known.value for known in partner.external_ids.all()}


class Profile(Schema):
    """What is known of a partner."""

    legal_name: str = Field(min_length=1, max_length=200, examples=["Alpenblick Consulting GmbH"])
    trading_name: str = Field("", max_length=200, examples=["Alpenblick"])
    website: str = Field("", max_length=300, examples=["https://alpenblick.example"])
    country: str = Field(min_length=2, max_length=2, description="ISO 3166-1, two letters.", examples=["AT"])
    region: str = Field("", max_length=20, description="Left empty, it follows from the country.", examples=["dach"])
    partner_types: list[str] = Field([], max_length=20, examples=[["reseller"]])
    business_models: list[str] = Field([], max_length=20, examples=[["resale"]])
    verticals: list[str] = Field([], max_length=40, examples=[["manufacturing"]])
    tier: str = Field("registered", max_length=40)


class PartnerIn(Profile):
    """A new partner."""

    status: BeginningName = "prospect"
    parent_id: UUID | None = None
    external_ids: dict[str, str] = Field({}, max_length=20, examples=[{"salesforce": "0015e00002abcde"}])


class PartnerChange(Schema):
    """What to change of a partner; what is left out stays. Null for `parent_id` takes it from below its distributor."""

    legal_name: str = Field("", min_length=1, max_length=200)
    trading_name: str = Field("", max_length=200)
    website: str = Field("", max_length=300)
    country: str = Field("", min_length=2, max_length=2)
    region: str = Field("", max_length=20)
    partner_types: list[str] = Field([], max_length=20)
    business_models: list[str] = Field([], max_length=20)
    verticals: list[str] = Field([], max_length=40)
    tier: str = Field("registered", max_length=40)
    parent_id: UUID | None = None
    external_ids: dict[str, str] = Field({}, max_length=20, description="An empty id takes one away.")


class Upsert(Profile):
    """A partner as another system knows it."""

    system: str = Field(min_length=1, max_length=40, examples=["salesforce"])
    external_id: str = Field(min_length=1, max_length=200, examples=["0015e00002abcde"])


class StatusChange(Schema):
    """Where a partner moves, and why."""

    status: StatusName
    reason: str = Field(max_length=40, examples=["payment_overdue"])
    note: str = Field("", max_length=500, description="The partner can read it. Needed with the reason `other`.")


class TeamMemberOut(Schema):
    """One of the vendor's people who looks after a partner."""

    role: str = Field(examples=["channel_manager"])
    name: str
    email: str
    phone: str
    person_id: UUID


class TeamMemberIn(Schema):
    """Who shall look after a partner, and as what."""

    role: RoleName
    person_id: UUID


class PartnerFilter(PageQuery):
    """Which partners are wanted."""

    q: str = Field("", max_length=200, description="Words of the name or the website.")
    status: StatusName | None = None
    country: str = Field("", max_length=2)
    region: str = Field("", max_length=20)
    tier: str = Field("", max_length=40)
    partner_type: str = Field("", max_length=40)
    parent_id: UUID | None = None


@router.get("/partners", response=Page[PartnerOut], operation_id="list_partners")
@operation(policies.VIEW)
def list_partners(request: Request, wanted: Query[PartnerFilter]) -> Any:
    """List the partners you may see, by name. A partner's token sees its own company and those below it."""
    given = {name: getattr(wanted, name) for name in ("status", "country", "region", "tier", "parent_id")}
    rows = _visible(request.actor).filter(**{name: value for name, value in given.items() if value})
    if wanted.partner_type:
        rows = rows.filter(partner_types__contains=[wanted.partner_type])
    return paginate(queries.search(rows, wanted.q), wanted, order=BY_NAME)


@router.post("/partners", response={201: PartnerOut}, operation_id="create_partner")
@operation(policies.CREATE)
def create_partner(request: Request, payload: PartnerIn, response: HttpResponse) -> Any:
    """Add a partner. Whoever adds it and may not change every partner becomes its channel manager."""
    values = payload.dict(exclude={"parent_id"})
    parent = _parent(request.actor, payload.parent_id)
    partner = services.create(**values, parent=parent, by=request.actor, at=timezone.now())
    return Status(201, tagged(response, partner))


@router.post("/partners/upsert", response={200: PartnerOut, 201: PartnerOut}, operation_id="upsert_partner")
@operation(policies.CREATE)
def upsert_partner(request: Request, payload: Upsert, response: HttpResponse) -> Any:
    """Add or change the partner that another system calls `external_id`. Doing it twice is doing it once."""
    profile = payload.dict(exclude_unset=True, exclude={"system", "external_id"})
    partner, added = services.upsert_by_external_id(
        system=payload.system, value=payload.external_id, by=request.actor, at=timezone.now(), **profile
    )
    return Status(201 if added else 200, tagged(response, partner))


@router.get("/partners/{uuid:partner_id}", response=PartnerOut, operation_id="get_partner")
@operation(policies.VIEW)
def get_partner(request: Request, partner_id: UUID, response: HttpResponse) -> Any:
    """Read a partner."""
    return tagged(response, _one(request.actor, partner_id))


@router.patch("/partners/{uuid:partner_id}", response=PartnerOut, operation_id="change_partner")
@operation(policies.CHANGE, policies.EDIT_OWN)
def change_partner(request: Request, partner_id: UUID, payload: PartnerChange, response: HttpResponse) -> Any:
    """Change a partner's profile; a partner's administrator what is theirs to keep current."""
    partner = _one(request.actor, partner_id)
    require_match(request, partner)
    acts: dict[str, Any] = {"by": request.actor, "at": timezone.now()}
    values = payload.dict(exclude_unset=True, exclude={"parent_id", "external_ids"})
    services.change_profile(partner=partner, **values, **acts)
    if "parent_id" in payload.model_fields_set:
        services.set_parent(partner=partner, parent=_parent(request.actor, payload.parent_id), **acts)
    for system, value in payload.external_ids.items():
        services.set_external_id(partner=partner, system=system, value=value, **acts)
    return tagged(response, _one(request.actor, partner_id))


@router.post("/partners/{uuid:partner_id}/logo", response=PartnerOut, operation_id="set_partner_logo")
@operation(policies.CHANGE, policies.EDIT_OWN)
def set_partner_logo(request: Request, partner_id: UUID, file: File[UploadedFile], response: HttpResponse) -> Any:
    """Put a picture in the place of a partner's logo: PNG, JPEG, GIF or WebP."""
    return _with_logo(request, partner_id, file, response)


@router.delete("/partners/{uuid:partner_id}/logo", response=PartnerOut, operation_id="remove_partner_logo")
@operation(policies.CHANGE, policies.EDIT_OWN)
def remove_partner_logo(request: Request, partner_id: UUID, response: HttpResponse) -> Any:
    """Take a partner's logo away."""
    return _with_logo(request, partner_id, None, response)


@router.post("/partners/{uuid:partner_id}/status", response=PartnerOut, operation_id="change_partner_status")
@operation(policies.CHANGE_STATUS)
def change_partner_status(request: Request, partner_id: UUID, payload: StatusChange, response: HttpResponse) -> Any:
    """Move a partner to another status, for a reason. Suspending and terminating end the access of its people."""
    partner = _one(request.actor, partner_id)
    moved = services.change_status(partner=partner, **payload.dict(), by=request.actor, at=timezone.now())
    return tagged(response, moved)


@router.get("/partners/{uuid:partner_id}/team", response=list[TeamMemberOut], operation_id="get_partner_team")
@operation(policies.VIEW)
def get_partner_team(request: Request, partner_id: UUID) -> Any:
    """Read who looks after a partner."""
    return queries.team(_one(request.actor, partner_id))


@router.post("/partners/{uuid:partner_id}/team", response=list[TeamMemberOut], operation_id="assign_partner_team")
@operation(policies.MANAGE_TEAM)
def assign_partner_team(request: Request, partner_id: UUID, payload: TeamMemberIn) -> Any:
    """Let somebody look after a partner, in the place of whoever had this role."""
    partner = _one(request.actor, partner_id)
    person = Person.objects.filter(pk=payload.person_id, partner=None).first()
    if person is None:
        message = _("There is no such person on the vendor's side.")
        raise Invalid(message, fields={"person_id": message})
    services.assign_team(partner=partner, person=person, role=payload.role, by=request.actor, at=timezone.now())
    return queries.team(partner)


@router.delete("/partners/{uuid:partner_id}/team/{role}", response={204: None}, operation_id="leave_partner_team")
@operation(policies.MANAGE_TEAM)
def leave_partner_team(request: Request, partner_id: UUID, role: RoleName) -> Any:
    """Leave a role of a partner's account team empty."""
    partner = _one(request.actor, partner_id)
    services.remove_from_team(partner=partner, role=role, by=request.actor, at=timezone.now())
    return Status(204, None)


class AudienceOut(Schema):
    """A saved audience."""

    id: UUID
    name: str = Field(examples=["Gold resellers in DACH"])
    subject: str = Field(examples=["partner"])
    predicate: dict[str, Any] = Field(examples=[{"all": [{"field": "partner.region", "op": "in", "value": ["dach"]}]}])
    description: str
    sentence: str = Field(examples=["Region is one of DACH"])
    version: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_sentence(audience: Audience) -> str:
        """Return the conditions in words."""
        return queries.sentence(audience)


class Conditions(Schema):
    """For whom: a predicate over partners or people. `get_audience_fields` tells what it can speak of."""

    subject: SubjectName = "partner"
    predicate: dict[str, Any] = Field(examples=[{"all": [{"field": "partner.region", "op": "in", "value": ["dach"]}]}])


class AudienceIn(Conditions):
    """An audience to save."""

    name: str = Field(min_length=1, max_length=120, examples=["Gold resellers in DACH"])
    description: str = Field("", max_length=500)


class AudienceChange(Schema):
    """What to change of an audience; what is left out stays."""

    name: str = Field("", min_length=1, max_length=120)
    predicate: dict[str, Any] = {}
    description: str = Field("", max_length=500)


class AudiencePreviewOut(Schema):
    """Who is in an audience right now, of those you may see."""

    count: int
    names: list[str]
    sentence: str


class FieldOut(Schema):
    """Something a predicate can speak of."""

    name: str = Field(examples=["partner.region"])
    label: str = Field(examples=["Region"])
    kind: str = Field(examples=["choice"])
    operators: list[str] = Field(examples=[["in", "not_in"]])
    values: list[str] = Field(description="What can be chosen; empty where anything can be said.")


class SubjectQuery(Schema):
    """What an audience is made of."""

    subject: SubjectName = "partner"


@router.get("/audiences", response=Page[AudienceOut], operation_id="list_audiences", tags=["Audiences"])
@operation(policies.VIEW)
def list_audiences(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the saved audiences, by name. Partners see none."""
    return paginate(policies.audiences_visible_to(request.actor), wanted, order=BY_NAME)


@router.post("/audiences", response={201: AudienceOut}, operation_id="create_audience", tags=["Audiences"])
@operation(policies.AUDIENCES)
def create_audience(request: Request, payload: AudienceIn, response: HttpResponse) -> Any:
    """Save an audience under a name."""
    saved = services.save_audience(**payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, saved))


@router.get("/audiences/fields", response=list[FieldOut], operation_id="get_audience_fields", tags=["Audiences"])
@operation(policies.AUDIENCES)
def get_audience_fields(request: Request, wanted: Query[SubjectQuery]) -> Any:
    """Read what a predicate can speak of."""
    return [
        {
            "name": field.name,
            "label": str(field.label),
            "kind": field.kind,
            "operators": list(field.operators),
            "values": [value for value, _label in field.options()],
        }
        for field in language.fields_for(wanted.subject).values()
    ]


@router.post("/audiences/preview", response=AudiencePreviewOut, operation_id="preview_audience", tags=["Audiences"])
@operation(policies.AUDIENCES)
def preview_audience(request: Request, payload: Conditions) -> Any:
    """Read who would be in an audience right now. Nothing is saved."""
    return queries.preview(payload.predicate, subject=payload.subject, actor=request.actor)


@router.get("/audiences/{uuid:audience_id}", response=AudienceOut, operation_id="get_audience", tags=["Audiences"])
@operation(policies.VIEW)
def get_audience(request: Request, audience_id: UUID, response: HttpResponse) -> Any:
    """Read a saved audience."""
    return tagged(response, get_object_or_404(policies.audiences_visible_to(request.actor), pk=audience_id))


@router.patch("/audiences/{uuid:audience_id}", response=AudienceOut, operation_id="change_audience", tags=["Audiences"])
@operation(policies.AUDIENCES)
def change_audience(request: Request, audience_id: UUID, payload: AudienceChange, response: HttpResponse) -> Any:
    """Rename an audience, or put other conditions to it."""
    row = get_object_or_404(policies.audiences_visible_to(request.actor), pk=audience_id)
    require_match(request, row)
    known = {"name": row.name, "predicate": row.predicate, "description": row.description, "subject": row.subject}
    values = {**known, **payload.dict(exclude_unset=True)}
    return tagged(response, services.save_audience(audience=row, by=request.actor, at=timezone.now(), **values))


@router.delete(
    "/audiences/{uuid:audience_id}", response={204: None}, operation_id="delete_audience", tags=["Audiences"]
)
@operation(policies.AUDIENCES)
def delete_audience(request: Request, audience_id: UUID) -> Any:
    """Forget an audience; what was made from its conditions keeps them."""
    row = get_object_or_404(policies.audiences_visible_to(request.actor), pk=audience_id)
    services.delete_audience(audience=row, by=request.actor, at=timezone.now())
    return Status(204, None)


def _visible(actor: Actor) -> QuerySet[Partner]:
    return policies.visible_to(actor).prefetch_related("external_ids")


def _with_logo(request: Request, pk: UUID, file: Any, response: HttpResponse) -> Any:
    partner = _one(request.actor, pk)
    return tagged(response, services.set_logo(partner=partner, upload=file, by=request.actor, at=timezone.now()))


def _one(actor: Actor, pk: UUID) -> Partner:
    return get_object_or_404(_visible(actor), pk=pk)


def _parent(actor: Actor, pk: UUID | None) -> Partner | None:
    if pk is None:
        return None
    parent = policies.visible_to(actor).filter(pk=pk).first()
    if parent is None:
        message = _("There is no such distributor.")
        raise Invalid(message, fields={"parent_id": message})
    return parent
