"""Measuring partners: the declared KPIs and the vendor's own, over the windows that requirements ask for."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from openprm.kernel import kpis as declared
from openprm.kernel import settings_store
from openprm.kernel.access import as_system
from openprm.kernel.kpis import Kpi, Period, SourceRow
from openprm.program import kpis
from openprm.program.models import ExchangeRate, Figure
from openprm.program.rules import Need, Values, months_before

INCLUSIVE = timedelta(microseconds=1)  # a fact counts at the moment when it happens
AUDIENCE_MONTHS = 12
CURRENCY = "program.currency"
ZERO = Decimal(0)

_UPSERT = """
insert into program_figure (partner_id, kpi, value)
select partner_id, %s, value from unnest(%s::uuid[], %s::numeric[]) as measured (partner_id, value)
on conflict (partner_id, kpi) do update set value = excluded.value where program_figure.value <> excluded.value
"""
_ZERO = "delete from program_figure where kpi = %s and not (partner_id = any (%s::uuid[])) {only}"


def known() -> dict[str, Kpi]:
    """Return every KPI by its key: what features declare, and the vendor's own."""
    return {one.key: one for one in [*declared.kpis(), *kpis.custom()]}


def period(months: int | None, at: datetime) -> Period:
    """Return the window of so many months that ends at ``at``, this moment included."""
    return Period(months_before(at, months) if months else None, at + INCLUSIVE)


def measure(needs: Iterable[Need], partners: Collection[UUID] | None, at: datetime) -> dict[UUID, dict[Need, Decimal]]:
    """Return what each partner is measured at; who has nothing at all is not in it."""
    measured: dict[UUID, dict[Need, Decimal]] = {}
    every = known()
    with as_system():
        for key, months in sorted(needs, key=str):
            if key not in every:  # its feature was switched off: nobody has any
                continue
            for partner, value in every[key].measure(period(months, at), partners).items():
                measured.setdefault(partner, {})[key, months] = Decimal(value).quantize(Decimal("0.01"))
    return measured


def of(partner_id: UUID, needs: Iterable[Need], at: datetime) -> Values:
    """Return what one partner is measured at."""
    return measure(needs, [partner_id], at).get(partner_id, {})


def rows(key: str, months: int | None, partner_id: UUID, at: datetime) -> list[SourceRow]:
    """Return what a value is made of, newest first."""
    kpi = known().get(key)
    if kpi is None:
        return []
    with as_system():
        return list(kpi.rows(partner_id, period(months, at)))


def keep(keys: Iterable[str], partners: Collection[UUID] | None, at: datetime) -> None:
    """Keep the values of these KPIs for audiences, for the given partners or (None) for all."""
    every = known()
    with as_system():
        for key in keys:
            kpi = every[key]
            measured = kpi.measure(period(AUDIENCE_MONTHS if kpi.rolling else None, at), partners)
            values = {partner: Decimal(value) for partner, value in measured.items() if value}
            only = "" if partners is None else "and partner_id = any (%s::uuid[])"
            with connection.cursor() as cursor:
                cursor.execute(_UPSERT, [key, list(values), list(values.values())])
                last = [] if partners is None else [list(partners)]
                cursor.execute(_ZERO.format(only=only), [key, list(values), *last])


def kept(partner_id: UUID) -> dict[str, Decimal]:
    """Return the values kept for audiences."""
    return dict(Figure.objects.filter(partner_id=partner_id).values_list("kpi", "value"))


def currency() -> str:
    """Return the currency that money is measured in."""
    return str(settings_store.get(CURRENCY))


def rates() -> dict[str, Decimal]:
    """Return what one unit of each currency is worth in the reporting currency. Others cannot be counted."""
    with as_system():
        known = dict(ExchangeRate.objects.values_list("currency", "rate"))
    return {**known, currency(): Decimal(1)}


def label(key: str) -> str:
    """Return a KPI's words; its key where no feature declares it any more."""
    found = known().get(key)
    return str(found.label) if found else key


def window(months: int | None) -> str:
    """Return a window in words."""
    return _("last %(n)s months") % {"n": months} if months else _("since the beginning")
