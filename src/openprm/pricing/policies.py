"""Who may see and change price books."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openprm.accounts import queries as people
from openprm.accounts.models import Person
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden
from openprm.partners import policies as partners
from openprm.partners.models import Partner
from openprm.pricing.models import PriceBook

VIEW, MANAGE, ASSIGN = "pricing.view", "pricing.manage", "pricing.assign"


def visible_to(actor: Actor) -> QuerySet[PriceBook]:
    """Return the books as the vendor's people see them. Partners read theirs by ``queries.books_of`` alone."""
    return PriceBook.objects.all() if actor.is_vendor and actor.may(VIEW) else PriceBook.objects.none()


def partners_shown_to(actor: Actor) -> QuerySet[Partner]:
    """Return the partners whose margins an actor may know: a partner's people know their own company's alone."""
    if actor.is_partner:
        own = Partner.objects.filter(pk=actor.company_id)
        return own if actor.may(VIEW) else own.none()
    return partners.within(actor, actor.scope(VIEW))


def in_use(at: datetime) -> QuerySet[PriceBook]:
    """Return the published books that have not ended; some may still be to begin."""
    lasting = Q(period__upper_inf=True) | Q(period__endswith__gt=at)
    return PriceBook.objects.filter(lasting, state=PriceBook.State.PUBLISHED)


def may_see_margin_of(actor: Actor, partner_id: UUID) -> bool:
    """Say whether the actor may know this partner's margins."""
    if actor.is_partner:
        return actor.may(VIEW) and partner_id == actor.partner_id
    return partners_shown_to(actor).filter(pk=partner_id).exists()


def may_assign(actor: Actor, partner: Partner) -> bool:
    """Say whether the actor may give books to this partner."""
    return partners.reached_by(actor, ASSIGN).filter(pk=partner.pk).exists()


def require_assign(actor: Actor, partner: Partner) -> None:
    """Raise Forbidden unless the actor may give books to this partner."""
    actor.require(ASSIGN)
    if not may_assign(actor, partner):
        raise Forbidden(_("You do not look after this partner. Ask its channel manager to assign the book."))


def who_follows(partner_id: UUID) -> QuerySet[Person]:
    """Return the partner's people who may know its margins."""
    return people.holders(VIEW, partner_id=partner_id)
