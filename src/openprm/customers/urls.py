"""The console's pages about customers; partners have none."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import URLPattern, path

from openprm.customers import importing
from openprm.customers.policies import DECIDE, EDIT, MERGE, PRODUCT_LINES, VIEW
from openprm.customers.views import accounts, decisions, imports, merging, opportunities, product_lines
from openprm.kernel.web import page

BOTH = ("GET", "POST")
POST = ("POST",)


def at(
    route: str, view: Callable[..., Any], name: str, verb: str | Sequence[str], methods: tuple[str, ...] = ("GET",)
) -> URLPattern:
    """Return the address of a console page that needs ``verb``, or one of them."""
    verbs = [verb] if isinstance(verb, str) else verb
    return path(route, page(*verbs, side="console", methods=methods)(view), name=name)


IMPORT = importing.permissions()  # of whatever features declare


portal: list[URLPattern] = []
console: list[URLPattern] = [
    at("accounts/", accounts.listing, "accounts", VIEW),
    at("accounts/new/", accounts.create, "account_create", EDIT, BOTH),
    at("accounts/<uuid:pk>/", accounts.one, "account", VIEW),
    at("accounts/<uuid:pk>/edit/", accounts.edit, "account_edit", EDIT, BOTH),
    at("accounts/<uuid:pk>/remove/", accounts.remove, "account_remove", EDIT, POST),
    at("accounts/<uuid:pk>/decide/", decisions.decide, "account_decide", DECIDE, POST),
    at("accounts/<uuid:pk>/decisions/<uuid:decision>/undo/", decisions.undo, "account_decision_undo", DECIDE, POST),
    at("accounts/<uuid:pk>/merge/", merging.merge, "account_merge", MERGE, BOTH),
    at("accounts/<uuid:pk>/merges/<uuid:merge>/undo/", merging.unmerge, "account_unmerge", MERGE, POST),
    at("accounts/<uuid:pk>/opportunities/new/", opportunities.create, "opportunity_create", EDIT, BOTH),
    at("opportunities/", opportunities.listing, "opportunities", VIEW),
    at("opportunities/<uuid:pk>/", opportunities.one, "opportunity", VIEW),
    at("opportunities/<uuid:pk>/edit/", opportunities.edit, "opportunity_edit", EDIT, BOTH),
    at("product-lines/", product_lines.listing, "product_lines", PRODUCT_LINES, BOTH),
    at("product-lines/<uuid:pk>/", product_lines.edit, "product_line", PRODUCT_LINES, BOTH),
    at("imports/", imports.listing, "imports", IMPORT),
    at("imports/new/", imports.upload, "import_upload", IMPORT, BOTH),
    at("imports/<uuid:pk>/", imports.one, "import", IMPORT),
    at("imports/<uuid:pk>/columns/", imports.columns, "import_columns", IMPORT, POST),
    at("imports/<uuid:pk>/start/", imports.start, "import_start", IMPORT, POST),
    at("imports/<uuid:pk>/resume/", imports.resume, "import_resume", IMPORT, POST),
    at("imports/<uuid:pk>/undo/", imports.undo, "import_undo", IMPORT, POST),
    at("imports/<uuid:pk>/discard/", imports.discard, "import_discard", IMPORT, POST),
    at("imports/<uuid:pk>/problems.csv", imports.problems, "import_problems", IMPORT),
]
