"""The parts a list is declared from: columns, bulk actions, presets, and what an empty list says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from openprm.kernel.ui import times
from openprm.kernel.ui.drawing import draw

NOTHING = mark_safe('<span class="text-secondary" aria-hidden="true">–</span>')


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``cell`` is a path (``partner.trading_name``, also a Django display method), a function of the row, or a template (a
    name that ends in ``.html``, given ``row``, ``value``, ``column`` and ``table``); left out, it is ``name``.
    ``sort`` is the ORM path that its heading sorts by; ``link=True`` links to the table's ``row_url``, a function gives
    another address. ``csv`` is what the export holds (a path, a function, or False for not at all). ``from_width``
    hides the column on screens narrower than ``tablet``, ``desktop`` or ``wide`` (1400 px).
    """

    name: str
    label: Any
    cell: str | Callable[[Any], Any] = ""
    sort: str = ""
    link: bool | Callable[[Any], str] = False
    align: Literal["start", "end"] = "start"
    csv: str | Callable[[Any], Any] | Literal[False] | None = None
    from_width: Literal["phone", "tablet", "desktop", "wide"] = "phone"
    hint: Any = ""
    label_hidden: bool = False

    @property
    def is_template(self) -> bool:
        """Say whether a template draws the cell."""
        return isinstance(self.cell, str) and self.cell.endswith(".html")

    def value(self, row: Any) -> Any:
        """Return the row's value for this column."""
        if callable(self.cell):
            return self.cell(row)
        return lookup(row, self.name if self.is_template or not self.cell else self.cell)

    def html(self, row: Any, *, table: Any = None) -> SafeString:
        """Return the cell as the page shows it (without its link)."""
        if self.is_template:
            value = lookup(row, self.name, default=None)
            context = {"row": row, "value": value, "column": self, "table": table}
            return draw(str(self.cell), context, getattr(table, "request", None))
        return shown(self.value(row))

    def export(self, row: Any) -> Any:
        """Return the cell as the CSV file holds it."""
        if callable(self.csv):
            return self.csv(row)
        if isinstance(self.csv, str):
            return lookup(row, self.csv)
        return lookup(row, self.name, default="") if self.is_template else self.value(row)


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something that can be done to many rows at once: ``url`` (a URL name or path) receives ``ids`` by POST.

    ``confirm`` asks first; ``permission`` hides it from those without the verb.
    """

    name: str
    label: Any
    url: str
    icon: str = ""
    tone: str = "neutral"
    confirm: Any = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list teaches: what will be here, and the one button that starts it."""

    icon: str = "inbox"
    title: Any = ""
    text: Any = ""
    action: Any = ""
    url: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A saved view of a list: a chip that sets search, filters and sorting at once."""

    label: Any
    query: dict[str, str] = field(default_factory=dict)
    icon: str = ""


_MISSING = object()


def lookup(row: Any, path: str, default: Any = _MISSING) -> Any:
    """Follow ``a.b.c`` through attributes, keys and methods without arguments; None anywhere gives None."""
    value = row
    for part in path.replace("__", ".").split("."):
        if value is None:
            return None
        if isinstance(value, dict):
            value = value.get(part)
        elif default is _MISSING:
            value = getattr(value, part)
        else:
            value = getattr(value, part, default)
        if callable(value) and not isinstance(value, type):
            value = value()
    return value


def shown(value: Any) -> SafeString:
    """Return a plain value as a person reads it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return conditional_escape(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        stamp = times.moment(value).isoformat(timespec="seconds")
        return format_html('<time datetime="{}" title="{}">{}</time>', stamp, times.exact(value), times.relative(value))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), times.exact(value))
    if isinstance(value, int | float | Decimal):
        return conditional_escape(localize(value))
    if isinstance(value, list | tuple | set | frozenset):
        return conditional_escape(", ".join(str(part) for part in value)) if value else NOTHING
    return conditional_escape(value)
