"""Who may see and change which partners."""

from django.db.models import Q, QuerySet

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.kernel.access import Actor, Scope
from openprm.partners.models import Audience, Partner

VIEW, CREATE, CHANGE, CHANGE_STATUS, MANAGE_TEAM, EDIT_OWN, VIEW_AS, AUDIENCES, TERRITORIES = (
    "partners.view",
    "partners.create",
    "partners.change",
    "partners.change_status",
    "partners.manage_team",
    "partners.edit_own",
    "partners.view_as",
    "partners.manage_audiences",
    "partners.manage_territories",
)


def within(actor: Actor, scope: Scope | None) -> QuerySet[Partner]:
    """Return the partners that a scope reaches for this actor.

    For the vendor's people ``own`` is where they are on the account team, ``team`` also where those are who report to
    them; a partner's people see their company and those below it, whatever the scope.
    """
    partners = Partner.objects.all()
    if scope is None:
        return partners.none()
    if actor.is_partner:
        return partners.filter(pk__in=actor.partner_ids)
    if scope is Scope.ALL:
        return partners
    looking_after = actor.team_ids if scope is Scope.TEAM else frozenset({actor.id} if actor.id else ())
    return partners.filter(pk__in=Partner.objects.filter(team__person_id__in=looking_after).values("pk"))


def visible_to(actor: Actor) -> QuerySet[Partner]:
    """Return the partners an actor may see; a partner's people see their own company always."""
    if actor.is_partner:
        return within(actor, Scope.COMPANY)
    return within(actor, actor.scope(VIEW))


def reached_by(actor: Actor, verb: str) -> QuerySet[Partner]:
    """Return the partners on which the vendor's person may do ``verb``."""
    if not actor.is_vendor or actor.read_only:
        return Partner.objects.none()
    return within(actor, actor.scope(verb))


def may_create(actor: Actor) -> bool:
    """Say whether the actor may add partners."""
    return actor.is_vendor and actor.may(CREATE) and not actor.read_only


def may_change(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may edit everything about this partner, as the vendor."""
    return reached_by(actor, CHANGE).filter(pk=partner.pk).exists()


def may_edit_profile(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may edit the profile of this company as one of its own people."""
    own = actor.is_partner and partner.pk == actor.partner_id
    return own and actor.may(EDIT_OWN) and not actor.read_only


def may_change_status(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may activate, suspend or terminate this partner."""
    return reached_by(actor, CHANGE_STATUS).filter(pk=partner.pk).exists()


def may_manage_team(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may say who looks after this partner."""
    return reached_by(actor, MANAGE_TEAM).filter(pk=partner.pk).exists()


def may_view_as(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may look at the portal as this partner."""
    return reached_by(actor, VIEW_AS).filter(pk=partner.pk).exists()


def audiences_visible_to(actor: Actor) -> QuerySet[Audience]:
    """Return the saved audiences an actor may use."""
    return Audience.objects.all() if actor.is_vendor and actor.may(VIEW) else Audience.objects.none()


def who_may_change(partner: Partner) -> QuerySet[Person]:
    """Return the vendor's people who may edit this partner."""
    anywhere = Q(roles__grants__contains={CHANGE: Scope.ALL})
    return people.holders(CHANGE).filter(anywhere | Q(team_memberships__partner_id=partner.pk)).distinct()


def who_looks_after(partner: Partner) -> QuerySet[Person]:
    """Return the people on this partner's account team."""
    return Person.objects.able().filter(team_memberships__partner_id=partner.pk).distinct()
