"""Moves of an import from state to state, by the table in ``lifecycle.py``."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.customers.lifecycle import ImportState, after
from openprm.customers.models import Import
from openprm.kernel.access import Actor, Scope
from openprm.kernel.errors import Refusal

Progress = Callable[[int, int], None]


def locked(pk: UUID) -> Import:
    """Return the import; nobody else changes it until the transaction ends."""
    return Import.objects.select_for_update().get(pk=pk)


def go(item: Import, move: str, *fields: str, at: datetime, **values: Any) -> None:
    """Move an import, storing ``values`` and the named fields with it; refuse a move that is not open."""
    state = after(item.state, move)
    if state is None:
        label = ImportState(item.state).label
        raise Refusal(
            _("This import is at “%(state)s”, so that cannot be done now.") % {"state": label}, code="import_state"
        )
    item.state = state
    for name, value in values.items():
        setattr(item, name, value)
    item.progress_at = at
    item.write("state", "progress_at", *values, *fields, at=at)


def starter(item: Import) -> Actor:
    """Return who started the import, as far as its own work goes."""
    grants = dict.fromkeys(("customers.edit", "customers.import"), Scope.ALL)
    return Actor(kind="person", id=item.person_id, name=item.person_name, side="vendor", grants=grants)
