"""The questions others ask about people."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from openprm.accounts.models import ADMIN, Person, Role


def holders(verb: str, *, partner_id: UUID | None = None) -> QuerySet[Person]:
    """Return the active people of the vendor (or of that partner) whose roles hold the verb."""
    roles = Role.objects.filter(grants__has_key=verb)
    return Person.objects.able().filter(
        partner_id=partner_id, pk__in=Person.roles.through.objects.filter(role__in=roles).values("person_id")
    )


def administrators(partner_id: UUID | None = None) -> QuerySet[Person]:
    """Return the active administrators of the vendor, or of that partner."""
    return Person.objects.filter(partner_id=partner_id, is_active=True, roles__key=ADMIN)


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return people's names by id, with one query."""
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def roles_of(side: str) -> QuerySet[Role]:
    """Return the roles of one side, in order."""
    return Role.objects.filter(side=side)
