"""The base of every business row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import OperationalError, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.kernel.errors import Stale
from openprm.kernel.ids import uuid7

_STALE = _("Somebody else changed this in the meantime. Reload it and try again.")


def crossed(error: BaseException) -> Stale | None:
    """Return what to say where two waited for each other and the database ended this one; None for other errors."""
    deadlock = isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == "40P01"
    return Stale(_STALE) if deadlock else None


class Entity(models.Model):
    """A row with an identity that counts nothing, two times, and a version for optimistic locking.

    The version counts what readers are shown and writers can overwrite; programs hold on to it. ``UNSEEN`` are columns
    that move without raising it (``write_unseen``): a write that does not set them is refused where they moved.
    """

    UNSEEN: ClassVar[Sequence[str]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def write(self, *fields: str, at: datetime) -> Self:
        """Store the named fields if nobody else wrote this row since it was read; raise Stale otherwise."""
        self._store(fields, updated_at=at, version=self.version + 1)
        return self

    def write_unseen(self, *fields: str) -> Self:
        """Store the named fields, which no reader is shown: the version stays. Stale as in ``write``."""
        self._store(fields)
        return self

    def hold(self) -> None:
        """Let nobody else write this row until the transaction ends; Stale where somebody did since it was read."""
        newest = type(self)._default_manager.select_for_update().filter(pk=self.pk, version=self.version)
        if not newest.exists():
            raise Stale(_STALE)

    def require_unmoved(self) -> None:
        """Raise Stale where a column of ``UNSEEN`` has moved since this row was read."""
        held = {name: getattr(self, name) for name in self.UNSEEN}
        if not type(self)._default_manager.filter(pk=self.pk, **held).exists():
            raise Stale(_STALE)

    def _store(self, fields: Sequence[str], **more: Any) -> None:
        values = {name: getattr(self, name) for name in fields} | more
        attributes = {getattr(self._meta.get_field(name), "attname", name) for name in fields}
        unmoved = {name: getattr(self, name) for name in self.UNSEEN if name not in attributes}
        rows = type(self)._default_manager.filter(pk=self.pk, version=self.version, **unmoved)
        if not rows.update(**values):
            raise Stale(_STALE)
        for name, value in more.items():
            setattr(self, name, value)


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
