"""What the kernel knows of people: how to reach them, and who holds a verb. Who they are is the accounts' business."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
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
    people: Any = get_user_model()._default_manager
    found = people.filter(pk__in=set(ids), is_active=True).values_list(
        "pk", "name", "email", "locale", "timezone", "partner_id"
    )
    return {row[0]: Contact(*row) for row in found}


def holders(verb: str, *, partner_id: UUID | None = None) -> list[UUID]:
    """Return the people of the vendor (or of that partner) whose roles hold ``verb``."""
    find = import_string(settings.OPENPRM_HOLDERS)
    return list(find(verb, partner_id=partner_id).values_list("pk", flat=True))
