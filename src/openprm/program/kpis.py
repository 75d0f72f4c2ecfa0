"""Figures that no feature counts: their values are recorded by hand, API or import."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import as_system
from openprm.kernel.kpis import Kpi, Period, SourceRow, Unit
from openprm.program.models import CustomKpi, KpiValue

RECORDED = _("Recorded figures")
MOVED_BY = ("kpi.recorded", "kpi.removed")
OWN = "custom."  # what the keys of the vendor's own figures begin with
MOST_ROWS = 10_000
ZERO = Decimal(0)

_LATEST = """
select partner_id, {fold}(value) from (
    select distinct on (partner_id, source) partner_id, value, valid_until from program_kpivalue
    where kpi = %s and valid_from < %s {only}
    order by partner_id, source, valid_from desc, id desc
) latest where valid_until is null or valid_until >= %s group by partner_id
"""


def recorded(key: str, label: Any, unit: Unit, help: Any = "") -> Kpi:
    """Return a KPI whose values are recorded: the latest of each source, counted together or averaged."""
    return Kpi(
        key=key,
        label=label,
        unit=unit,
        measure=partial(_measure, key, unit),
        rows=partial(_rows, key),
        moved_by=MOVED_BY,
        rolling=False,
        category=RECORDED,
        help=help,
    )


def custom() -> list[Kpi]:
    """Return the figures that the vendor made up."""
    with as_system():
        return [recorded(row.key, row.label, row.unit) for row in CustomKpi.objects.all()]  # type: ignore[arg-type]


def _measure(key: str, unit: Unit, period: Period, partners: Collection[UUID] | None) -> Mapping[UUID, Decimal]:
    fold = "avg" if unit in ("percent", "score") else "sum"
    only = "" if partners is None else "and partner_id = any(%s)"
    values: list[Any] = [key, period.end, *([] if partners is None else [list(partners)]), period.end]
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_LATEST.format(fold=fold, only=only), values)
        return {partner: Decimal(value).quantize(Decimal("0.01")) for partner, value in cursor.fetchall()}


def _rows(key: str, partner: UUID, period: Period) -> Sequence[SourceRow]:
    with as_system():
        valid: Q = Q(valid_until=None) | Q(valid_until__gte=period.end)
        rows = KpiValue.objects.filter(kpi=key, partner_id=partner, valid_from__lt=period.end)
        latest = rows.order_by("source", "-valid_from", "-id").distinct("source").values("pk")
        listed = KpiValue.objects.filter(valid, pk__in=latest).order_by("-valid_from")[:MOST_ROWS]
        return [SourceRow(_said(row), row.value, row.valid_from) for row in listed]


def _said(row: KpiValue) -> str:
    return f"{row.source}: {row.note}" if row.note else row.source


def is_valid(row: KpiValue, at: datetime) -> bool:
    """Say whether a recorded value holds at a time."""
    return row.valid_from <= at and (row.valid_until is None or row.valid_until >= at)


DECLARED = (
    recorded(
        "program.satisfaction",
        _("Customer satisfaction"),
        "score",
        _("The average of what each source recorded last, such as a survey's result from 0 to 100."),
    ),
    recorded("program.certified_people", _("Certified people"), "count", _("As recorded by each source last.")),
)
