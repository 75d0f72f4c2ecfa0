"""Versions of programmes: which is in force, and what each says. A version never changes: processes keep them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from openprm.kernel.access import as_system
from openprm.kernel.errors import Missing
from openprm.program import definition as plain
from openprm.program.definition import Definition
from openprm.program.models import ProgrammeVersion


@dataclass(frozen=True, slots=True)
class Version:
    """A version as a process keeps it."""

    id: UUID
    number: int
    since: datetime
    says: Definition


@lru_cache(maxsize=256)
def _known(key: UUID) -> Version:
    with as_system():
        row = ProgrammeVersion.objects.get(pk=key)
    return Version(row.pk, row.number, row.created_at, plain.load(row.definition))


def in_force(programme_id: UUID) -> Version:
    """Return the version in force; Missing for a programme that was never published."""
    with as_system():
        rows = ProgrammeVersion.objects.filter(programme_id=programme_id).order_by("-number")
        key = rows.values_list("pk", flat=True).first()
    if key is None:
        raise Missing("This programme was never published.")
    return _known(key)


def at_time(programme_ids: list[UUID], at: datetime) -> dict[UUID, Version]:
    """Return, by programme, the version that was in force at a time."""
    with as_system():
        rows = ProgrammeVersion.objects.filter(programme_id__in=programme_ids, created_at__lte=at)
        found = rows.order_by("programme_id", "-number").distinct("programme_id").values_list("programme_id", "pk")
        return {programme: _known(key) for programme, key in found}


def numbered(programme_id: UUID, number: int) -> Version:
    """Return a version by its number."""
    with as_system():
        rows = ProgrammeVersion.objects.filter(programme_id=programme_id, number=number)
        return _known(rows.values_list("pk", flat=True).get())
