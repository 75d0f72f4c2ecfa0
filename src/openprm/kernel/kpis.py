"""KPIs: figures about a partner that programmes may ask for, each measured by the feature that knows its rows.

A feature declares them (``Feature.kpis``); requirements of tiers and audiences can then speak of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

Unit = Literal["money", "count", "percent", "score"]


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` (None: from the beginning) up to, not including, ``end``."""

    start: datetime | None
    end: datetime


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One of the rows a figure is made of: its words, what it adds, since when it counts, where it can be looked at.

    ``console_url`` and ``portal_url`` are addresses on this server, empty where that side has no page for it.
    """

    label: str
    value: Decimal
    at: datetime
    console_url: str = ""
    portal_url: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure about partners.

    ``measure(period, partners)`` returns the values by partner, for those given or (None) for all, in one bounded set
    of statements; who is not in it has none, and counts as zero. Money is in the programme's reporting currency.
    ``rows(partner, period)`` lists what one value is made of, newest first. ``moved_by`` names the events after which
    the value of the event's partner may be another one. ``rolling`` says that the value depends on the period.
    ``category`` groups KPIs in point scores.
    """

    key: str
    label: Any
    unit: Unit
    measure: Callable[[Period, Collection[UUID] | None], Mapping[UUID, Decimal]]
    rows: Callable[[UUID, Period], Sequence[SourceRow]]
    moved_by: Sequence[str]
    rolling: bool = True
    category: Any = ""
    help: Any = ""


_kpis: dict[str, Kpi] = {}


def register(kpi: Kpi) -> None:
    """Make a declared KPI known."""
    if _kpis.setdefault(kpi.key, kpi) is not kpi:
        raise ValueError(f"KPI {kpi.key} is declared twice")


def kpi(key: str) -> Kpi:
    """Return a KPI; KeyError if no feature declares it."""
    return _kpis[key]


def kpis() -> list[Kpi]:
    """Return all declared KPIs, by category and label."""
    return sorted(_kpis.values(), key=lambda known: (str(known.category), str(known.label)))
