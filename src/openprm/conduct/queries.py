"""The figures: counted from the cases that the log keeps, or from the log itself, which says the same."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, F, Q
from django.db.models.fields import Field

from openprm.conduct import log, rules
from openprm.conduct.models import Case
from openprm.conduct.rules import GRANTED, LONGEST_TARGET, Figure, Measured, Period
from openprm.kernel.access import as_system

NOBODY = UUID(int=0)
MOST = 10**9  # no limit in fact: a slice makes the database work out each row's values once, not once per number
SHARES = (0.5, 0.9)


class Percentile(Aggregate):
    """The value below which a share of the values lies."""

    template = "percentile_cont(%(share)s) within group (order by %(expressions)s)"
    output_field: Field[Any, Any] = DurationField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def measured(period: Period, *, partner: UUID | None) -> list[Measured]:
    """Return every figure, for this partner and for everybody. It counts across partners and returns counts alone."""
    with as_system():
        rows = _by_partner(period)
        return [_of(figure, rows, partner, period) for figure in Figure]


def recounted(period: Period, *, partner: UUID | None) -> list[Measured]:
    """Return the same, counted from the log's events alone: what anybody who has the log can do. It takes longer."""
    with as_system():
        return [_recount(figure, period, partner or NOBODY) for figure in Figure]


def _by_partner(period: Period) -> list[dict[str, Any]]:
    """Return what each partner has in each figure, whole and part: one pass over the cases, one over the extensions."""
    wholes, parts = _conditions(period)
    numbers = {f"{figure}_whole": Count("pk", filter=asked) for figure, asked in wholes.items()}
    numbers |= {f"{figure}_part": Count("pk", filter=wholes[figure] & asked) for figure, asked in parts.items()}
    granted = Count("pk", filter=Q(name__in=GRANTED))
    cases: Any = Case.objects.order_by().values("partner_id").annotate(**numbers)
    extended: Any = log.extensions(period).order_by().values("partner_id")
    return [*cases, *extended.annotate(extensions_whole=Count("pk"), extensions_part=granted)]


def _conditions(period: Period) -> tuple[dict[Figure, Q], dict[Figure, Q]]:
    """Return which cases each figure has, and which of them count."""

    def within(field: str) -> Q:
        return Q(**{f"{field}__gt": period.since, f"{field}__lte": period.until})

    in_time = Q(decided_at__lte=F("due_at"))
    withdrawn = Q(withdrawn_at__isnull=False, withdrawn_at__lte=F("due_at"))
    begun = Q(submitted_at__gt=period.since - LONGEST_TARGET, submitted_at__lte=period.until)
    decided = within("decided_at")
    wholes = {
        Figure.TIME: _timed(period),
        Figure.TARGET: begun & within("due_at") & (in_time | ~withdrawn),
        Figure.TURNED_DOWN: decided,
        Figure.REASONED: decided & Q(turned_down=True),
        Figure.CLOSED_DIRECTLY: within("approved_at"),
    }
    parts = {
        Figure.TARGET: in_time,
        Figure.TURNED_DOWN: Q(turned_down=True),
        Figure.REASONED: Q(specific=True),
        Figure.CLOSED_DIRECTLY: Q(closed_directly_at__lte=period.until),
    }
    return wholes, parts


def _timed(period: Period) -> Q:
    decided = Q(decided_at__gt=period.since, decided_at__lte=period.until)
    return decided & Q(by_people=True, submitted_at__isnull=False)


def _of(figure: Figure, rows: Iterable[dict[str, Any]], partner: UUID | None, period: Period) -> Measured:
    found = [(row["partner_id"], row.get(f"{figure}_whole", 0), row.get(f"{figure}_part", 0)) for row in rows]
    own = [row for row in found if partner is not None and row[0] == partner]
    others = {pk for pk, whole, _part in found if whole and pk != partner and pk is not None}
    return Measured(
        figure, _sum(figure, own, _timed(period) & Q(partner_id=partner)), _sum(figure, found, _timed(period)),
        len(others),
    )  # fmt: skip


def _sum(figure: Figure, rows: list[tuple[UUID, int, int]], cases: Q) -> rules.Count:
    whole, part = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if figure is not Figure.TIME or not whole:
        return rules.Count(whole, part)
    waited = F("decided_at") - F("submitted_at")
    median, ninetieth = (Percentile(waited, share) for share in SHARES)
    spans: dict[str, timedelta] = Case.objects.filter(cases).aggregate(median=median, ninetieth=ninetieth)
    return rules.Count(whole, part, **spans)


def _recount(figure: Figure, period: Period, partner: UUID) -> Measured:
    own = Q(partner_id=partner)
    asked: dict[str, Any] = {
        "others": Count("partner_id", distinct=True, filter=~own),
        **_counted("own", figure, own),
        **_counted("everybody", figure, Q()),
    }
    found = log.ROWS[figure](period)[:MOST].aggregate(**asked)
    return Measured(figure, _count(found, "own"), _count(found, "everybody"), found["others"])


def _counted(whose: str, figure: Figure, rows: Q) -> dict[str, Any]:
    only: dict[str, Any] = {"filter": rows} if rows else {}
    asked: dict[str, Any] = {f"{whose}_whole": Count("pk", **only)}
    if figure is Figure.TIME:
        asked[f"{whose}_median"] = Percentile("waited", 0.5, **only)
        asked[f"{whose}_ninetieth"] = Percentile("waited", 0.9, **only)
    else:
        asked[f"{whose}_part"] = Count("pk", filter=rows & Q(counts=True))
    return asked


def _count(found: dict[str, Any], whose: str) -> rules.Count:
    names = ("whole", "part", "median", "ninetieth")
    return rules.Count(**{name: found[f"{whose}_{name}"] for name in names if f"{whose}_{name}" in found})
