"""What partners sold, by product line: told by the floor above that knows deals, asked by what-if."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from openprm.kernel.kpis import Period

Turnover: TypeAlias = Mapping[UUID, Mapping[str, Decimal]]  # partner, product line's key, in the reporting currency
Source: TypeAlias = Callable[[Period, Collection[UUID] | None], Turnover]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Make known who counts what partners sold."""
    _sources.append(source)


def measure(period: Period, partners: Collection[UUID] | None) -> dict[UUID, dict[str, Decimal]]:
    """Return what partners sold in a period, by product line, all sources together."""
    found: dict[UUID, dict[str, Decimal]] = {}
    for source in _sources:
        for partner, lines in source(period, partners).items():
            kept = found.setdefault(partner, {})
            for line, amount in lines.items():
                kept[line] = kept.get(line, Decimal(0)) + amount
    return found
