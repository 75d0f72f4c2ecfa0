"""Who may do what with which deals."""

from uuid import UUID

from django.db.models import Q, QuerySet

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.deals.lifecycle import Side, State
from openprm.deals.models import DealRegistration
from openprm.kernel.access import Actor, Scope
from openprm.partners.models import TeamMember

VIEW, REGISTER, APPROVE, NOTE, RULES = (
    "deals.view",
    "deals.register",
    "deals.approve",
    "deals.note",
    "deals.manage_rules",
)


def side_of(actor: Actor) -> Side:
    """Return on which side of the table the actor sits."""
    return Side(actor.side) if actor.side in tuple(Side) else Side.SYSTEM


def visible_to(actor: Actor, verb: str = VIEW) -> QuerySet[DealRegistration]:
    """Return the deals ``verb`` reaches; a partner's drafts are the partner's alone."""
    scope = actor.scope(verb)
    deals = DealRegistration.objects.all()
    if scope is None:
        return deals.none()
    if actor.kind == "system":
        return deals
    if actor.is_vendor:
        deals = deals.exclude(state=State.DRAFT)
        return deals if scope is Scope.ALL else deals.filter(partner_id__in=_partners_in_care(actor, scope))
    deals = deals.filter(Q(partner_id=actor.partner_id) | Q(partner_id__in=actor.partner_ids) & ~Q(state=State.DRAFT))
    if scope is Scope.OWN:
        return deals.filter(owner_id=actor.id)
    return deals.filter(owner_id__in=actor.team_ids) if scope is Scope.TEAM else deals


def reaches(actor: Actor, verb: str, deal: DealRegistration) -> bool:
    """Say of a deal at hand whether it is one of ``visible_to``, without asking for it again where its row tells."""
    scope = actor.scope(verb)
    if scope is None or actor.kind == "system":
        return scope is not None
    is_draft = deal.state == State.DRAFT
    if actor.is_vendor:
        cared_for = scope is Scope.ALL or _partners_in_care(actor, scope).filter(partner_id=deal.partner_id).exists()
        return not is_draft and cared_for
    if deal.partner_id != actor.partner_id and (is_draft or deal.partner_id not in actor.partner_ids):
        return False
    if scope is Scope.OWN:
        return deal.owner_id is not None and deal.owner_id == actor.id
    return scope is not Scope.TEAM or deal.owner_id in actor.team_ids


def _partners_in_care(actor: Actor, scope: Scope) -> QuerySet[TeamMember, UUID]:
    """Return the partners on whose account team the actor is (or who reports to the actor)."""
    people = actor.team_ids if scope is Scope.TEAM else frozenset([actor.id] if actor.id else [])
    return TeamMember.objects.filter(person_id__in=people).values_list("partner_id", flat=True)


def may_change(actor: Actor, deal: DealRegistration) -> bool:
    """Say whether the actor may work on this deal as the partner whose it is."""
    if not actor.is_partner or actor.read_only or deal.partner_id != actor.partner_id:
        return False
    return reaches(actor, REGISTER, deal)


def may_decide(actor: Actor, deal: DealRegistration) -> bool:
    """Say whether the actor may decide about this deal for the vendor."""
    return actor.is_vendor and not actor.read_only and reaches(actor, APPROVE, deal)


def who_may_decide(deal: DealRegistration) -> QuerySet[Person]:
    """Return the vendor's people to tell about this deal: the partner's own team, or all who decide if it has none."""
    deciders = people.holders(APPROVE)
    of_team = deciders.filter(pk__in=TeamMember.objects.filter(partner_id=deal.partner_id).values("person_id"))
    return of_team if of_team.exists() else deciders


def who_follows(deal: DealRegistration) -> QuerySet[Person]:
    """Return the partner's people to tell about this deal: its owner, or the company's administrators without one."""
    colleagues = people.holders(VIEW, partner_id=deal.partner_id)
    owner = colleagues.filter(pk__in=[deal.owner_id] if deal.owner_id else [])
    return owner if owner.exists() else colleagues.filter(roles__key="admin").distinct()
