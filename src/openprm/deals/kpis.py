"""The figures of deals that programmes ask for, and what partners sold, in the programme's reporting currency."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from openprm.deals.lifecycle import OPEN, State
from openprm.deals.models import DealLine, DealRegistration
from openprm.kernel.kpis import Kpi, Period, SourceRow, Unit
from openprm.kernel.ui import money
from openprm.program import figures

SALES = _("Sales")
MOST_ROWS = 10_000
CLOSING = ("deal.won", "deal.lost", "deal.reopened")
REGISTERING = ("deal.submitted", "deal.withdrawn", "deal.rejected", "deal.marked_duplicate", "deal.reopened")
COUNTED = Q(submitted_at__isnull=False) & ~Q(state__in=[State.REJECTED, State.DUPLICATE, State.WITHDRAWN])

Rows = Callable[[Period], QuerySet[DealRegistration]]


def _within(field: str, period: Period) -> Q:
    within = Q(**{f"{field}__lt": period.end})
    return within & Q(**{f"{field}__gte": period.start}) if period.start else within


def won(period: Period) -> QuerySet[DealRegistration]:
    """Return the deals won in a period."""
    return DealRegistration.objects.filter(_within("closed_at", period), state=State.WON)


def registered(period: Period) -> QuerySet[DealRegistration]:
    """Return the deals registered in a period that were not turned down or withdrawn."""
    return DealRegistration.objects.filter(COUNTED, _within("submitted_at", period))


def ended(period: Period) -> QuerySet[DealRegistration]:
    """Return the deals won or lost in a period."""
    return DealRegistration.objects.filter(_within("closed_at", period), state__in=[State.WON, State.LOST])


def pipeline(period: Period) -> QuerySet[DealRegistration]:
    """Return the deals registered in a period that are with the vendor or protected."""
    return DealRegistration.objects.filter(_within("submitted_at", period), state__in=OPEN)


def _of(rows: QuerySet[DealRegistration], partners: Collection[UUID] | None) -> QuerySet[DealRegistration]:
    return (rows if partners is None else rows.filter(partner_id__in=partners)).order_by()


def _worth(which: Rows) -> Callable[[Period, Collection[UUID] | None], Mapping[UUID, Decimal]]:
    def measure(period: Period, partners: Collection[UUID] | None) -> Mapping[UUID, Decimal]:
        rates = figures.rates()
        sums = _of(which(period), partners).values("partner_id", "currency").annotate(worth=Sum("value"))
        found: dict[UUID, Decimal] = {}
        for row in sums:
            if row["currency"] in rates and row["worth"]:
                amount = row["worth"] * rates[row["currency"]]
                found[row["partner_id"]] = found.get(row["partner_id"], Decimal(0)) + amount
        return found

    return measure


def _many(which: Rows) -> Callable[[Period, Collection[UUID] | None], Mapping[UUID, Decimal]]:
    def measure(period: Period, partners: Collection[UUID] | None) -> Mapping[UUID, Decimal]:
        counted = _of(which(period), partners).values("partner_id").annotate(many=Count("pk"))
        return {row["partner_id"]: Decimal(row["many"]) for row in counted}

    return measure


def _win_rate(period: Period, partners: Collection[UUID] | None) -> Mapping[UUID, Decimal]:
    counted = (
        _of(ended(period), partners)
        .values("partner_id")
        .annotate(all=Count("pk"), won=Count("pk", filter=Q(state=State.WON)))
    )
    return {row["partner_id"]: Decimal(100 * row["won"]) / row["all"] for row in counted}


def _rows(which: Rows, field: str, value: Callable[[DealRegistration, Mapping[str, Decimal]], Decimal]) -> Any:
    def rows(partner: UUID, period: Period) -> Sequence[SourceRow]:
        rates = figures.rates()
        listed = which(period).filter(partner_id=partner).order_by(f"-{field}")[:MOST_ROWS]
        return [
            SourceRow(
                label=f"{deal.reference} {deal.customer_name} · {money.show(deal.value or Decimal(0), deal.currency)}",
                value=value(deal, rates),
                at=getattr(deal, field),
                console_url=deal.console_url,
                portal_url=deal.get_absolute_url(),
            )
            for deal in listed
        ]

    return rows


def _in_reporting(deal: DealRegistration, rates: Mapping[str, Decimal]) -> Decimal:
    return (deal.value or Decimal(0)) * rates.get(deal.currency, Decimal(0))


def _one(_deal: DealRegistration, _rates: Mapping[str, Decimal]) -> Decimal:
    return Decimal(1)


def _won_or_not(deal: DealRegistration, _rates: Mapping[str, Decimal]) -> Decimal:
    return Decimal(100 if deal.state == State.WON else 0)


def _kpi(key: str, label: Any, unit: Unit, measure: Any, rows: Any, moved_by: Sequence[str], help: Any = "") -> Kpi:
    return Kpi(f"deals.{key}", label, unit, measure, rows, moved_by, category=SALES, help=help)


DECLARED = (
    _kpi(
        "won_revenue", _("Won revenue"), "money", _worth(won), _rows(won, "closed_at", _in_reporting), CLOSING,
        _("The value of deals won, in the reporting currency. A currency without an exchange rate is not counted."),
    ),
    _kpi("won", _("Deals won"), "count", _many(won), _rows(won, "closed_at", _one), CLOSING),
    _kpi(
        "registered", _("Deals registered"), "count", _many(registered), _rows(registered, "submitted_at", _one),
        REGISTERING, _("Deals submitted, without those turned down or withdrawn."),
    ),
    _kpi(
        "win_rate", _("Win rate"), "percent", _win_rate, _rows(ended, "closed_at", _won_or_not), CLOSING,
        _("Deals won, of all that were won or lost."),
    ),
    _kpi(
        "pipeline", _("Registered pipeline"), "money", _worth(pipeline),
        _rows(pipeline, "submitted_at", _in_reporting), tuple(dict.fromkeys((*REGISTERING, *CLOSING, "deal.expired"))),
        _("The value of registered deals that are not decided yet or protected."),
    ),
)  # fmt: skip


def sold(period: Period, partners: Collection[UUID] | None) -> dict[UUID, dict[str, Decimal]]:
    """Return what partners sold by product line; a deal about several counts for each in equal parts."""
    rates = figures.rates()
    deals = _of(won(period), partners)
    many = dict(DealLine.objects.filter(deal__in=deals).values_list("deal_id").annotate(many=Count("pk")).order_by())
    lines = DealLine.objects.filter(deal__in=deals).order_by()
    found: dict[UUID, dict[str, Decimal]] = {}
    columns = ("deal_id", "partner_id", "product_line__key", "deal__value", "deal__currency")
    for deal, partner, line, value, currency in lines.values_list(*columns).iterator():
        if currency in rates and value:
            kept = found.setdefault(partner, {})
            kept[line] = kept.get(line, Decimal(0)) + value * rates[currency] / many[deal]
    return found
