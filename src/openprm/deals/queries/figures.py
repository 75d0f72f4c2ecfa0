"""The numbers of the pipeline, each with the list behind it. Amounts of different currencies are never added.

What a number counts by time, it counts by whole days of the reader's, as its list does.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.deals.lifecycle import OPEN, State
from openprm.kernel import days
from openprm.kernel.ui import money
from openprm.kernel.ui.chart import Chart, Series

YEAR = timedelta(days=365)
SOON = timedelta(days=30)
MONTHS_AHEAD = 6
OPEN_STATES = (State.SUBMITTED, State.IN_REVIEW, State.ACTION_REQUIRED, State.APPROVED)
TURNED_DOWN = (State.REJECTED, State.DUPLICATE)


class Median(Aggregate):
    """The middle of a set of durations."""

    template = "percentile_cont(0.5) within group (order by %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that opens its list."""

    label: Any
    value: str
    url: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the dashboard shows."""

    tiles: list[Tile]
    currencies: list[tuple[str, str, int, Any]]  # code, worth in words, number of open deals, address of this view
    currency: str
    charts: list[Chart]
    ending: list[Any]
    is_empty: bool


def figures(
    deals: QuerySet[Any],
    *,
    at: datetime,
    list_url: str,
    labels: dict[State, Any],
    currency: str = "",
    keep: Sequence[tuple[str, str]] = (),
) -> Figures:
    """Return the numbers of ``deals``. ``keep`` are filters that the lists behind them, and this page, go on with."""
    links = _Links(list_url, tuple(keep))
    worths = _open_worths(deals)
    chosen = currency if currency in worths else next(iter(worths), "")
    today = timezone.localtime(at).date()
    soon = (today, today + SOON)
    ending = deals.filter(
        state=State.APPROVED, protected_until__gte=days.begin(soon[0]), protected_until__lt=days.over(soon[1])
    )
    listed = [(code, money.compact(worth, code), count, links.here(code)) for code, (worth, count) in worths.items()]
    charts = [
        _by_state(deals, chosen, labels, links),
        _by_month(deals, chosen, at, links),
        _per_month(deals, at, links),
    ]
    return Figures(
        tiles=[*_rates(deals, today - YEAR, links), _ending_tile(ending.count(), soon, links)],
        currencies=listed,
        currency=chosen,
        charts=charts,
        ending=list(ending.select_related("partner").order_by("protected_until")[:5]),
        is_empty=not worths and not deals.exclude(state=State.DRAFT).exists(),
    )


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses of lists and of this page, with the filters kept."""

    list_url: str
    keep: tuple[tuple[str, str], ...]

    def to(self, *filters: tuple[str, Any]) -> str:
        return f"{self.list_url}?{urlencode([*self.keep, *((name, str(value)) for name, value in filters)])}"

    def here(self, currency: str) -> str:
        return f"?{urlencode([*self.keep, ('currency', currency)])}"


def _open_worths(deals: QuerySet[Any]) -> dict[str, tuple[Decimal, int]]:
    rows = deals.filter(state__in=OPEN).exclude(currency="").order_by().values("currency")
    found = rows.annotate(worth=Sum("value"), count=Count("pk")).order_by("-count", "currency")
    return {row["currency"]: (row["worth"] or Decimal(0), row["count"]) for row in found}


def _rates(deals: QuerySet[Any], day: date, links: _Links) -> list[Tile]:
    """Return how much was won, approved, and how quickly, from this day on."""
    since = days.begin(day)
    waited = ExpressionWrapper(F("decided_at") - F("submitted_at"), output_field=DurationField())
    got = deals.aggregate(
        won=Count("pk", filter=Q(state=State.WON, closed_at__gte=since)),
        lost=Count("pk", filter=Q(state=State.LOST, closed_at__gte=since)),
        decided=Count("pk", filter=Q(decided_at__gte=since)),
        turned_down=Count("pk", filter=Q(decided_at__gte=since, state__in=TURNED_DOWN)),
        median=Median(waited, filter=Q(decided_at__gte=since, submitted_at__isnull=False)),
    )
    ended, approved = got["won"] + got["lost"], got["decided"] - got["turned_down"]
    of = _("%(part)s of %(all)s in 12 months")
    return [
        Tile(
            _("Win rate"),
            _share(got["won"], ended),
            links.to(("state", "won"), ("state", "lost"), ("closed_from", day)),
            "trophy",
            of % {"part": got["won"], "all": ended},
        ),
        Tile(
            _("Approval rate"),
            _share(approved, got["decided"]),
            links.to(("decided_from", day)),
            "shield-check",
            of % {"part": approved, "all": got["decided"]},
        ),
        Tile(
            _("Time to a decision"),
            _duration(got["median"]),
            links.to(("decided_from", day)),
            "clock",
            _("median, 12 months"),
        ),
    ]


def _ending_tile(count: int, soon: tuple[date, date], links: _Links) -> Tile:
    first, last = soon
    url = links.to(("state", "approved"), ("protected_from", first), ("protected_to", last))
    return Tile(_("Protections ending"), str(count), url, "hourglass", _("in the next 30 days"))


def _by_state(deals: QuerySet[Any], currency: str, labels: dict[State, Any], links: _Links) -> Chart:
    rows = (
        deals.filter(state__in=OPEN_STATES, currency=currency).order_by().values("state").annotate(worth=Sum("value"))
    )
    worth = {row["state"]: row["worth"] or 0 for row in rows}
    total = money.compact(sum(worth.values()), currency) if currency else "–"
    return Chart(
        title=_("Open value by state"),
        labels=[labels[state] for state in OPEN_STATES],
        series=[Series(_("Value"), [worth.get(state.value, 0) for state in OPEN_STATES])],
        kind="horizontal-bar",
        currency=currency,
        summary=_("%(total)s are open.") % {"total": total},
        urls=[links.to(("state", state.value), ("currency", currency)) for state in OPEN_STATES],
    )


def _by_month(deals: QuerySet[Any], currency: str, at: datetime, links: _Links) -> Chart:
    today = timezone.localtime(at).date()
    months = [_month(today, ahead) for ahead in range(MONTHS_AHEAD + 1)]
    expected = deals.filter(
        state__in=OPEN_STATES, currency=currency, close_date__gte=months[0], close_date__lt=months[-1]
    )
    rows = (
        expected.order_by()
        .values(month=TruncMonth("close_date"), held=Q(state=State.APPROVED))
        .annotate(worth=Sum("value"))
    )
    worth = {(row["month"], row["held"]): row["worth"] or 0 for row in rows}
    pairs = list(itertools.pairwise(months))
    return Chart(
        title=_("Expected orders by month"),
        labels=[date_format(month, "M Y") for month in months[:-1]],
        series=[
            Series(_("Protected"), [worth.get((month, True), 0) for month in months[:-1]], tone="clear"),
            Series(_("Not decided yet"), [worth.get((month, False), 0) for month in months[:-1]], tone="info"),
        ],
        kind="stacked-bar",
        currency=currency,
        summary=_("By the close date that the partner expects."),
        urls=[
            links.to(
                *(("state", state.value) for state in OPEN_STATES),
                ("currency", currency),
                ("close_from", month),
                ("close_to", following - timedelta(days=1)),
            )
            for month, following in pairs
        ],
    )


def _per_month(deals: QuerySet[Any], at: datetime, links: _Links) -> Chart:
    """Draw how many were registered and won in each of the last twelve months."""
    today = timezone.localtime(at).date()
    months = [_month(today, -back) for back in range(11, -2, -1)]
    start = days.begin(months[0])
    registered = _numbers(deals.filter(submitted_at__gte=start), "submitted_at")
    won = _numbers(deals.filter(state=State.WON, closed_at__gte=start), "closed_at")
    shown = months[:-1]
    return Chart(
        title=_("Registered and won"),
        labels=[date_format(month, "M Y") for month in shown],
        series=[
            Series(_("Registered"), [registered.get(month, 0) for month in shown], tone="info"),
            Series(_("Won"), [won.get(month, 0) for month in shown], tone="clear"),
        ],
        kind="bar",
        summary=_("Number of deals in each of the last twelve months."),
        urls=[
            links.to(("submitted_from", month), ("submitted_to", following - timedelta(days=1)))
            for month, following in itertools.pairwise(months)
        ],
    )


def _numbers(deals: QuerySet[Any], path: str) -> dict[date, int]:
    rows = deals.order_by().values(month=TruncMonth(path)).annotate(count=Count("pk"))
    return {timezone.localtime(row["month"]).date(): row["count"] for row in rows}


def _month(today: date, ahead: int) -> date:
    months = today.year * 12 + today.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "–"


def _duration(value: timedelta | None) -> str:
    if value is None:
        return "–"
    minutes = round(value.total_seconds() / 60)
    if minutes < 1:
        return _("at once")
    if minutes < 60:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%d hour", "%d hours", hours) % hours
    days = round(hours / 24)
    return ngettext("%d day", "%d days", days) % days
