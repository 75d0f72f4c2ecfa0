"""What the kernel knows of people: how to reach them, and who holds a verb. Who they are is the accounts' business."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be written to."""

    id: UUID
    name: str
    email: str
    locale: str
    timezone: str
    partner_id: UUID | None

    @property
    def side(self) -> str:
        """Return the side they are on."""
        return "partner" if self.partner_id else "vendor"


def contacts(ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """Return those of these people who have access, by id. Call it in the scope of the system."""
    return _contacts(_people().filter(pk__in=set(ids), is_active=True).exclude(partner_id__in=shut_out()))


def known(person_id: UUID) -> Contact | None:
    """Return somebody whether they have access or not: for what they may still choose for themselves."""
    return _contacts(_people().filter(pk=person_id)).get(person_id)


def holders(verb: str, *, partner_id: UUID | None = None) -> list[UUID]:
    """Return the people of the vendor (or of that partner) whose roles hold ``verb``."""
    find = import_string(settings.OPENPRM_HOLDERS)
    return list(find(verb, partner_id=partner_id).values_list("pk", flat=True))


def shut_out() -> QuerySet[Any, UUID]:
    """Return the ids of the companies that have no access (any more): nobody of theirs is told anything.

    Use it within a query, in the scope of the system.
    """
    companies: QuerySet[Any, UUID] = import_string(settings.OPENPRM_SHUT_OUT)()
    return companies


def is_shut_out(partner_id: UUID | None) -> bool:
    """Say whether this company has no access; the vendor always has."""
    return partner_id is not None and shut_out().filter(pk=partner_id).exists()


def _people() -> Any:
    return get_user_model()._default_manager


def _contacts(people: Any) -> dict[UUID, Contact]:
    found = people.values_list("pk", "name", "email", "locale", "timezone", "partner_id")
    return {row[0]: Contact(*row) for row in found}
