"""Figures that nothing counts, and exchange rates, for programs."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel.api import Page, PageQuery, Query, Router, Status, operation, paginate
from openprm.kernel.http import Request
from openprm.program import figures, policies, services
from openprm.program.api.schemas import CustomKpiIn, KpiOut, RateIn, RateOut, ValueIn, ValueOut
from openprm.program.models import ExchangeRate

router = Router(tags=["Programmes"])


@router.get("/kpis", response=list[KpiOut], operation_id="list_kpis")
@operation(policies.VIEW)
def list_kpis(request: Request) -> Any:
    """List the figures that requirements can ask for."""
    return [
        {"key": one.key, "label": str(one.label), "unit": one.unit, "category": str(one.category),
         "rolling": one.rolling}
        for one in figures.known().values()
    ]  # fmt: skip


@router.put("/kpis/custom/{slug:code}", response=KpiOut, operation_id="define_kpi")
@operation(policies.MANAGE)
def define_kpi(request: Request, code: str, payload: CustomKpiIn) -> Any:
    """Define a figure of your own, or call it otherwise."""
    row = services.define_kpi(code=code, by=request.actor, at=timezone.now(), **payload.dict())
    return {"key": row.key, "label": row.label, "unit": row.unit, "category": "", "rolling": False}


@router.get("/kpi-values", response=Page[ValueOut], operation_id="list_kpi_values")
@operation(policies.VIEW)
def list_values(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the recorded figures you may see."""
    return paginate(policies.values_visible_to(request.actor), wanted)


@router.post("/kpi-values", response={201: ValueOut}, operation_id="record_kpi_value")
@operation(policies.RECORD)
def record_value(request: Request, payload: ValueIn) -> Any:
    """Record a figure about a partner; its tier moves at once where that decides."""
    partner = get_object_or_404(policies.can_be_recorded_by(request.actor), pk=payload.partner_id)
    given = payload.dict(exclude={"partner_id"})
    return Status(201, services.record_value(partner=partner, by=request.actor, at=timezone.now(), **given))


@router.delete("/kpi-values/{uuid:value_id}", response={204: None}, operation_id="remove_kpi_value")
@operation(policies.RECORD)
def remove_value(request: Request, value_id: UUID) -> Any:
    """Remove a figure that was recorded by mistake."""
    row = get_object_or_404(policies.values_visible_to(request.actor), pk=value_id)
    services.remove_value(value=row, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/exchange-rates", response=list[RateOut], operation_id="list_exchange_rates")
@operation(policies.MANAGE)
def list_rates(request: Request) -> Any:
    """List the exchange rates to the reporting currency."""
    return list(ExchangeRate.objects.all())


@router.put("/exchange-rates/{slug:currency}", response=RateOut, operation_id="set_exchange_rate")
@operation(policies.MANAGE)
def set_rate(request: Request, currency: str, payload: RateIn) -> Any:
    """Set a rate; all partners are assessed anew."""
    return services.set_rate(currency=currency, rate=payload.rate, by=request.actor, at=timezone.now())


@router.delete("/exchange-rates/{slug:currency}", response={204: None}, operation_id="remove_exchange_rate")
@operation(policies.MANAGE)
def remove_rate(request: Request, currency: str) -> Any:
    """Forget a rate."""
    row = get_object_or_404(ExchangeRate, currency=currency.upper())
    services.remove_rate(rate=row, by=request.actor, at=timezone.now())
    return Status(204, None)
