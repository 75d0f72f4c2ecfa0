"""The base of every business row."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel.errors import Stale
from openprm.kernel.ids import uuid7


class Entity(models.Model):
    """A row with an identity that counts nothing, two times, and a version for optimistic locking."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def write(self, *fields: str, at: datetime) -> Self:
        """Store the named fields if nobody else wrote this row since it was read; raise Stale otherwise."""
        values: dict[str, Any] = {name: getattr(self, name) for name in fields}
        manager = type(self)._default_manager
        changed = manager.filter(pk=self.pk, version=self.version).update(
            **values, updated_at=at, version=self.version + 1
        )
        if not changed:
            raise Stale(_("Somebody else changed this in the meantime. Reload it and try again."))
        self.version += 1
        self.updated_at = at
        return self


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return ``{"field": [old, new]}`` for what differs, in plain JSON values, for the payload of an event."""
    return {
        name: [_plain(before.get(name)), _plain(value)] for name, value in after.items() if before.get(name) != value
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
