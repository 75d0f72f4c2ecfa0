"""Automations, for programs: the same verbs, rules and refusals as on the pages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.automation import diff, gallery, known, policies, rehearsing, running_api, services, templates_api, words
from openprm.automation.models import Automation, AutomationVersion
from openprm.kernel import actions
from openprm.kernel.access import as_system
from openprm.kernel.api import (
    Field,
    Page,
    PageQuery,
    Query,
    Router,
    Schema,
    Status,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Missing
from openprm.kernel.http import Request
from openprm.partners import policies as partners

router = Router(tags=["Automations"])
router.add_router("", running_api.router)
router.add_router("", templates_api.router)

DEFINITION = "When, if and then, as data: `trigger`, `condition` and `steps`. See the documentation of automations."


class AutomationOut(Schema):
    """An automation. `definition` is the version in force, `draft` what is being edited."""

    id: UUID
    code: str = Field(examples=["healthcare_msp"])
    name: str
    description: str
    state: Literal["draft", "live", "paused", "archived"]
    sentence: str = Field(description="What it says, as a sentence.")
    definition: dict[str, Any] | None = Field(description=DEFINITION)
    draft: dict[str, Any] | None
    number: int | None = Field(description="The number of the version in force.")
    changed_by: str
    version: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_sentence(row: Automation) -> str:
        """Return the definition in words."""
        return words.sentence(row.edited)

    @staticmethod
    def resolve_definition(row: Automation) -> dict[str, Any] | None:
        """Return the version in force."""
        return row.current.definition if row.current else None

    @staticmethod
    def resolve_number(row: Automation) -> int | None:
        """Return the number of the version in force."""
        return row.current.number if row.current else None


class AutomationIn(Schema):
    """A new automation, as a draft. `ready` begins with a ready one and leaves out the rest."""

    name: str = Field("", max_length=120, examples=["Welcome managed service providers"])
    code: str = Field("", max_length=80, description="Its lasting name; made from the name where it is empty.")
    description: str = Field("", max_length=500)
    definition: dict[str, Any] | None = Field(None, description=DEFINITION)
    ready: str = Field("", max_length=60, description="The key of a ready automation.")


class AutomationChange(Schema):
    """What to change; what is left out stays. A definition changes the draft only."""

    name: str | None = Field(None, max_length=120)
    description: str | None = Field(None, max_length=500)
    definition: dict[str, Any] | None = Field(None, description=DEFINITION)


class VersionNote(Schema):
    """Why, in a few words."""

    note: str = Field("", max_length=400)


class AutomationVersionOut(Schema):
    """A version of an automation, with what it changed."""

    id: UUID
    number: int
    note: str
    published_by: str
    created_at: datetime
    definition: dict[str, Any]
    changes: list[str]

    @staticmethod
    def resolve_changes(row: AutomationVersion) -> list[str]:
        """Return what it changed, one sentence each."""
        before = AutomationVersion.objects.filter(automation=row.automation_id, number=row.number - 1).first()
        return diff.in_words(before.definition if before else None, row.definition)


class ForPartner(Schema):
    """For which partner."""

    partner_id: UUID


class LineOut(Schema):
    """One thing that would happen."""

    number: str
    kind: Literal["action", "wait", "branch"]
    said: str
    action: str
    trace: list[dict[str, Any]]


class ForeseenOut(Schema):
    """What would happen to a partner now."""

    holds: bool = Field(description="Whether the condition holds.")
    trace: list[dict[str, Any]] = Field(description="Each comparison with the value it met.")
    lines: list[LineOut]


class ReadyOut(Schema):
    """A ready automation."""

    key: str
    name: str
    text: str
    sentence: str


class ParameterOut(Schema):
    """Something an action needs to be told."""

    name: str
    label: str
    kind: str
    required: bool
    values: list[str]


class ActionOut(Schema):
    """An action that a step can take."""

    key: str
    label: str
    parameters: list[ParameterOut]


class ToldOut(Schema):
    """Something that an event tells: its name in words, and the words of its values where they are a fixed set."""

    name: str = Field(examples=["verdict"])
    label: str = Field(examples=["result of the check"])
    kind: str = Field(examples=["text"])
    values: dict[str, str] = Field(examples=[{"clear": "Clear", "blocked": "Blocked"}])


class TriggerOut(Schema):
    """An event with which an automation can begin, and what of it conditions can compare."""

    event: str
    label: str
    fields: dict[str, str] = Field(description="The kind of each field; `told` has the same with its words.")
    told: list[ToldOut]


class Offered(Schema):
    """What there is to build with."""

    triggers: list[TriggerOut]
    date_fields: list[str]
    actions: list[ActionOut]
    ready: list[ReadyOut]


@router.get("/automations", response=Page[AutomationOut], operation_id="list_automations")
@operation(policies.VIEW)
def list_automations(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the automations."""
    return paginate(policies.visible_to(request.actor), wanted)


@router.post("/automations", response={201: AutomationOut}, operation_id="create_automation")
@operation(policies.MANAGE)
def create_automation(request: Request, payload: AutomationIn, response: HttpResponse) -> Any:
    """Make an automation, as a draft."""
    by, at = request.actor, timezone.now()
    if payload.ready:
        chosen = gallery.find(payload.ready)
        if chosen is None:
            raise Missing(_("There is no such template."))
        made = gallery.begin(chosen, by=by, at=at)
    else:
        made = services.create(**payload.dict(exclude={"ready"}), by=by, at=at)
    return Status(201, tagged(response, made))


@router.get("/automations/offered", response=Offered, operation_id="get_automation_parts")
@operation(policies.VIEW)
def get_automation_parts(request: Request) -> Any:
    """Read what there is to build with: events, dates, actions, and ready automations."""
    return {
        "triggers": [
            {
                "event": kind.name,
                "label": str(kind.label),
                "fields": {field.name: field.kind for field in known.fields_of(kind.name).values()},
                "told": [
                    {"name": one.name, "label": one.label, "kind": one.kind, "values": dict(one.values)}
                    for one in known.fields_of(kind.name).values()
                ],
            }
            for kind in known.triggers()
        ],
        "date_fields": list(known.date_fields()),
        "actions": [
            {
                "key": action.key,
                "label": str(action.label),
                "parameters": [
                    {
                        "name": one.name,
                        "label": str(one.label),
                        "kind": one.kind,
                        "required": one.required,
                        "values": [value for value, _label in one.options()],
                    }
                    for one in action.parameters
                ],
            }
            for action in actions.actions()
        ],
        "ready": [
            {
                "key": one.key,
                "name": str(one.name),
                "text": str(one.text),
                "sentence": words.sentence(one.definition()),
            }
            for one in gallery.offered()
        ],
    }


@router.get("/automations/{uuid:automation_id}", response=AutomationOut, operation_id="get_automation")
@operation(policies.VIEW)
def get_automation(request: Request, automation_id: UUID, response: HttpResponse) -> Any:
    """Read an automation."""
    return tagged(response, _one(request, automation_id))


@router.patch("/automations/{uuid:automation_id}", response=AutomationOut, operation_id="change_automation")
@operation(policies.MANAGE)
def change_automation(request: Request, automation_id: UUID, payload: AutomationChange, response: HttpResponse) -> Any:
    """Change the name, the description, or the draft."""
    row, by, at = _one(request, automation_id), request.actor, timezone.now()
    require_match(request, row)
    if payload.name is not None or payload.description is not None:
        name = row.name if payload.name is None else payload.name
        description = row.description if payload.description is None else payload.description
        services.describe_as(automation=row, name=name, description=description, by=by, at=at)
    if payload.definition is not None:
        services.edit(automation=row, definition=payload.definition, by=by, at=at)
    return tagged(response, row)


@router.delete("/automations/{uuid:automation_id}", response={204: None}, operation_id="remove_automation")
@operation(policies.MANAGE)
def remove_automation(request: Request, automation_id: UUID) -> Any:
    """Remove an automation that never ran; others are archived."""
    services.remove(automation=_one(request, automation_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/automations/{uuid:automation_id}/publish", response=AutomationOut, operation_id="publish_automation")
@operation(policies.MANAGE)
def publish_automation(request: Request, automation_id: UUID, payload: VersionNote) -> Any:
    """Put the draft into force as the next version; a first version goes live with it."""
    row = _one(request, automation_id)
    return services.publish(automation=row, note=payload.note, by=request.actor, at=timezone.now())


@router.post("/automations/{uuid:automation_id}/pause", response=AutomationOut, operation_id="pause_automation")
@operation(policies.MANAGE)
def pause_automation(request: Request, automation_id: UUID) -> Any:
    """Begin no more runs, and let those under way rest."""
    return services.pause(automation=_one(request, automation_id), by=request.actor, at=timezone.now())


@router.post("/automations/{uuid:automation_id}/resume", response=AutomationOut, operation_id="resume_automation")
@operation(policies.MANAGE)
def resume_automation(request: Request, automation_id: UUID) -> Any:
    """Go on with a paused automation."""
    return services.resume(automation=_one(request, automation_id), by=request.actor, at=timezone.now())


@router.post("/automations/{uuid:automation_id}/archive", response=AutomationOut, operation_id="archive_automation")
@operation(policies.MANAGE)
def archive_automation(request: Request, automation_id: UUID) -> Any:
    """Put an automation away; its history stays."""
    return services.archive(automation=_one(request, automation_id), by=request.actor, at=timezone.now())


@router.post("/automations/{uuid:automation_id}/revive", response=AutomationOut, operation_id="revive_automation")
@operation(policies.MANAGE)
def revive_automation(request: Request, automation_id: UUID) -> Any:
    """Bring an archived automation back, paused."""
    return services.revive(automation=_one(request, automation_id), by=request.actor, at=timezone.now())


@router.post(
    "/automations/{uuid:automation_id}/discard", response=AutomationOut, operation_id="discard_automation_draft"
)
@operation(policies.MANAGE)
def discard_automation_draft(request: Request, automation_id: UUID) -> Any:
    """Throw the draft away."""
    return services.discard_draft(automation=_one(request, automation_id), by=request.actor, at=timezone.now())


@router.get(
    "/automations/{uuid:automation_id}/versions",
    response=Page[AutomationVersionOut],
    operation_id="list_automation_versions",
)
@operation(policies.VIEW)
def list_automation_versions(request: Request, automation_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the versions, newest first."""
    return paginate(_one(request, automation_id).versions.all(), wanted)


@router.post("/automations/{uuid:automation_id}/foresee", response=ForeseenOut, operation_id="foresee_automation")
@operation(policies.MANAGE)
def foresee_automation(request: Request, automation_id: UUID, payload: ForPartner) -> Any:
    """Read what would happen to one partner now. Nothing is changed or sent."""
    row = _one(request, automation_id)
    partner = get_object_or_404(partners.visible_to(request.actor), pk=payload.partner_id)
    with as_system():
        return rehearsing.foresee(row, partner, at=timezone.now())


def _one(request: Request, pk: UUID) -> Automation:
    found: Automation = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    return found
