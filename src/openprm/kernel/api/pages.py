"""Lists in pages: a cursor points behind the last row read, so nothing is counted, skipped or shown twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from openprm.kernel.errors import Invalid

Item = TypeVar("Item")
Rows = TypeVar("Rows", bound="QuerySet[Any]")

MOST = 200
NEWEST_FIRST = ("-created_at", "-id")


class PageQuery(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=MOST, description="How many at most.")
    cursor: str = Field("", max_length=1000, description="`next` of the page before; empty for the first page.")


class Page(Schema, Generic[Item]):
    """A part of a list. `next` is the cursor of the following page, null on the last."""

    items: list[Item]
    next: str | None = None


def paginate(rows: QuerySet[Any], page: PageQuery, *, order: Sequence[str] = NEWEST_FIRST) -> dict[str, Any]:
    """Return one page of ``rows``: two queries at most, no count.

    ``order`` names columns that are never null and ends with a unique one; ``-`` turns a column round.
    """
    keys = [_Key(rows.model, name) for name in order]
    wanted = rows.order_by(*order)
    if page.cursor:
        wanted = wanted.filter(_behind(keys, _read(page.cursor, keys)))
    found = list(wanted[: page.limit + 1])
    more = len(found) > page.limit
    items = found[: page.limit]
    return {"items": items, "next": _written(items[-1], keys) if more else None}


def narrow(rows: Rows, wanted: PageQuery, *same: str, **lookups: str) -> Rows:
    """Return the rows that the filters leave which were given: ``same`` are named as their columns.

    ``lookups`` name others with how they look: ``customer="customer_name__icontains"``. Empty means not given.
    """
    named = {**{name: name for name in same}, **lookups}
    given = {lookup: value for name, lookup in named.items() if (value := getattr(wanted, name)) not in (None, "")}
    return rows.filter(**given)


class _Key:
    """One column of an order."""

    def __init__(self, model: type[Model], name: str) -> None:
        self.name = name.lstrip("-")
        self.descending = name.startswith("-")
        self.field: Any = model._meta.get_field(self.name)
        self.model = model

    def value_of(self, row: Model) -> str:
        value = getattr(row, self.field.attname)
        return value.isoformat() if isinstance(value, datetime) else str(value)

    def read(self, text: str) -> Any:
        return self.field.to_python(text)


def _behind(keys: list[_Key], values: list[Any]) -> Q:
    """Return the condition for rows after ``values``: the first key bounds the scan, the rest break ties."""
    condition = Q()
    for depth, key in reversed(list(enumerate(keys))):
        further = Q(**{f"{key.name}__{'lt' if key.descending else 'gt'}": values[depth]})
        condition = further | (Q(**{key.name: values[depth]}) & condition) if condition else further
    first = keys[0]
    return Q(**{f"{first.name}__{'lte' if first.descending else 'gte'}": values[0]}) & condition


def _salt(keys: list[_Key]) -> str:
    order = ",".join(("-" if key.descending else "") + key.name for key in keys)
    return f"openprm.cursor:{keys[0].model._meta.label}:{order}"


def _written(row: Model, keys: list[_Key]) -> str:
    return signing.dumps([key.value_of(row) for key in keys], salt=_salt(keys))


def _read(cursor: str, keys: list[_Key]) -> list[Any]:
    try:
        values = signing.loads(cursor, salt=_salt(keys))
        return [key.read(value) for key, value in zip(keys, values, strict=True)]
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        problem = _("Use “next” of the page before as it is, with the same filters; leave it out for the first page.")
        raise Invalid(problem, code="cursor_invalid", fields={"cursor": problem}) from None
