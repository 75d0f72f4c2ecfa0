"""The declaration of a list, and how it answers a request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.kernel.ui.table import csv
from openprm.kernel.ui.table.bound import COUNT_LIMIT, BoundTable
from openprm.kernel.ui.table.columns import BulkAction, Column, Empty, Preset
from openprm.kernel.ui.table.filters import AnyFilter

Rows = QuerySet[Any]
FRAGMENT = "components/table.html"

__all__ = ["COUNT_LIMIT", "Table"]


@dataclass(frozen=True)
class Table:
    """A list, declared once and bound to each request.

    ``search`` is a list of lookups (each word must be found by one of them) or a function ``(rows, text) -> rows``.
    ``default_sort`` is a column's name or an ORM path, ``-`` first for downwards. ``row_url`` opens a row. ``live`` is
    the noun whose events refresh the list. ``count=False`` skips counting. Two lists on one page need different
    ``id`` and ``prefix`` (which goes before their parameters in the address).
    """

    columns: Sequence[Column]
    filters: Sequence[AnyFilter] = ()
    search: Sequence[str] | Callable[[Rows, str], Rows] | None = None
    search_hint: Any = ""
    default_sort: str = "-pk"
    per_page: int = 25
    actions: Sequence[BulkAction] = ()
    presets: Sequence[Preset] | Callable[[Request], Sequence[Preset]] = ()
    empty: Empty = field(default_factory=Empty)
    export: bool = True
    export_name: str = "export"
    row_url: Callable[[Any], str] | None = None
    row_label: Callable[[Any], Any] = str
    caption: Any = ""
    live: str = ""
    count: bool = True
    id: str = "table"
    prefix: str = ""

    def bind(self, request: Request, rows: Rows, *, url: str = "") -> BoundTable:
        """Return the list for this request, holding the rows of one page only."""
        return BoundTable(self, request, rows, url=url)

    def response(
        self,
        request: Request,
        rows: Rows,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        name: str = "table",
    ) -> HttpResponse:
        """Answer with the page, with the list alone when htmx asks for it, or with a CSV file."""
        table = self.bind(request, rows)
        if self.export and request.GET.get(self.prefix + "export") == "csv":
            return csv.answer(table)
        return self.answer(request, table, template, {**(context or {}), name: table})

    def answer(self, request: Request, table: BoundTable, template: str, context: Mapping[str, Any]) -> HttpResponse:
        """Render the page, or only the list when that is what htmx wants to replace."""
        if table.is_wanted_alone:
            response = render(request, FRAGMENT, {"table": table})
        else:
            response = render(request, template, dict(context))
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def selected(self, request: Request, rows: Rows) -> Rows:
        """Return the rows a bulk action was asked for: the ticked ones, or all that the list's filters let through.

        Give it the rows this person may act on. With "all", the list's own query string arrives as ``query``.
        """
        if request.POST.get("all") == "1":
            return BoundTable(self, request, rows, query=request.POST.get("query", "")).matching
        key = rows.model._meta.pk
        try:
            return rows.filter(pk__in=[key.to_python(value) for value in request.POST.getlist("ids")])
        except ValidationError as error:
            raise Invalid(_("Some of the chosen rows are unknown. Open the list again and choose anew.")) from error

    def searched(self, rows: Rows, text: str) -> Rows:
        """Return the rows that the search finds."""
        if callable(self.search):
            return self.search(rows, text)
        for word in text.split()[:8]:
            found = Q()
            for path in self.search or ():
                found |= Q(**{path: word})
            rows = rows.filter(found)
        return rows
