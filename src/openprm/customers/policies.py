"""Who may see and change accounts, opportunities and imports: the vendor's people whose role says so."""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from openprm.customers import importing
from openprm.customers.models import Account, CompanyDecision, Import, Opportunity, ProductLine
from openprm.kernel.access import Actor, Scope

Rows = TypeVar("Rows", bound=QuerySet[Any])

VIEW = "customers.view"
EDIT = "customers.edit"
IMPORT = "customers.import"
DECIDE = "customers.decide"
MERGE = "customers.merge"
PRODUCT_LINES = "customers.manage_product_lines"


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """Return the accounts this actor may see."""
    return _all_or_none(Account.objects.all(), actor, VIEW)


def visible_opportunities(actor: Actor) -> QuerySet[Opportunity]:
    """Return the opportunities this actor may see."""
    return _all_or_none(Opportunity.objects.all(), actor, VIEW)


def visible_decisions(actor: Actor) -> QuerySet[CompanyDecision]:
    """Return the decisions about companies that this actor may see."""
    return _all_or_none(CompanyDecision.objects.all(), actor, VIEW)


def visible_imports(actor: Actor) -> QuerySet[Import]:
    """Return the imports this actor may see: those of the kinds they may import, as far as they reach."""
    if not actor.is_vendor:
        return Import.objects.none()
    seen = Q(pk__in=[])
    for kind in importing.kinds(actor):
        own = kind.by_reach and actor.scope(kind.permission) is not Scope.ALL
        seen |= Q(kind=kind.key, person_id=actor.id) if own else Q(kind=kind.key)
    return Import.objects.filter(seen)


def visible_product_lines(actor: Actor) -> QuerySet[ProductLine]:
    """Return the product lines this actor may see: everybody who is signed in sees those that are sold."""
    if actor.is_vendor:
        return ProductLine.objects.all()
    return ProductLine.objects.filter(active=True) if actor.is_partner else ProductLine.objects.none()


def _all_or_none(rows: Rows, actor: Actor, verb: str) -> Rows:
    return rows if actor.is_vendor and actor.may(verb) else rows.none()
