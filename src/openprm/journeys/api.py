"""Journeys, tasks and templates, for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.journeys import policies, queries, services
from openprm.journeys.content import Work
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.shapes import (
    FiguresFilter,
    FiguresOut,
    GivenTask,
    JourneyFilter,
    JourneyOut,
    JourneyStartIn,
    JourneyTemplateIn,
    JourneyTemplateOut,
    NewTemplateIn,
    SkipIn,
    StartedOut,
    StartManyIn,
    TaskDetail,
    TaskFileOut,
    TaskFilter,
    TaskOut,
    WhyIn,
)
from openprm.kernel import audiences
from openprm.kernel.api import (
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    UploadedFile,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.partners.models import Partner

router = Router(tags=["Onboarding"])

MOST_AT_ONCE = 500


@router.get("/journey-templates", response=Page[JourneyTemplateOut], operation_id="list_journey_templates")
@operation(policies.TEMPLATES, policies.ASSIGN)
def list_templates(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the journey templates."""
    return paginate(policies.templates_visible_to(request.actor), wanted)


@router.post("/journey-templates", response={201: JourneyTemplateOut}, operation_id="create_journey_template")
@operation(policies.TEMPLATES)
def create_template(request: Request, payload: NewTemplateIn, response: HttpResponse) -> Any:
    """Draw a journey. Publish it when it can be started."""
    template = services.save_template(**_drawn(payload), code=payload.code, by=request.actor, at=timezone.now())
    return Status(201, tagged(response, template))


@router.get("/journey-templates/{uuid:template_id}", response=JourneyTemplateOut, operation_id="get_journey_template")
@operation(policies.TEMPLATES, policies.ASSIGN)
def get_template(request: Request, template_id: UUID, response: HttpResponse) -> Any:
    """Return a template."""
    return tagged(response, _template(request, template_id))


@router.put(
    "/journey-templates/{uuid:template_id}", response=JourneyTemplateOut, operation_id="replace_journey_template"
)
@operation(policies.TEMPLATES)
def replace_template(request: Request, template_id: UUID, payload: JourneyTemplateIn, response: HttpResponse) -> Any:
    """Draw a journey anew. It holds for journeys that start once it is published."""
    template = _template(request, template_id)
    require_match(request, template)
    services.save_template(template=template, **_drawn(payload), by=request.actor, at=timezone.now())
    return tagged(response, template)


@router.post(
    "/journey-templates/{uuid:template_id}/publish", response=JourneyTemplateOut, operation_id="publish_journey"
)
@operation(policies.TEMPLATES)
def publish_template(request: Request, template_id: UUID) -> Any:
    """Put what is drawn into force."""
    return services.publish(template=_template(request, template_id), by=request.actor, at=timezone.now())


@router.post(
    "/journey-templates/{uuid:template_id}/archive", response=JourneyTemplateOut, operation_id="archive_journey"
)
@operation(policies.TEMPLATES)
def archive_template(request: Request, template_id: UUID) -> Any:
    """Put a template away; running journeys go on."""
    return services.archive(template=_template(request, template_id), by=request.actor, at=timezone.now())


@router.post(
    "/journey-templates/{uuid:template_id}/restore", response=JourneyTemplateOut, operation_id="restore_journey"
)
@operation(policies.TEMPLATES)
def restore_template(request: Request, template_id: UUID) -> Any:
    """Take a template out of the archive."""
    return services.restore(template=_template(request, template_id), by=request.actor, at=timezone.now())


@router.get("/journeys", response=Page[JourneyOut], operation_id="list_journeys")
@operation(policies.VIEW)
def list_journeys(request: Request, wanted: Query[JourneyFilter]) -> Any:
    """List the journeys you may see, the latest first."""
    rows = policies.visible_to(request.actor)
    chosen = {"state": wanted.state, "code": wanted.template, "partner_id": wanted.partner_id}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value is not None})
    return paginate(queries.stuck(rows, timezone.now()) if wanted.stuck else rows, wanted)


@router.get("/journeys/figures", response=FiguresOut, operation_id="journey_figures")
@operation(policies.VIEW)
def figures(request: Request, wanted: Query[FiguresFilter]) -> Any:
    """Return how many journeys run and are stuck, and the median days to activate and to the first deal."""
    rows = policies.visible_to(request.actor)
    rows = rows.filter(code=wanted.template) if wanted.template else rows
    return {
        "running": rows.filter(state="running").count(),
        "stuck": queries.stuck(rows, timezone.now()).count(),
        "median_days_to_activate": queries.median_days(queries.activated(rows)),
        "median_days_to_first_deal": queries.median_days(queries.with_first_deal(rows)),
    }


@router.post("/journeys", response={201: JourneyOut}, operation_id="start_journey")
@operation(policies.ASSIGN)
def start_journey(request: Request, payload: JourneyStartIn) -> Any:
    """Start a journey for a partner, with what is published now."""
    partner = get_object_or_404(policies.can_be_given_by(request.actor), pk=payload.partner_id)
    template = services.template_of(payload.template)
    return Status(201, services.start(template=template, partner=partner, by=request.actor, at=timezone.now()))


@router.post("/journeys/start-many", response=StartedOut, operation_id="start_journeys")
@operation(policies.ASSIGN)
def start_many(request: Request, payload: StartManyIn) -> Any:
    """Start a journey for all partners who match, at most 500; who cannot is left out, with the reason."""
    template = services.template_of(payload.template)
    predicate = audiences.validate(payload.audience, subject="partner")
    members = audiences.members(predicate, subject="partner")
    partners = list(_given(request).filter(pk__in=members.values("pk")).order_by("name")[: MOST_AT_ONCE + 1])
    if len(partners) > MOST_AT_ONCE:
        message = _("More than %s partners match. Add a condition, and start in parts.") % MOST_AT_ONCE
        raise Invalid(message, fields={"audience": message})
    outcome = services.start_many(template=template, partners=partners, by=request.actor, at=timezone.now())
    refused = [{"partner_id": partner.pk, "reason": why} for partner, why in outcome.refused]
    return {"started": outcome.started, "refused": refused}


@router.get("/journeys/{uuid:journey_id}", response=JourneyOut, operation_id="get_journey")
@operation(policies.VIEW)
def get_journey(request: Request, journey_id: UUID) -> Any:
    """Return a journey; its tasks are listed by /tasks?journey_id=…"""
    return _journey(request, journey_id)


@router.post("/journeys/{uuid:journey_id}/cancel", response=JourneyOut, operation_id="cancel_journey")
@operation(policies.ASSIGN)
def cancel_journey(request: Request, journey_id: UUID, payload: WhyIn) -> Any:
    """End a journey; what is not done is skipped."""
    journey = _journey(request, journey_id)
    return services.cancel(journey=journey, text=payload.text, by=request.actor, at=timezone.now())


@router.get("/tasks", response=Page[TaskOut], operation_id="list_tasks")
@operation(policies.VIEW)
def list_tasks(request: Request, wanted: Query[TaskFilter]) -> Any:
    """List the tasks you may see, the latest first."""
    rows = policies.tasks_visible_to(request.actor)
    chosen = {"state": wanted.state, "partner_id": wanted.partner_id, "journey_id": wanted.journey_id}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value is not None})
    if wanted.turn:
        rows = rows.filter(queries.PARTNERS_TURN if wanted.turn == "partner" else queries.VENDORS_TURN)
    return paginate(rows, wanted)


@router.post("/tasks", response={201: TaskDetail}, operation_id="give_task")
@operation(policies.ASSIGN)
def give_task(request: Request, payload: GivenTask) -> Any:
    """Give a single task, outside of any journey."""
    partner = get_object_or_404(policies.can_be_given_by(request.actor), pk=payload.partner_id)
    return Status(201, services.assign_task(partner=partner, task=payload.task, by=request.actor, at=timezone.now()))


@router.get("/tasks/{uuid:task_id}", response=TaskDetail, operation_id="get_task")
@operation(policies.VIEW)
def get_task(request: Request, task_id: UUID) -> Any:
    """Return a task with what was filled in."""
    return _task(request, task_id)


@router.put("/tasks/{uuid:task_id}/work", response=TaskDetail, operation_id="save_task_work")
@operation(policies.DO, policies.DECIDE)
def save_work(request: Request, task_id: UUID, payload: Work) -> Any:
    """Keep what is filled in so far, without handing it in."""
    return services.save_work(task=_task(request, task_id), work=payload, by=request.actor, at=timezone.now())


@router.post("/tasks/{uuid:task_id}/hand-in", response=TaskDetail, operation_id="hand_in_task")
@operation(policies.DO, policies.DECIDE)
def hand_in(request: Request, task_id: UUID, payload: Work) -> Any:
    """Hand a task in: it is completed, or waits for approval."""
    return services.hand_in(task=_task(request, task_id), work=payload, by=request.actor, at=timezone.now())


@router.post("/tasks/{uuid:task_id}/files", response={201: TaskFileOut}, operation_id="attach_task_file")
@operation(policies.DO, policies.DECIDE)
def attach(request: Request, task_id: UUID, file: File[UploadedFile]) -> Any:
    """Upload a file to a task that is to be done."""
    task = _task(request, task_id)
    return Status(201, services.attach(task=task, upload=file, by=request.actor, at=timezone.now()))


@router.delete("/tasks/{uuid:task_id}/files/{uuid:file_id}", response={204: None}, operation_id="detach_task_file")
@operation(policies.DO, policies.DECIDE)
def detach(request: Request, task_id: UUID, file_id: UUID) -> Any:
    """Take a file away before the task is handed in."""
    services.detach(task=_task(request, task_id), file_id=file_id, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/tasks/{uuid:task_id}/approve", response=TaskDetail, operation_id="approve_task")
@operation(policies.DECIDE)
def approve(request: Request, task_id: UUID) -> Any:
    """Approve what was handed in."""
    return services.approve(task=_task(request, task_id), by=request.actor, at=timezone.now())


@router.post("/tasks/{uuid:task_id}/send-back", response=TaskDetail, operation_id="send_back_task")
@operation(policies.DECIDE)
def send_back(request: Request, task_id: UUID, payload: WhyIn) -> Any:
    """Ask for more, with a reason."""
    return services.send_back(task=_task(request, task_id), text=payload.text, by=request.actor, at=timezone.now())


@router.post("/tasks/{uuid:task_id}/skip", response=TaskDetail, operation_id="skip_task")
@operation(policies.DO, policies.DECIDE)
def skip(request: Request, task_id: UUID, payload: SkipIn) -> Any:
    """Leave a task out: the partner an optional one, the vendor any, with a reason."""
    return services.skip(task=_task(request, task_id), text=payload.text, by=request.actor, at=timezone.now())


@router.post("/tasks/{uuid:task_id}/resume", response=TaskDetail, operation_id="resume_task")
@operation(policies.DECIDE)
def resume(request: Request, task_id: UUID) -> Any:
    """Take a skipped task up again."""
    return services.resume(task=_task(request, task_id), by=request.actor, at=timezone.now())


def _template(request: Request, template_id: UUID) -> JourneyTemplate:
    return get_object_or_404(policies.templates_visible_to(request.actor), pk=template_id)


def _journey(request: Request, journey_id: UUID) -> Journey:
    return get_object_or_404(policies.visible_to(request.actor), pk=journey_id)


def _task(request: Request, task_id: UUID) -> Task:
    return get_object_or_404(policies.tasks_visible_to(request.actor), pk=task_id)


def _given(request: Request) -> Any:
    return policies.can_be_given_by(request.actor).exclude(
        status__in=[Partner.Status.SUSPENDED, Partner.Status.TERMINATED]
    )


def _drawn(payload: JourneyTemplateIn) -> dict[str, Any]:
    return {"name": payload.name, "description": payload.description, "stages": payload.stages}
