"""The figures: one query each, over the log of events."""

from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, Q

from openprm.conduct import log, rules
from openprm.conduct.rules import Figure, Measured, Period
from openprm.kernel.access import as_system

NOBODY = UUID(int=0)
MOST = 10**9  # no limit in fact: a slice makes the database work out each row's values once, not once per number


class Percentile(Aggregate):
    """The value below which a share of the values lies."""

    template = "percentile_cont(%(share)s) within group (order by %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: str, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def measured(period: Period, *, partner: UUID | None) -> list[Measured]:
    """Return every figure, for this partner and for everybody. It counts across partners and returns counts alone."""
    with as_system():
        return [_measure(figure, period, partner or NOBODY) for figure in Figure]


def _measure(figure: Figure, period: Period, partner: UUID) -> Measured:
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
