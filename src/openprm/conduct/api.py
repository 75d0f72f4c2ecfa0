"""Vendor conduct, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone

from openprm.conduct import policies, queries
from openprm.conduct.rules import Count, Figure, Measured
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, operation, paginate
from openprm.kernel.http import Request

router = Router(tags=["Vendor conduct"])
FigureName = Literal["time", "target", "turned_down", "reasoned", "closed_directly", "extensions"]


class PeriodQuery(Schema):
    """Which period."""

    period: Literal["90d", "12m"] = Field("90d", description="The last 90 days or 12 months.")


class CountOut(Schema):
    """``part`` of ``whole``; for the figure ``time``, how long they took in seconds."""

    whole: int
    part: int
    median_seconds: float | None
    p90_seconds: float | None


class FigureOut(Schema):
    """A figure; ``everybody`` is missing where too few others are in it, ``own`` for the vendor."""

    figure: FigureName
    own: CountOut | None
    everybody: CountOut | None


class ConductOut(Schema):
    """Every figure of a period; a partner's ends with yesterday."""

    period: str
    since: datetime
    until: datetime
    figures: list[FigureOut]


class CountedOut(Schema):
    """An event that a figure counts; ``counts`` says whether it is part of the share."""

    id: UUID
    name: str = Field(examples=["deal.approved"])
    deal_id: UUID = Field(validation_alias="subject_id")
    at: datetime
    counts: bool


class RowsQuery(PageQuery):
    """Which rows."""

    period: Literal["90d", "12m"] = "90d"


@router.get("/conduct", response=ConductOut, operation_id="show_conduct")
@operation(policies.VIEW)
def show_conduct(request: Request, wanted: Query[PeriodQuery]) -> Any:
    """Return every figure: yours, and everybody's where nobody can be recognised in it."""
    actor = request.actor
    span = policies.period(actor, wanted.period, at=timezone.now())
    figures = queries.measured(span, partner=actor.partner_id)
    return {
        "period": span.key,
        "since": span.since,
        "until": span.until,
        "figures": [_figure(figure, to_partner=actor.is_partner) for figure in figures],
    }


@router.get("/conduct/{figure}", response=Page[CountedOut], operation_id="list_conduct_rows")
@operation(policies.VIEW)
def list_conduct_rows(request: Request, figure: FigureName, wanted: Query[RowsQuery]) -> Any:
    """List the events behind a figure: a partner's own, or all that the vendor's person sees."""
    span = policies.period(request.actor, wanted.period, at=timezone.now())
    return paginate(policies.rows(request.actor, Figure(figure), span), wanted, order=("-at", "-id"))


def _figure(measured: Measured, *, to_partner: bool) -> dict[str, Any]:
    visible = measured.shows_everybody or not to_partner
    return {
        "figure": measured.figure.value,
        "own": _count(measured.own) if to_partner else None,
        "everybody": _count(measured.everybody) if visible else None,
    }


def _count(count: Count) -> dict[str, Any]:
    return {
        "whole": count.whole,
        "part": count.part,
        "median_seconds": count.median.total_seconds() if count.median is not None else None,
        "p90_seconds": count.ninetieth.total_seconds() if count.ninetieth is not None else None,
    }
