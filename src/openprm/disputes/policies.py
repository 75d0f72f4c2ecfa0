"""Who may do what with which disputes."""

from django.db.models import QuerySet

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.deals import policies as deals
from openprm.deals.models import DealRegistration
from openprm.disputes.models import Dispute, Review
from openprm.disputes.rules import APPEAL
from openprm.kernel.access import Actor
from openprm.partners.models import TeamMember

VIEW, CONTEST, DECIDE, DECIDE_APPEAL = (
    "disputes.view",
    "disputes.contest",
    "disputes.decide",
    "disputes.decide_appeal",
)


def visible_to(actor: Actor, verb: str = VIEW) -> QuerySet[Dispute]:
    """Return the disputes ``verb`` reaches: those about deals it reaches; a partner's are its own alone."""
    disputes = Dispute.objects.filter(deal__in=deals.visible_to(actor, verb))
    return disputes.filter(partner_id=actor.company_id) if actor.is_partner else disputes


def handled_by(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes on which the actor works for the vendor, at whichever level."""
    if not actor.is_vendor or actor.read_only:
        return Dispute.objects.none()
    return visible_to(actor, DECIDE) | visible_to(actor, DECIDE_APPEAL)


def reviews_visible_to(actor: Actor) -> QuerySet[Review]:
    """Return the reviews of registrations that the actor may read; a partner's are of its own deals alone."""
    reviews = Review.objects.filter(deal__in=deals.visible_to(actor, VIEW))
    return reviews.filter(partner_id=actor.company_id) if actor.is_partner else reviews


def may_contest(actor: Actor, deal: DealRegistration) -> bool:
    """Say whether the actor may speak in disputes about this deal as the partner whose it is."""
    if not actor.is_partner or actor.read_only or deal.partner_id != actor.partner_id:
        return False
    return deals.reaches(actor, CONTEST, deal)


def may_handle(actor: Actor, dispute: Dispute) -> bool:
    """Say whether the actor works on this dispute for the vendor: asks, notes, hears the other side."""
    return handled_by(actor).filter(pk=dispute.pk).exists()


def may_decide(actor: Actor, dispute: Dispute) -> bool:
    """Say whether the actor's role decides at the level at which the dispute stands."""
    verb = DECIDE_APPEAL if dispute.level == APPEAL else DECIDE
    return actor.is_vendor and not actor.read_only and visible_to(actor, verb).filter(pk=dispute.pk).exists()


def who_decides(dispute: Dispute) -> QuerySet[Person]:
    """Return the vendor's people who are at turn: of the partner's account team, or all; never the first decider."""
    if dispute.level == APPEAL:
        return people.holders(DECIDE_APPEAL).exclude(pk__in=[dispute.first_decider])
    deciders = people.holders(DECIDE)
    team = deciders.filter(pk__in=TeamMember.objects.filter(partner_id=dispute.partner_id).values("person_id"))
    return team if team.exists() else deciders


def next_level(dispute: Dispute) -> QuerySet[Person]:
    """Return whom an overdue dispute is brought before."""
    return people.administrators() if dispute.level == APPEAL else people.holders(DECIDE_APPEAL)


def who_follows(dispute: Dispute) -> QuerySet[Person]:
    """Return the partner's people to tell: who opened it and the deal's owner, or the administrators without them."""
    colleagues = people.holders(VIEW, partner_id=dispute.partner_id)
    concerned = [pk for pk in (dispute.opened_by, dispute.deal.owner_id) if pk]
    found = colleagues.filter(pk__in=concerned)
    if found.exists():
        return found
    return Person.objects.able().filter(pk__in=people.administrators(dispute.partner_id).values("pk"))
