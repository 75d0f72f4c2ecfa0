"""Kinds of files that can be imported: accounts and opportunities, and what features above declare.

A kind says which fields its rows have, and how a batch of rows is planned, written and taken back. Uploading, choosing
columns, preview, progress, problems, resuming and undoing are the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from openprm.customers.files import columns
from openprm.customers.rules import FieldRule
from openprm.kernel.access import Actor, Scope
from openprm.kernel.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openprm.customers.models import Import, ImportRow

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What the rows of a file can be.

    ``needed`` are groups of fields; of each group one must have a column. ``plan`` says what would become of rows,
    writing nothing; ``write`` does it, and returns the same. Both are given the import and the rows by field; ``write``
    also a function that says which rows of the file have taken which ids. ``take_back`` undoes rows, and notes on each
    that has to stay why. ``by_reach``: whoever starts it can only write what they reach themselves, so its work is done
    in their name, and only they and those who reach everything see it.
    """

    key: str
    label: Any
    permission: str
    fields: "Mapping[str, FieldRule]"
    needed: Sequence[Sequence[str]]
    plan: "Callable[[Import, Sequence[Mapping[str, str]]], Sequence[Any]]"
    write: "Callable[[Import, Sequence[Mapping[str, str]], datetime, Any], Sequence[Any]]"
    take_back: "Callable[[Import, Sequence[ImportRow], datetime], None]"
    list_url: str
    batch: int = 0
    by_reach: bool = False


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Make a kind known."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"import kind {kind.key} is declared twice")
    columns.register(kind.key, kind.fields, kind.needed)


def kind_of(item: "Import") -> ImportKind:
    """Return the kind of an import."""
    return _kinds[item.kind]


def batch_of(item: "Import") -> int:
    """Return how many rows of an import are written with one transaction."""
    return kind_of(item).batch or BATCH


def kinds(actor: Actor | None = None) -> list[ImportKind]:
    """Return the kinds there are, or those that the actor may import."""
    return [kind for kind in _kinds.values() if actor is None or actor.may(kind.permission)]


def permissions() -> list[str]:
    """Return the permissions with which one can import anything."""
    return list(dict.fromkeys(kind.permission for kind in _kinds.values()))


def require(key: str, by: Actor) -> ImportKind:
    """Return the kind, or refuse who may not import it."""
    kind = _kinds.get(key)
    if kind is None:
        message = _("There is nothing of the kind “%(kind)s” to import. There are: %(known)s.")
        raise Invalid(message % {"kind": key, "known": ", ".join(_kinds)}, fields={"kind": message})
    by.require(kind.permission)
    if kind.by_reach and by.kind != "person" and by.scope(kind.permission) is not Scope.ALL:
        raise Forbidden(_("A program can import this only if it reaches all partners. Use somebody's personal token."))
    return kind
