"""E-mail templates, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.automation import mailing, policies, services
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
from openprm.kernel.http import Request
from openprm.partners import policies as partners

router = Router(tags=["E-mail templates"])


class TemplateBody(Schema):
    """An e-mail with merge fields such as `{{ partner.name }}`."""

    name: str = Field(max_length=120, examples=["Welcome"])
    subject: str = Field(max_length=200, examples=["Welcome, {{ partner.name }}"])
    body: str = Field(max_length=20_000)
    button: str = Field("", max_length=60)
    button_url: str = Field("", max_length=300, examples=["/portal/"])


class EmailTemplateIn(TemplateBody):
    """A new template."""

    code: str = Field("", max_length=80, description="Its lasting name; made from the name where it is empty.")


class EmailTemplateOut(TemplateBody):
    """A template."""

    id: UUID
    code: str
    changed_by: str
    version: int
    updated_at: datetime


class LetterPreviewIn(Schema):
    """As which partner to fill it."""

    partner_id: UUID
    sender: str = Field("programme", max_length=60)


class LetterPreviewOut(Schema):
    """The letter as the partner's administrator would get it."""

    subject: str
    body: str
    button: str
    button_url: str


@router.get("/email-templates", response=Page[EmailTemplateOut], operation_id="list_email_templates")
@operation(policies.VIEW)
def list_email_templates(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the e-mail templates."""
    return paginate(policies.templates_visible_to(request.actor), wanted)


@router.post("/email-templates", response={201: EmailTemplateOut}, operation_id="create_email_template")
@operation(policies.MANAGE)
def create_email_template(request: Request, payload: EmailTemplateIn, response: HttpResponse) -> Any:
    """Write a template."""
    saved = services.save_template(**payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, saved))


@router.get("/email-templates/{uuid:template_id}", response=EmailTemplateOut, operation_id="get_email_template")
@operation(policies.VIEW)
def get_email_template(request: Request, template_id: UUID, response: HttpResponse) -> Any:
    """Read a template."""
    return tagged(response, get_object_or_404(policies.templates_visible_to(request.actor), pk=template_id))


@router.put("/email-templates/{uuid:template_id}", response=EmailTemplateOut, operation_id="change_email_template")
@operation(policies.MANAGE)
def change_email_template(request: Request, template_id: UUID, payload: TemplateBody, response: HttpResponse) -> Any:
    """Change a template."""
    row = get_object_or_404(policies.templates_visible_to(request.actor), pk=template_id)
    require_match(request, row)
    saved = services.save_template(template=row, **payload.dict(), by=request.actor, at=timezone.now())
    return tagged(response, saved)


@router.delete("/email-templates/{uuid:template_id}", response={204: None}, operation_id="remove_email_template")
@operation(policies.MANAGE)
def remove_email_template(request: Request, template_id: UUID) -> Any:
    """Remove a template that no automation sends."""
    row = get_object_or_404(policies.templates_visible_to(request.actor), pk=template_id)
    services.remove_template(template=row, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post(
    "/email-templates/{uuid:template_id}/preview", response=LetterPreviewOut, operation_id="preview_email_template"
)
@operation(policies.VIEW)
def preview_email_template(request: Request, template_id: UUID, payload: LetterPreviewIn) -> Any:
    """Read a template filled for a partner. Nothing is sent."""
    row = get_object_or_404(policies.templates_visible_to(request.actor), pk=template_id)
    partner = get_object_or_404(partners.visible_to(request.actor), pk=payload.partner_id)
    with as_system():
        reader = mailing.example(partner, at=timezone.now())
        sender = mailing.sender(partner, payload.sender)
        return mailing.write(row, partner, reader, by=sender)
