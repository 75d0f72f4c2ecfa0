"""A list bound to a request: the rows of one page, and everything its template shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openprm.kernel.access import ANONYMOUS, Actor
from openprm.kernel.http import Request
from openprm.kernel.ui.table.body import body
from openprm.kernel.ui.table.columns import BulkAction, Column, Preset
from openprm.kernel.ui.table.filters import AnyFilter, BadFilter, Chip

if TYPE_CHECKING:
    from openprm.kernel.ui.table.declaration import Table

COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column, with the address that sorts by it."""

    column: Column
    url: str
    order: str  # ascending, descending, or nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, drawn."""

    column: Column
    html: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its cells."""

    object: Any
    key: str
    label: str
    url: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class BoundFilter:
    """A filter with its choices and what is chosen."""

    filter: AnyFilter
    id: str
    options: list[tuple[str, Any]]
    values: list[str]
    params: list[tuple[str, str]]  # name in the address, value there

    @property
    def is_on(self) -> bool:
        """Say whether the filter narrows the list."""
        return any(value for _name, value in self.params)


class BoundTable:
    """What the template ``components/table.html`` draws."""

    def __init__(
        self, declared: "Table", request: Request, rows: QuerySet[Any], *, url: str = "", query: str | None = None
    ) -> None:
        self.declared = declared
        self.request = request
        self.url = url or request.path
        self.full_query = request.GET if query is None else QueryDict(query)
        self.query = self._own_part(self.full_query)
        self.problems: list[str] = []
        self.matching = self._narrowed(rows)
        self.ordered = self.matching.order_by(*self._order())

    # What the address asks for

    def _own_part(self, query: QueryDict) -> QueryDict:
        own = QueryDict(mutable=True)
        prefix = self.declared.prefix
        for name, values in query.lists():
            if name.startswith(prefix):
                own.setlist(name.removeprefix(prefix), [str(value).replace("\x00", "") for value in values])
        return own

    def _narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.search_text and self.declared.search:
            rows = self.declared.searched(rows, self.search_text)
        for bound in self.filters:
            try:
                rows = bound.filter.narrow(rows, self.query, dict(bound.options), self._actor)
            except BadFilter as bad:
                self.problems.append(str(bad))
        return rows

    @property
    def _actor(self) -> Actor:
        return getattr(self.request, "actor", ANONYMOUS)

    def _order(self) -> list[str]:
        path = self.sorted_by.removeprefix("-")
        down = "-" if self.sorted_by.startswith("-") else ""
        column = next((column for column in self.declared.columns if column.name == path and column.sort), None)
        path = column.sort if column else path
        return [down + path] if path in ("pk", "id") else [down + path, down + "pk"]  # ties keep their place

    @cached_property
    def sorted_by(self) -> str:
        """Return the column the list is sorted by, with ``-`` for downwards."""
        asked = self.query.get("sort", "")
        if not asked or asked == self.declared.default_sort:
            return self.declared.default_sort
        if any(column.sort and column.name == asked.removeprefix("-") for column in self.declared.columns):
            return asked
        self.problems.append(_("This list cannot be sorted by “%(column)s”.") % {"column": asked[:80]})
        return self.declared.default_sort

    @cached_property
    def search_text(self) -> str:
        """Return what is searched for."""
        return self.query.get("q", "").strip()[:200]

    @cached_property
    def filters(self) -> list[BoundFilter]:
        """Return the filters with what is chosen in each."""
        return [self._filter(declared) for declared in self.declared.filters]

    def _filter(self, declared: AnyFilter) -> BoundFilter:
        prefix = self.declared.prefix
        params = [(prefix + name, self.query.get(name, "")) for name in declared.params]
        values = self.query.getlist(declared.name)
        return BoundFilter(declared, f"{self.id}-{declared.name}", declared.options(self.request), values, params)

    # Rows and pages

    @cached_property
    def page(self) -> int:
        """Return the page asked for, kept within what can be paged to."""
        text = self.query.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
        return min(max(1, number), max(1, COUNT_LIMIT // self.declared.per_page))

    @cached_property
    def _fetched(self) -> list[Any]:
        start = (self.page - 1) * self.declared.per_page
        return list(self.ordered[start : start + self.declared.per_page + 1])

    @cached_property
    def total(self) -> int | None:
        """Return how many rows match, None where nobody counted; COUNT_LIMIT + 1 stands for "more"."""
        if self.page == 1 and not self.has_next:
            return len(self._fetched)
        if not self.declared.count:
            return None
        return self.matching.order_by()[: COUNT_LIMIT + 1].count()

    @property
    def has_next(self) -> bool:
        """Say whether rows follow this page."""
        return len(self._fetched) > self.declared.per_page

    @property
    def is_last_reachable(self) -> bool:
        """Say whether more rows follow than paging reaches."""
        return self.has_next and self.page * self.declared.per_page >= COUNT_LIMIT

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the page."""
        return [self._row(found) for found in self._fetched[: self.declared.per_page]]

    @property
    def body(self) -> SafeString:
        """Return the rows as markup."""
        return body(self.rows, self.declared.columns, table_id=self.id, tickable=bool(self.actions))

    def _row(self, found: Any) -> Row:
        url = self.declared.row_url(found) if self.declared.row_url else ""
        cells = [self._cell(column, found, url) for column in self.declared.columns]
        return Row(found, str(found.pk), str(self.declared.row_label(found)), url, cells)

    def _cell(self, column: Column, found: Any, row_url: str) -> Cell:
        link = column.link(found) if callable(column.link) else row_url if column.link else ""
        return Cell(column, column.html(found, table=self), link)

    @cached_property
    def headings(self) -> list[Heading]:
        """Return the heads of the columns."""
        return [self._heading(column) for column in self.declared.columns]

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column, "", "")
        current = {column.name: "ascending", "-" + column.name: "descending"}.get(self.sorted_by, "")
        turned = "-" + column.name if current == "ascending" else column.name
        return Heading(column, self.url_with(sort=turned), current)

    # Addresses and words

    def url_with(self, *without: str, **changes: str) -> str:
        """Return the list's address with parameters changed, and those of ``without`` left out."""
        query = self.full_query.copy()
        prefix = self.declared.prefix
        for name in ("page", "export", *without):
            query.pop(prefix + name, None)
        for name, value in changes.items():
            query[prefix + name] = value
        for name in [name for name, values in query.lists() if not any(values)]:
            del query[name]
        encoded = query.urlencode()
        return f"{self.url}?{encoded}" if encoded else self.url

    @property
    def id(self) -> str:
        """Return the id of the list's element."""
        return self.declared.id

    @property
    def here(self) -> str:
        """Return the address of exactly this view of the list."""
        return self.url_with(**({"page": str(self.page)} if self.page > 1 else {}))

    @property
    def query_string(self) -> str:
        """Return search and filters as a query string, for actions on all matching rows."""
        return self.url_with().partition("?")[2]

    @property
    def export_url(self) -> str:
        """Return the address of the CSV file."""
        return self.url_with(export="csv") if self.declared.export else ""

    @property
    def next_url(self) -> str:
        """Return the address of the next page."""
        return self.url_with(page=str(self.page + 1)) if self.has_next and not self.is_last_reachable else ""

    @property
    def previous_url(self) -> str:
        """Return the address of the page before."""
        return self.url_with(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def clear_url(self) -> str:
        """Return the address without search and filters."""
        return self.url_with("q", *(param for declared in self.declared.filters for param in declared.params))

    @property
    def has_search(self) -> bool:
        """Say whether the list can be searched."""
        return bool(self.declared.search)

    @property
    def opens_rows(self) -> bool:
        """Say whether rows lead to pages of their own."""
        return self.declared.row_url is not None

    @property
    def search_cleared_url(self) -> str:
        """Return the address without the search."""
        return self.url_with("q")

    @property
    def first_url(self) -> str:
        """Return the address of the first page."""
        return self.url_with()

    @property
    def sort_param(self) -> str:
        """Return the sorting when it is another than the usual, so that filtering keeps it."""
        return "" if self.sorted_by == self.declared.default_sort else self.sorted_by

    @cached_property
    def chips(self) -> list[tuple[Chip, str]]:
        """Return the filters that are on, each with the address without it."""
        found = ((bound.filter.chip(self.query, dict(bound.options)), bound) for bound in self.filters)
        return [(chip, self.url_with(*chip.params)) for chip, _bound in found if chip]

    @property
    def is_narrowed(self) -> bool:
        """Say whether search or a filter is on."""
        return bool(self.search_text or any(bound.is_on for bound in self.filters))

    @cached_property
    def presets(self) -> list[tuple[Preset, str, bool]]:
        """Return the saved views with their address, and whether one is what is shown."""
        declared = self.declared.presets
        listed = declared(self.request) if callable(declared) else declared
        return [(preset, self._preset_url(preset), self._is_shown(preset)) for preset in listed]

    def _preset_url(self, preset: Preset) -> str:
        query = QueryDict(mutable=True)
        for name, value in preset.query.items():
            query[self.declared.prefix + name] = value
        return f"{self.url}?{query.urlencode()}" if query else self.url

    def _is_shown(self, preset: Preset) -> bool:
        now = {
            name: values[-1] for name, values in self.query.lists() if name not in ("page", "export") and any(values)
        }
        return now == preset.query

    @cached_property
    def actions(self) -> list[tuple[BulkAction, str]]:
        """Return the bulk actions this person may use, with their addresses."""
        actor = getattr(self.request, "actor", None)
        if getattr(actor, "viewer", None) is not None:
            return []
        allowed = (a for a in self.declared.actions if not a.permission or (actor and actor.may(a.permission)))
        return [(action, address(action.url)) for action in allowed]

    @cached_property
    def empty_url(self) -> str:
        """Return where the empty list's one button leads, for those who may."""
        empty = self.declared.empty
        actor = getattr(self.request, "actor", None)
        if not empty.url or (empty.permission and not (actor and actor.may(empty.permission))):
            return ""
        return address(empty.url)

    @property
    def range_text(self) -> str:
        """Return which rows are shown: ``26–50 of 312``."""
        first = (self.page - 1) * self.declared.per_page + 1
        shown = {"first": number_format(first), "last": number_format(first + len(self.rows) - 1)}
        if not self.rows:
            return _("Nothing on this page")
        if self.total is None:
            return _("%(first)s–%(last)s") % shown
        if self.total > COUNT_LIMIT:
            return _("%(first)s–%(last)s of more than %(total)s") % {**shown, "total": number_format(COUNT_LIMIT)}
        return _("%(first)s–%(last)s of %(total)s") % {**shown, "total": number_format(self.total)}

    @cached_property
    def pages(self) -> list[tuple[str, str, bool]]:
        """Return the numbered pages around this one (words, address, current); a gap has no address."""
        if self.total is None or self.total > COUNT_LIMIT:
            return []
        last = max(1, -(-self.total // self.declared.per_page))
        return list(self._numbered(last)) if last > 1 else []

    def _numbered(self, last: int) -> Iterator[tuple[str, str, bool]]:
        near = sorted({1, last, *range(max(1, self.page - 1), min(last, self.page + 1) + 1)})
        before = 0
        for number in near:
            if number - before > 1:
                yield "…", "", False
            yield number_format(number), self.url_with(page=str(number)), number == self.page
            before = number

    @property
    def is_wanted_alone(self) -> bool:
        """Say whether htmx asks for this list only, not for the page around it."""
        htmx = getattr(self.request, "htmx", None)
        if not htmx or htmx.history_restore_request or htmx.boosted:
            return False
        target = str(htmx.target or "")
        return target == self.id or target.endswith("#" + self.id)


def address(name: str) -> str:
    """Return the address of a URL name; a path stays as it is."""
    return name if name.startswith(("/", "http", "?", "#")) else reverse(name)
