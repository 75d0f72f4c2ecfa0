"""The expected access to every page and operation, written down by hand, and what there really is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from openprm.config.api import api
from tests.world import PARTNER_ROLES, VENDOR_ROLES

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One line of the table: who may use a page or operation, and what the id in its address is of."""

    key: str
    method: str
    vendor: frozenset[str]
    partner: frozenset[str]
    subject: str

    @property
    def is_open(self) -> bool:
        """Say whether everybody may come, signed in or not."""
        return self.method == "open"

    def admits(self, side: str, role: str) -> bool:
        """Say whether this role of this side may use it."""
        return role in (self.vendor if side == "vendor" else self.partner)


def pages() -> list[Row]:
    """Return the expected access to pages, by the names of their addresses."""
    return [_row(name, *rest) for name, *rest in _lines("pages.txt")]


def operations() -> list[Row]:
    """Return the expected access to the API's operations, by their paths."""
    return [_row(path, method, *rest) for method, path, *rest in _lines("operations.txt")]


def routes() -> dict[str, str]:
    """Return the pages that there are: full name and pattern."""
    return dict(_walk(get_resolver()))


def offered() -> set[tuple[str, str]]:
    """Return the operations that there are: method and path."""
    return {
        (method, re.sub(r"\{\w+:", "{", path))
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def _lines(file: str) -> list[list[str]]:
    text = (HERE / file).read_text()
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _row(key: str, method: str, vendor: str = "-", partner: str = "-", subject: str = "-") -> Row:
    return Row(key, method, _roles(vendor, VENDOR_ROLES), _roles(partner, PARTNER_ROLES), subject)


def _roles(text: str, everybody: tuple[str, ...]) -> frozenset[str]:
    return frozenset(everybody if text == "*" else () if text == "-" else text.split(","))


def _walk(resolver: Any, space: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            if entry.namespace != "api":
                yield from _walk(entry, inner, pattern)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{space}{entry.name}", pattern
