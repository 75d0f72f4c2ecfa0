"""The questions others ask about people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet

from openprm.accounts.models import ADMIN, SHUT_OUT, Person, Role


def holders(verb: str, *, partner_id: UUID | None = None) -> QuerySet[Person]:
    """Return the active people of the vendor (or of that partner) whose roles hold the verb."""
    roles = Role.objects.filter(grants__has_key=verb)
    return _people_of(Person.objects.able(), partner_id).filter(
        pk__in=Person.roles.through.objects.filter(role__in=roles).values("person_id")
    )


def holders_at(verb: str, partners: QuerySet[Any]) -> QuerySet[Person]:
    """Return the active people of these partners whose roles hold the verb, with one query."""
    roles = Role.objects.filter(grants__has_key=verb)
    return Person.objects.able().filter(
        partner__in=partners.values("pk"),
        pk__in=Person.roles.through.objects.filter(role__in=roles).values("person_id"),
    )


def administrators(partner_id: UUID | None = None) -> QuerySet[Person]:
    """Return the active administrators of the vendor, or of that partner, even while the partner is shut out."""
    return _people_of(Person.objects.filter(is_active=True, roles__key=ADMIN), partner_id)


def shut_out() -> QuerySet[Any, UUID]:
    """Return the ids of the partners that have no access: suspended or terminated."""
    companies = apps.get_model("partners", "Partner")._default_manager.filter(status__in=SHUT_OUT)
    return companies.values_list("pk", flat=True)


def _people_of(people: QuerySet[Person], partner_id: UUID | None) -> QuerySet[Person]:
    return people.filter(partner=None) if partner_id is None else people.filter(partner_id=partner_id)


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return people's names by id, with one query."""
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def roles_of(side: str) -> QuerySet[Role]:
    """Return the roles of one side, in order."""
    return Role.objects.filter(side=side)
