"""Runs of automations and dry runs, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.automation import policies, services
from openprm.automation.models import RehearsedRun, Run
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.http import Request
from openprm.partners import policies as partners

router = Router(tags=["Automations"])

StateName = Literal["not_met", "stopped", "going", "waiting", "done", "failed", "cancelled"]


class RunQuery(PageQuery):
    """Which runs are wanted."""

    state: StateName | None = None
    automation_id: UUID | None = None
    partner_id: UUID | None = None


class RunOut(Schema):
    """One partner going through an automation."""

    id: UUID
    automation_id: UUID
    partner_id: UUID
    event_id: UUID | None
    state: StateName
    stopped_because: str
    condition: list[dict[str, Any]] | None = Field(description="Each comparison with the value it met.")
    next_step: str = Field(alias="cursor", description="The key of the step that comes next.")
    attempts: int
    due_at: datetime | None
    error: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class RunStepOut(Schema):
    """What became of one step."""

    key: str
    kind: str
    state: Literal["done", "waiting", "failed"]
    told: str
    way: str
    trace: list[dict[str, Any]] | None
    attempts: int
    error: str
    at: datetime


class TraceOut(RunOut):
    """A run with its steps."""

    steps: list[RunStepOut]

    @staticmethod
    def resolve_steps(row: Run) -> list[Any]:
        """Return the steps in the order they were taken."""
        return list(row.steps.all())


class RehearsalIn(Schema):
    """How far to look back."""

    days: int = Field(90, ge=1, le=365)


class RehearsalOut(Schema):
    """What an automation would have done. Poll it while its state is `going`."""

    id: UUID
    automation_id: UUID
    days: int
    state: Literal["going", "done", "failed"]
    total: int
    seen: int
    matched: int
    partners: int
    actions: dict[str, int]
    error: str
    created_at: datetime


class RehearsedOut(Schema):
    """What would have happened to one partner."""

    partner_id: UUID
    event_at: datetime
    lines: list[dict[str, Any]]


class RunFor(Schema):
    """For which partner."""

    partner_id: UUID


@router.post("/automations/{uuid:automation_id}/run", response={201: RunOut}, operation_id="run_automation")
@operation(policies.MANAGE)
def run_automation(request: Request, automation_id: UUID, payload: RunFor) -> Any:
    """Really run it for one partner now, whatever its condition says."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=automation_id)
    partner = get_object_or_404(partners.visible_to(request.actor), pk=payload.partner_id)
    return Status(201, services.run_now(automation=row, partner=partner, by=request.actor, at=timezone.now()))


@router.post(
    "/automations/{uuid:automation_id}/rehearse", response={202: RehearsalOut}, operation_id="rehearse_automation"
)
@operation(policies.MANAGE)
def rehearse_automation(request: Request, automation_id: UUID, payload: RehearsalIn) -> Any:
    """Begin to work out what it would have done in the last days."""
    row = get_object_or_404(policies.visible_to(request.actor), pk=automation_id)
    return Status(202, services.rehearse(automation=row, days=payload.days, by=request.actor, at=timezone.now()))


@router.get("/automation-rehearsals/{uuid:rehearsal_id}", response=RehearsalOut, operation_id="get_rehearsal")
@operation(policies.VIEW)
def get_rehearsal(request: Request, rehearsal_id: UUID) -> Any:
    """Read how far a rehearsal came, and what it found."""
    return get_object_or_404(policies.rehearsals_visible_to(request.actor), pk=rehearsal_id)


@router.get(
    "/automation-rehearsals/{uuid:rehearsal_id}/runs", response=Page[RehearsedOut], operation_id="list_rehearsed_runs"
)
@operation(policies.VIEW)
def list_rehearsed_runs(request: Request, rehearsal_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what would have happened, the latest first."""
    row = get_object_or_404(policies.rehearsals_visible_to(request.actor), pk=rehearsal_id)
    visible = partners.visible_to(request.actor)
    rows = RehearsedRun.objects.filter(rehearsal=row, partner__in=visible)
    return paginate(rows, wanted, order=("-event_at", "-id"))


@router.get("/automation-runs", response=Page[RunOut], operation_id="list_automation_runs")
@operation(policies.VIEW)
def list_automation_runs(request: Request, wanted: Query[RunQuery]) -> Any:
    """List the runs, the latest first."""
    chosen = {"state": wanted.state, "automation": wanted.automation_id, "partner": wanted.partner_id}
    rows = policies.runs_visible_to(request.actor)
    return paginate(rows.filter(**{name: value for name, value in chosen.items() if value is not None}), wanted)


@router.get("/automation-runs/{uuid:run_id}", response=TraceOut, operation_id="get_automation_run")
@operation(policies.VIEW)
def get_automation_run(request: Request, run_id: UUID) -> Any:
    """Read what a run did, step by step, with the values that decided."""
    return get_object_or_404(policies.runs_visible_to(request.actor), pk=run_id)


@router.post("/automation-runs/{uuid:run_id}/retry", response=RunOut, operation_id="retry_automation_run")
@operation(policies.MANAGE)
def retry_automation_run(request: Request, run_id: UUID) -> Any:
    """Go on with a failed run from the step that failed."""
    row = get_object_or_404(policies.runs_visible_to(request.actor), pk=run_id)
    return services.retry(run=row, by=request.actor, at=timezone.now())


@router.post("/automation-runs/{uuid:run_id}/cancel", response=RunOut, operation_id="cancel_automation_run")
@operation(policies.MANAGE)
def cancel_automation_run(request: Request, run_id: UUID) -> Any:
    """End a run."""
    row = get_object_or_404(policies.runs_visible_to(request.actor), pk=run_id)
    return services.cancel(run=row, by=request.actor, at=timezone.now())
