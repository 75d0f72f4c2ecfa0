"""What a list can be narrowed by. A filter reads the address; what it does not understand it says, and leaves out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from openprm.kernel import days
from openprm.kernel.access import ANONYMOUS, Actor
from openprm.kernel.http import Request

Choices = Iterable[tuple[Any, Any]]
Rows = QuerySet[Any]


class BadFilter(ValueError):
    """The address asks for something the filter does not know; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, as a chip that can be taken away: its words, and the parameters it holds."""

    label: Any
    text: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Choose among values.

    ``choices`` are pairs, a model's ``TextChoices``' ``.choices``, or a function of the request. ``field`` is the ORM
    path (left out: ``name``); ``apply(rows, values)`` narrows in another way, ``apply_for(rows, values, actor)`` by who
    looks at the list. ``multiple`` lets several be chosen.
    """

    kind: ClassVar[str] = "choice"

    name: str
    label: Any
    choices: Choices | Callable[[Request], Choices] = ()
    field: str = ""
    multiple: bool = False
    apply: Callable[[Rows, list[str]], Rows] | None = None
    apply_for: Callable[[Rows, list[str], Actor], Rows] | None = None
    all_label: Any = ""

    @property
    def params(self) -> tuple[str, ...]:
        """Return the parameters of the address that this filter reads."""
        return (self.name,)

    def options(self, request: Request) -> list[tuple[str, Any]]:
        """Return the values that can be chosen, with their words."""
        listed = self.choices(request) if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in listed]

    def chosen(self, query: QueryDict) -> list[str]:
        """Return the values the address asks for."""
        values = [value for value in query.getlist(self.name) if value != ""]
        return values if self.multiple else values[-1:]

    def narrow(self, rows: Rows, query: QueryDict, options: Mapping[str, Any], actor: Actor = ANONYMOUS) -> Rows:
        """Return the rows that pass."""
        values = self.chosen(query)
        if not values:
            return rows
        for value in values:
            if value not in options:
                raise BadFilter(
                    _("%(label)s knows no “%(value)s”, so it was left out.")
                    % {"label": self.label, "value": value[:80]}
                )
        if self.apply_for:
            return self.apply_for(rows, values, actor)
        if self.apply:
            return self.apply(rows, values)
        return rows.filter(**{f"{self.field or self.name}__in": values})

    def chip(self, query: QueryDict, options: Mapping[str, Any]) -> Chip | None:
        """Return the chip of this filter when it is on."""
        words = [str(options[value]) for value in self.chosen(query) if value in options]
        return Chip(self.label, ", ".join(words), self.params) if words else None


@dataclass(frozen=True, slots=True)
class Toggle:
    """A filter that is on or off; ``apply_for(rows, actor)`` narrows by who looks at the list."""

    kind: ClassVar[str] = "toggle"

    name: str
    label: Any
    apply: Callable[[Rows], Rows] | None = None
    where: Q | None = None
    apply_for: Callable[[Rows, Actor], Rows] | None = None

    @property
    def params(self) -> tuple[str, ...]:
        """Return the parameters of the address that this filter reads."""
        return (self.name,)

    def options(self, request: Request) -> list[tuple[str, Any]]:
        """Return nothing: there is nothing to choose from."""
        return []

    def narrow(self, rows: Rows, query: QueryDict, options: Mapping[str, Any], actor: Actor = ANONYMOUS) -> Rows:
        """Return the rows that pass."""
        if query.get(self.name) not in ("1", "on"):
            return rows
        if self.apply_for:
            return self.apply_for(rows, actor)
        if self.apply:
            return self.apply(rows)
        return rows.filter(self.where) if self.where is not None else rows.filter(**{self.name: True})

    def chip(self, query: QueryDict, options: Mapping[str, Any]) -> Chip | None:
        """Return the chip of this filter when it is on."""
        return Chip("", str(self.label), self.params) if query.get(self.name) in ("1", "on") else None


@dataclass(frozen=True, slots=True)
class _Range:
    name: str
    label: Any
    field: str = ""

    @property
    def params(self) -> tuple[str, ...]:
        """Return the parameters of the address that this filter reads."""
        return (f"{self.name}_from", f"{self.name}_to")

    def options(self, request: Request) -> list[tuple[str, Any]]:
        """Return nothing: there is nothing to choose from."""
        return []

    def read(self, text: str) -> Any:
        """Return the value of one end; raise BadFilter when it is none."""
        raise NotImplementedError

    def ends(self, query: QueryDict) -> tuple[Any, Any]:
        """Return both ends of the range, None where it is open."""
        first, last = (self.read(text) if (text := query.get(param, "").strip()) else None for param in self.params)
        return first, last

    def chip(self, query: QueryDict, options: Mapping[str, Any]) -> Chip | None:
        """Return the chip of this filter when it is on."""
        try:
            first, last = self.ends(query)
        except BadFilter:
            return None
        if first is None and last is None:
            return None
        words = " – ".join(query.get(param, "").strip() or "…" for param in self.params)
        return Chip(self.label, words, self.params)


@dataclass(frozen=True, slots=True)
class DateRange(_Range):
    """From a day to a day, both included; ``field`` may be a date or a time."""

    kind: ClassVar[str] = "dates"

    def read(self, text: str) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadFilter(_("%(label)s needs a date such as 2026-01-31.") % {"label": self.label}) from None

    def narrow(self, rows: Rows, query: QueryDict, options: Mapping[str, Any], actor: Actor = ANONYMOUS) -> Rows:
        """Return the rows that pass."""
        first, last = self.ends(query)
        path = self.field or self.name
        times = _is_time(rows.model, path)
        if first is not None:
            rows = rows.filter(**{f"{path}__gte": days.begin(first) if times else first})
        if last is not None and last.year < date.max.year:  # nothing comes after that, not even its next day
            end = {f"{path}__lt": days.over(last)} if times else {f"{path}__lte": last}
            rows = rows.filter(**end)
        return rows


@dataclass(frozen=True, slots=True)
class NumberRange(_Range):
    """From a number to a number, both included."""

    kind: ClassVar[str] = "numbers"

    def read(self, text: str) -> Decimal:
        """Return the number."""
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) > Decimal(10) ** 15:
            raise BadFilter(_("%(label)s needs a number such as 5000.") % {"label": self.label})
        return number

    def narrow(self, rows: Rows, query: QueryDict, options: Mapping[str, Any], actor: Actor = ANONYMOUS) -> Rows:
        """Return the rows that pass."""
        first, last = self.ends(query)
        path = self.field or self.name
        if first is not None:
            rows = rows.filter(**{f"{path}__gte": first})
        return rows if last is None else rows.filter(**{f"{path}__lte": last})


AnyFilter = Filter | Toggle | DateRange | NumberRange


def _is_time(model: type[Model], path: str) -> bool:
    """Say whether the field at the end of an ORM path holds a time of day."""
    found: Any = model
    for part in path.split("__"):
        field = found._meta.get_field(part)
        found = getattr(field, "related_model", None) or found
    return bool(field.get_internal_type() == "DateTimeField")
