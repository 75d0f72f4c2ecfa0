"""People, roles, invitations and API clients, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.accounts import policies, services
from openprm.accounts.models import ApiToken, Invitation, Person, Role
from openprm.kernel.access import Actor
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate, tagged
from openprm.kernel.api import require_match as match
from openprm.kernel.http import Request

router = Router(tags=["People"])


class MeOut(Schema):
    """Who a token stands for, and what it may do."""

    id: UUID
    kind: Literal["person", "client"]
    side: Literal["vendor", "partner"]
    name: str = Field(examples=["Anna Berger"])
    email: str = Field(examples=["anna@alfa.example"])
    partner_id: UUID | None
    partner_name: str
    roles: list[str] = Field(examples=[["admin"]])
    permissions: dict[str, str] = Field(examples=[{"deals.register": "company"}])


class PersonOut(Schema):
    """A person as the reader may see them."""

    id: UUID
    email: str = Field(examples=["sam@alfa.example"])
    name: str = Field(examples=["Sam Reed"])
    job_title: str = Field(examples=["Account executive"])
    phone: str
    side: Literal["vendor", "partner"]
    partner_id: UUID | None
    roles: list[str] = Field(examples=[["sales"]])
    is_active: bool
    last_seen_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_roles(person: Person) -> list[str]:
        """Return the keys of the roles."""
        return sorted(role.key for role in person.roles.all())


class PersonFilter(PageQuery):
    """Narrow the list of people."""

    q: str = Field("", max_length=100, description="Part of the name or of the address.")
    role: str = Field("", max_length=40, examples=["sales"])
    partner_id: UUID | None = None
    active: bool | None = None


class PersonChange(Schema):
    """What can be changed about a person; what is left out stays."""

    name: str = Field("", min_length=1, max_length=120)
    job_title: str = Field("", max_length=120)
    phone: str = Field("", max_length=40)


class RolesIn(Schema):
    """The roles a person shall hold, by key."""

    roles: list[str] = Field(min_length=1, max_length=20, examples=[["sales", "technical"]])


class RoleOut(Schema):
    """A role: its permissions, each with how far it reaches."""

    id: UUID
    side: Literal["vendor", "partner"]
    key: str = Field(examples=["sales"])
    name: str = Field(examples=["Sales"])
    grants: dict[str, str] = Field(examples=[{"deals.register": "own"}])
    built_in: bool

    @staticmethod
    def resolve_name(role: Role) -> str:
        """Return the name in the reader's language."""
        return str(role)


class GrantsIn(Schema):
    """The permissions a role shall hold."""

    grants: dict[str, str] = Field(max_length=500, examples=[{"deals.register": "own"}])


class InvitationOut(Schema):
    """An invitation; its link is in the letter alone."""

    id: UUID
    email: str
    name: str
    partner_id: UUID | None
    roles: list[str]
    inviter_name: str
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_roles(invitation: Invitation) -> list[str]:
        """Return the keys of the roles."""
        return sorted(role.key for role in invitation.roles.all())


class InvitationIn(Schema):
    """Whom to invite, as what."""

    email: str = Field(min_length=3, max_length=254, examples=["nina@alfa.example"])
    name: str = Field("", max_length=120)
    roles: list[str] = Field(min_length=1, max_length=20, examples=[["sales"]])
    partner_id: UUID | None = Field(None, description="Left out: the company of the token.")


class ClientOut(Schema):
    """An API client of the company."""

    id: UUID
    name: str = Field(examples=["CRM sync"])
    prefix: str = Field(examples=["oprm_4hUq2kX"])
    verbs: list[str] = Field(examples=[["deals.view"]])
    partner_id: UUID | None
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class ClientMade(ClientOut):
    """A new API client with its secret, which is shown this once."""

    secret: str = Field(examples=["oprm_4hUq2kX…"])


class ClientIn(Schema):
    """A new API client: what it may do, and until when."""

    name: str = Field(min_length=1, max_length=80, examples=["CRM sync"])
    verbs: list[str] = Field(min_length=1, max_length=200, examples=[["deals.view"]])
    expires_at: datetime | None = None


@router.get("/me", response=MeOut, operation_id="me")
@operation()
def me(request: Request) -> Any:
    """Tell who this token stands for, and what it may do."""
    actor: Actor = request.actor
    permissions = {verb: str(scope) for verb, scope in sorted(actor.grants.items())}
    names = ("id", "kind", "side", "name", "email", "partner_id", "partner_name")
    return {name: getattr(actor, name) for name in names} | {"roles": sorted(actor.roles), "permissions": permissions}


@router.get("/people", response=Page[PersonOut], operation_id="list_people")
@operation(policies.VIEW)
def list_people(request: Request, wanted: Query[PersonFilter]) -> Any:
    """List the people you may see, newest first."""
    rows = _people(request)
    if wanted.q:
        rows = rows.filter(Q(name__icontains=wanted.q) | Q(email__icontains=wanted.q))
    if wanted.role:
        held = Person.roles.through.objects.filter(role__key=wanted.role)
        rows = rows.filter(pk__in=held.values("person_id"))
    if wanted.partner_id:
        rows = rows.filter(partner_id=wanted.partner_id)
    if wanted.active is not None:
        rows = rows.filter(is_active=wanted.active)
    return paginate(rows, wanted)


@router.get("/people/{uuid:person_id}", response=PersonOut, operation_id="get_person")
@operation(policies.VIEW)
def get_person(request: Request, person_id: UUID, response: HttpResponse) -> Any:
    """Read one person."""
    return tagged(response, get_object_or_404(_people(request), pk=person_id))


@router.patch("/people/{uuid:person_id}", response=PersonOut, operation_id="change_person")
@operation(policies.MANAGE)
def change_person(request: Request, person_id: UUID, payload: PersonChange, response: HttpResponse) -> Any:
    """Change a person's details."""
    person = _matched(request, person_id)
    values = payload.dict(exclude_unset=True)
    services.change_details(person=person, by=request.actor, at=timezone.now(), **values)
    return tagged(response, person)


@router.put("/people/{uuid:person_id}/roles", response=PersonOut, operation_id="change_roles_of_person")
@operation(policies.MANAGE)
def change_roles(request: Request, person_id: UUID, payload: RolesIn, response: HttpResponse) -> Any:
    """Give a person exactly these roles."""
    person = _matched(request, person_id)
    services.change_roles(person=person, roles=payload.roles, by=request.actor, at=timezone.now())
    return tagged(response, get_object_or_404(_people(request), pk=person_id))


@router.post("/people/{uuid:person_id}/deactivate", response=PersonOut, operation_id="deactivate_person")
@operation(policies.MANAGE)
def deactivate(request: Request, person_id: UUID, response: HttpResponse) -> Any:
    """End a person's access: sessions and tokens end at their next request."""
    person = get_object_or_404(_people(request), pk=person_id)
    return tagged(response, services.deactivate(person=person, by=request.actor, at=timezone.now()))


@router.post("/people/{uuid:person_id}/reactivate", response=PersonOut, operation_id="reactivate_person")
@operation(policies.MANAGE)
def reactivate(request: Request, person_id: UUID, response: HttpResponse) -> Any:
    """Give access back."""
    person = get_object_or_404(_people(request), pk=person_id)
    return tagged(response, services.reactivate(person=person, by=request.actor, at=timezone.now()))


@router.post("/people/{uuid:person_id}/sign-out", response=PersonOut, operation_id="sign_person_out")
@operation(policies.MANAGE)
def sign_out(request: Request, person_id: UUID, response: HttpResponse) -> Any:
    """Sign a person out of every browser; they can sign in again."""
    person = get_object_or_404(_people(request), pk=person_id)
    return tagged(response, services.end_sessions(person=person, by=request.actor, at=timezone.now()))


@router.get("/roles", response=list[RoleOut], operation_id="list_roles")
@operation(policies.VIEW)
def list_roles(request: Request) -> Any:
    """List the roles there are; a partner reads those of partners."""
    return Role.objects.filter(side="partner") if request.actor.is_partner else Role.objects.all()


@router.put("/roles/{uuid:role_id}/grants", response=RoleOut, operation_id="change_grants_of_role")
@operation(policies.MANAGE_ROLES)
def change_grants(request: Request, role_id: UUID, payload: GrantsIn, response: HttpResponse) -> Any:
    """Give a role exactly these permissions."""
    role = get_object_or_404(Role, pk=role_id)
    match(request, role)
    services.change_grants(role=role, grants=payload.grants, by=request.actor, at=timezone.now())
    return tagged(response, role)


@router.get("/roles/{uuid:role_id}", response=RoleOut, operation_id="get_role")
@operation(policies.MANAGE_ROLES)
def get_role(request: Request, role_id: UUID, response: HttpResponse) -> Any:
    """Read one role."""
    return tagged(response, get_object_or_404(Role, pk=role_id))


@router.get("/invitations", response=Page[InvitationOut], operation_id="list_invitations")
@operation(policies.MANAGE)
def list_invitations(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the invitations you may manage, newest first."""
    return paginate(policies.invitations_of(request.actor).prefetch_related("roles"), wanted)


@router.post("/invitations", response={201: InvitationOut}, operation_id="invite")
@operation(policies.MANAGE)
def invite(request: Request, payload: InvitationIn, response: HttpResponse) -> Any:
    """Invite somebody; the letter with the link is sent within seconds."""
    actor: Actor = request.actor
    company = _company(actor, payload.partner_id)
    values = payload.dict(exclude={"partner_id"})
    invitation = services.invite(partner=company, by=actor, at=timezone.now(), **values)
    return Status(201, tagged(response, invitation))


@router.post("/invitations/{uuid:invitation_id}/send", response=InvitationOut, operation_id="send_invitation")
@operation(policies.MANAGE)
def send_invitation(request: Request, invitation_id: UUID, response: HttpResponse) -> Any:
    """Send the letter again, with a new link."""
    invitation = get_object_or_404(policies.invitations_of(request.actor), pk=invitation_id)
    return tagged(response, services.resend(invitation=invitation, by=request.actor, at=timezone.now()))


@router.delete("/invitations/{uuid:invitation_id}", response={204: None}, operation_id="revoke_invitation")
@operation(policies.MANAGE)
def revoke_invitation(request: Request, invitation_id: UUID) -> Any:
    """Take an invitation back."""
    invitation = get_object_or_404(policies.invitations_of(request.actor), pk=invitation_id)
    services.revoke_invitation(invitation=invitation, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/clients", response=Page[ClientOut], operation_id="list_clients")
@operation(policies.MANAGE_CLIENTS)
def list_clients(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the API clients of the company, newest first."""
    return paginate(_clients(request), wanted)


@router.post("/clients", response={201: ClientMade}, operation_id="create_client")
@operation(policies.MANAGE_CLIENTS)
def create_client(request: Request, payload: ClientIn) -> Any:
    """Make an API client; its secret is shown this once."""
    token, secret = services.create_client(by=request.actor, at=timezone.now(), **payload.dict())
    return Status(201, {**ClientOut.from_orm(token).dict(), "secret": secret})


@router.delete("/clients/{uuid:client_id}", response={204: None}, operation_id="revoke_client")
@operation(policies.MANAGE_CLIENTS)
def revoke_client(request: Request, client_id: UUID) -> Any:
    """End an API client at once."""
    token = get_object_or_404(_clients(request), pk=client_id)
    services.revoke_token(token=token, by=request.actor, at=timezone.now())
    return Status(204, None)


def _people(request: Request) -> QuerySet[Person]:
    return policies.visible_to(request.actor).prefetch_related("roles")


def _matched(request: Request, person_id: UUID) -> Person:
    person = get_object_or_404(_people(request), pk=person_id)
    match(request, person)
    return person


def _clients(request: Request) -> QuerySet[ApiToken]:
    return policies.tokens_of(request.actor).filter(person=None)


def _company(actor: Actor, partner_id: UUID | None) -> Any:
    from django.apps import apps

    wanted = partner_id or actor.partner_id
    if wanted is None:
        return None
    return get_object_or_404(apps.get_model("partners", "Partner")._default_manager.all(), pk=wanted)
