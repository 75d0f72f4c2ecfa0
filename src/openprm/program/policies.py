"""Who may see standing, and who may set up programmes and move partners."""

from django.db.models import QuerySet

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.kernel.access import Actor
from openprm.partners import policies as partners
from openprm.partners.models import Partner
from openprm.program.models import KpiValue, Membership, Programme, Proposal, TierMove

VIEW, MANAGE, MOVE, RECORD = "program.view", "program.manage", "program.move", "program.record"


def programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes the vendor's person may see."""
    return Programme.objects.all() if actor.is_vendor and actor.may(VIEW) else Programme.objects.none()


def visible_to(actor: Actor) -> QuerySet[Membership]:
    """Return the standings an actor may see; a partner's people see their own company's, whatever lies below it."""
    rows = Membership.objects.select_related("partner")
    if actor.is_partner:
        return rows.filter(partner__in=_own(actor))
    return rows.filter(partner__in=partners.within(actor, actor.scope(VIEW))).select_related("partner", "programme")


def moves_visible_to(actor: Actor) -> QuerySet[TierMove]:
    """Return the moves an actor may see."""
    if actor.is_partner:
        return TierMove.objects.filter(partner__in=_own(actor))
    reached = partners.within(actor, actor.scope(VIEW))
    return TierMove.objects.filter(partner__in=reached).select_related("partner", "programme")


def values_visible_to(actor: Actor) -> QuerySet[KpiValue]:
    """Return the recorded figures an actor may see."""
    if actor.is_partner:
        return KpiValue.objects.filter(partner__in=_own(actor))
    return KpiValue.objects.filter(partner__in=partners.within(actor, actor.scope(VIEW))).select_related("partner")


def can_be_moved_by(actor: Actor) -> QuerySet[Partner]:
    """Return the partners whom the vendor's person may enrol, move and give benefits."""
    return partners.reached_by(actor, MOVE)


def can_be_recorded_by(actor: Actor) -> QuerySet[Partner]:
    """Return the partners for whom the vendor's person may record figures."""
    return partners.reached_by(actor, RECORD)


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposed moves that the vendor's person may decide."""
    rows = Proposal.objects.filter(partner__in=can_be_moved_by(actor))
    return rows.select_related("partner", "membership", "membership__programme")


def may_move(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may move this partner."""
    return can_be_moved_by(actor).filter(pk=partner.pk).exists()


def who_is_told(partner: Partner) -> QuerySet[Person]:
    """Return the vendor's people who hear of a partner's moves: its account team, as far as they may see standing."""
    return people.holders(VIEW).filter(team_memberships__partner_id=partner.pk).distinct()


def who_celebrates(partner: Partner) -> QuerySet[Person]:
    """Return the partner's people who hear of its moves."""
    return Person.objects.able().filter(partner_id=partner.pk)


def _own(actor: Actor) -> QuerySet[Partner]:
    company = Partner.objects.filter(pk=actor.company_id)
    return company if actor.may(VIEW) else company.none()
