"""Checks, for programs."""

import datetime
from typing import Any
from uuid import UUID

from openprm.checks import policies
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, operation, paginate
from openprm.kernel.http import Request

router = Router(tags=["Checks"])


class BudgetOut(Schema):
    """How many companies can be asked about today."""

    limit: int
    used: int
    left: int
    renews_at: datetime.datetime


class CheckDayOut(Schema):
    """A partner's day."""

    id: UUID
    partner_id: UUID
    day: datetime.date
    asked: int
    registered: int
    blocked: int
    limit: int
    alarms: list[str] = Field(examples=[["nothing_registered"]])


class CheckDayFilter(PageQuery):
    """Which days are wanted."""

    partner_id: UUID | None = None
    suspected: bool | None = None


@router.get("/check-days", response=Page[CheckDayOut], operation_id="list_check_days")
@operation(policies.VIEW)
def list_check_days(request: Request, wanted: Query[CheckDayFilter]) -> Any:
    """List how much partners asked, day by day, the latest first."""
    days = policies.visible_to(request.actor)
    if wanted.partner_id:
        days = days.filter(partner_id=wanted.partner_id)
    if wanted.suspected is not None:
        days = days.exclude(alarms=[]) if wanted.suspected else days.filter(alarms=[])
    return paginate(days, wanted)
