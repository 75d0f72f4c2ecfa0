"""Who may see and manage which people."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from openprm.accounts import queries
from openprm.accounts.models import ApiToken, Invitation, Person, Role
from openprm.accounts.standing import covers, merged
from openprm.kernel.access import Actor, Scope, permissions

VIEW = "accounts.view_people"
MANAGE = "accounts.manage_people"
MANAGE_ROLES = "accounts.manage_roles"
MANAGE_CLIENTS = "accounts.manage_clients"
VIEW_AS = "partners.view_as"


def visible_to(actor: Actor) -> QuerySet[Person]:
    """Return the people an actor may see: themselves always."""
    return Person.objects.filter(_within(actor, VIEW) | Q(pk=actor.id))


def manageable_by(actor: Actor) -> QuerySet[Person]:
    """Return the people whose roles and access an actor may change."""
    return Person.objects.filter(_within(actor, MANAGE, own_company_only=True))


def invitations_of(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations an actor may see, resend and take back."""
    return Invitation.objects.filter(_within(actor, MANAGE, own_company_only=True))


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens an actor may see and revoke: their own, and the company's clients where they manage these."""
    mine = Q(person_id=actor.id) if actor.id else Q(pk=None)
    if not actor.may(MANAGE_CLIENTS):
        return ApiToken.objects.filter(mine)
    company = Q(pk__isnull=False) if actor.kind == "system" else Q(partner_id=actor.partner_id, person=None)
    return ApiToken.objects.filter(mine | company)


def may_manage(actor: Actor, person: Person) -> bool:
    """Say whether an actor may change this person's roles and access."""
    return not actor.read_only and manageable_by(actor).filter(pk=person.pk).exists()


def who_may_manage(person: Person) -> QuerySet[Person]:
    """Return the people of the same company who may change this person's roles and access."""
    return queries.holders(MANAGE, partner_id=person.partner_id)


def may_invite_to(actor: Actor, partner_id: object) -> bool:
    """Say whether an actor may invite people to this company (None: the vendor)."""
    scope = actor.scope(MANAGE)
    if scope is None or actor.read_only:
        return False
    if actor.is_partner:
        return partner_id is not None and partner_id == actor.partner_id
    if scope is Scope.ALL:
        return True
    return partner_id is not None and _my_partners(actor, scope).filter(partner_id=partner_id).exists()


def may_invite_to_these(actor: Actor) -> Q:
    """Return the condition on partners to which one of the vendor's people may invite."""
    scope = actor.scope(MANAGE)
    if scope is Scope.ALL:
        return Q(pk__isnull=False)
    return Q(pk__in=_my_partners(actor, scope)) if scope and actor.is_vendor else Q(pk__in=[])


def may_view_as(actor: Actor, partner_id: UUID) -> bool:
    """Say whether an actor may look at the portal as this partner."""
    scope = actor.scope(VIEW_AS)
    if scope is None or actor.side != "vendor" or actor.kind != "person":
        return False
    return scope is Scope.ALL or _my_partners(actor, scope).filter(partner_id=partner_id).exists()


def may_give(actor: Actor, role: Role) -> bool:
    """Say whether an actor may give this role: nobody gives what they do not hold.

    The vendor's people who manage a partner's people may give any role of the partner's side.
    """
    if actor.kind == "system":
        return True
    if actor.is_vendor and role.side == "partner":
        return actor.may(MANAGE)
    wanted = {verb: scope for verb, scope in merged([role.grants]).items() if verb in permissions}
    return actor.side == role.side and covers(actor.grants, wanted)


def _within(actor: Actor, verb: str, *, own_company_only: bool = False) -> Q:
    scope = actor.scope(verb)
    if scope is None:
        return Q(pk__in=[])
    if actor.is_partner:
        companies = {actor.partner_id} if own_company_only else actor.partner_ids
        return Q(partner_id__in=companies) if scope is not Scope.OWN else Q(pk=actor.id)
    if scope is Scope.ALL:
        return Q(pk__isnull=False)  # an empty Q would vanish in "or"
    return Q(partner_id__in=_my_partners(actor, scope))


def _my_partners(actor: Actor, scope: Scope) -> QuerySet[Any, UUID]:
    """Return the partners on whose account team the actor (or who reports to them) is."""
    from django.apps import apps

    people = actor.team_ids if scope is Scope.TEAM else actor.team_ids & {actor.id}
    members = apps.get_model("partners", "TeamMember")._default_manager
    return members.filter(person_id__in=people).values_list("partner_id", flat=True)
