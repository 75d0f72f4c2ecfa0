"""The questions that pages ask about activities, requests and protections that end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.extensions.models import Activity, ExtensionRequest
from openprm.kernel import days
from openprm.kernel.files.models import StoredFile

MOST = 100
HORIZONS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Logged:
    """An activity with what was attached."""

    activity: Activity
    files: Sequence[StoredFile] = ()


@dataclass(frozen=True, slots=True)
class LineEnd:
    """Until when a product line is protected."""

    line: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request beside what was done about its deal."""

    request: ExtensionRequest
    recent: Sequence[Logged]
    total: int


def activities_of(deal: DealRegistration, *, until: datetime | None = None) -> list[Logged]:
    """Return what was done about a deal, the latest first; ``until`` leaves out what was logged later."""
    rows = deal.activities.filter(created_at__lte=until) if until else deal.activities.all()
    return _with_files(rows.order_by("-happened_at", "-pk")[:MOST])


def line_ends(deal: DealRegistration, at: datetime) -> list[LineEnd]:
    """Return until when each product line is protected, where these differ."""
    if len(deal.lines.all()) < 2:
        return []
    rows = deal.protections.filter(period__endswith__gt=at).select_related("product_line")
    found = [LineEnd(str(row.product_line), row.period.upper) for row in rows.order_by("product_line__name")]
    return found if len({one.until for one in found}) > 1 else []


def beside_activities(requests: Iterable[ExtensionRequest], *, each: int = 4) -> list[Waiting]:
    """Return each request with the latest activities on its deal, with three queries whatever their number."""
    rows = list(requests)
    deals = [row.deal_id for row in rows]
    latest = Activity.objects.filter(deal__in=deals).annotate(
        place=Window(RowNumber(), partition_by=F("deal_id"), order_by=[F("happened_at").desc(), F("pk").desc()])
    )
    totals = dict(Activity.objects.filter(deal__in=deals).order_by().values_list("deal").annotate(Count("pk")))
    shown: dict[UUID, list[Logged]] = defaultdict(list)
    for logged in _with_files(latest.filter(place__lte=each).order_by("-happened_at", "-pk")):
        shown[logged.activity.deal_id].append(logged)
    return [Waiting(row, shown[row.deal_id], totals.get(row.deal_id, 0)) for row in rows]


def _with_files(activities: Iterable[Activity]) -> list[Logged]:
    rows = list(activities)
    if not rows:
        return []
    kept: dict[UUID, list[StoredFile]] = defaultdict(list)
    for file in StoredFile.objects.filter(owner_type=Activity._meta.label, owner_id__in=[row.pk for row in rows]):
        kept[file.owner_id].append(file)
    return [Logged(row, kept[row.pk]) for row in rows]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of deals, what they are worth in one currency, and the list of them."""

    worth: Decimal
    currency: str
    url: str


@dataclass(slots=True)
class Span:
    """The protections that end from ``first`` to ``last``."""

    first: date
    last: date
    url: str
    count: int = 0
    asked: int = 0
    sums: list[Amount] = field(default_factory=list)
    deals: list[DealRegistration] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """What ends when: week by week, and the whole."""

    weeks: list[Span]
    total: Span


def expiring(
    deals: QuerySet[DealRegistration], *, at: datetime, days: int, list_url: str, keep: dict[str, str], shown: int = 4
) -> Board:
    """Return the protections that end within ``days``, by weeks of the reader's zone (Monday to Sunday).

    Amounts of different currencies are never added. Each number has the list of the deals behind it; ``keep`` are
    the filters that ``deals`` was narrowed by.
    """
    today = timezone.localtime(at).date()
    last = today + timedelta(days=days)
    weeks = [_span(first, min(first_end, last), list_url, keep) for first, first_end in _weeks(today, last)]
    total = _span(today, last, list_url, keep)
    ending = _ending(deals, today, last)
    for row in _by_day(ending):
        week = next(span for span in weeks if span.first <= row["day"] <= span.last)
        for span in (week, total):
            _add(span, row, list_url, keep)
    _asked(ending, weeks, total)
    _show(ending, weeks, shown)
    return Board(weeks, total)


def _weeks(first: date, last: date) -> Iterable[tuple[date, date]]:
    while first <= last:
        sunday = first + timedelta(days=6 - first.weekday())
        yield first, sunday
        first = sunday + timedelta(days=1)


def _span(first: date, last: date, list_url: str, keep: dict[str, str]) -> Span:
    return Span(first, last, _link(list_url, first, last, keep))


def _link(list_url: str, first: date, last: date, more: dict[str, str]) -> str:
    asked = {"state": "approved", "protected_from": first.isoformat(), "protected_to": last.isoformat()}
    return f"{list_url}?{urlencode({**asked, **more, 'sort': 'protected_until'})}"


def _ending(deals: QuerySet[DealRegistration], first: date, last: date) -> QuerySet[DealRegistration]:
    return deals.filter(
        state=State.APPROVED, protected_until__gte=days.begin(first), protected_until__lt=days.over(last)
    )


def _by_day(ending: QuerySet[DealRegistration]) -> Iterable[dict[str, Any]]:
    day = TruncDate("protected_until", tzinfo=timezone.get_current_timezone())
    rows: Any = ending.order_by().annotate(day=day).values("day", "currency")
    found: Iterable[dict[str, Any]] = rows.annotate(count=Count("pk"), worth=Sum("value")).order_by("day", "currency")
    return found


def _add(span: Span, row: dict[str, Any], list_url: str, keep: dict[str, str]) -> None:
    span.count += row["count"]
    known = {one.currency: one.worth for one in span.sums}
    known[row["currency"]] = known.get(row["currency"], Decimal(0)) + (row["worth"] or 0)
    span.sums = [
        Amount(worth, currency, _link(list_url, span.first, span.last, {**keep, "currency": currency}))
        for currency, worth in sorted(known.items())
    ]


def _asked(ending: QuerySet[DealRegistration], weeks: list[Span], total: Span) -> None:
    pending = ending.filter(extensions__state=ExtensionRequest.State.PENDING)
    for until in pending.values_list("protected_until", flat=True):
        day = timezone.localtime(until).date()
        for span in (*weeks, total):
            span.asked += span.first <= day <= span.last


def _show(ending: QuerySet[DealRegistration], weeks: list[Span], shown: int) -> None:
    """Put the first deals of each week beside its numbers."""
    day = TruncDate("protected_until", tzinfo=timezone.get_current_timezone())
    for span in weeks:
        if span.count:
            rows = ending.annotate(day=day).filter(day__gte=span.first, day__lte=span.last).select_related("partner")
            span.deals = list(rows.order_by("protected_until", "pk")[:shown])
