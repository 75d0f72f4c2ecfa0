"""Automations and e-mail templates as text."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, field_validator

from openprm.automation import services
from openprm.automation.models import Automation, EmailTemplate
from openprm.automation.services.checks import shaped
from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid

State = Automation.State


class TemplateDocument(Document):
    """An e-mail template."""

    name: str = Field(min_length=1, max_length=120)
    subject: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1)
    button: str = ""
    button_url: str = ""


class AutomationDocument(Document):
    """An automation: the version in force, and the draft of the next where there is one."""

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    state: str = Field(pattern="^(draft|live|paused)$")
    definition: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None

    @field_validator("definition", "draft")
    @classmethod
    def _whole(cls, found: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            return shaped(found) if found is not None else None
        except Invalid as problem:
            raise ValueError(str(problem)) from None


def _read_templates() -> Iterator[TemplateDocument]:
    for row in EmailTemplate.objects.order_by("code"):
        yield TemplateDocument(
            code=row.code,
            name=row.name,
            subject=row.subject,
            body=row.body,
            button=row.button,
            button_url=row.button_url,
        )


def _write_template(document: TemplateDocument, by: Actor, at: datetime) -> None:
    row = EmailTemplate.objects.filter(code=document.code).first()
    services.save_template(template=row, by=by, at=at, **document.model_dump())


def _remove_template(code: str, by: Actor, at: datetime) -> None:
    row = EmailTemplate.objects.filter(code=code).first()
    if row is not None:
        services.remove_template(template=row, by=by, at=at)


def _read() -> Iterator[AutomationDocument]:
    rows = Automation.objects.exclude(state=State.ARCHIVED).select_related("current").order_by("code")
    for row in rows:
        yield AutomationDocument(
            code=row.code,
            name=row.name,
            description=row.description,
            state=row.state,
            definition=_named(row.current.definition) if row.current else None,
            draft=_named(row.draft) if row.draft else None,
        )


def _named(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition whose audiences can be taken along."""
    named: dict[str, Any] = audiences.within(definition, partial(audiences.by_words, subject="partner"))
    return named


def _known_here(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition whose audiences speak of what is here."""
    known: dict[str, Any] = audiences.within(definition, partial(audiences.by_ids, subject="partner"))
    return known


def _write(document: AutomationDocument, by: Actor, at: datetime) -> None:
    _check(document)
    said = {name: _known_here(one) for name in ("definition", "draft") if (one := getattr(document, name)) is not None}
    document = document.model_copy(update=said)
    row = Automation.objects.select_related("current").filter(code=document.code).first()
    given: dict[str, Any] = {"name": document.name, "description": document.description, "by": by, "at": at}
    first = document.definition or document.draft
    if row is None:
        row = services.create(code=document.code, definition=first, **given)
    else:
        if row.state == State.ARCHIVED:
            services.revive(automation=row, by=by, at=at)
        services.describe_as(automation=row, **given)
    if document.definition is None:
        if row.current is not None:
            message = _("“%(code)s” was published there and cannot become a draft again.") % {"code": document.code}
            raise Invalid(message, fields={"state": message})
        services.edit(automation=row, definition=document.draft, by=by, at=at)
        return
    if row.current is None or row.current.definition != document.definition:
        services.edit(automation=row, definition=document.definition, by=by, at=at)
        services.publish(automation=row, note=_("From the programme as text"), by=by, at=at)
    if document.state == State.PAUSED and row.state == State.LIVE:
        services.pause(automation=row, by=by, at=at)
    if document.state == State.LIVE and row.state == State.PAUSED:
        services.resume(automation=row, by=by, at=at)
    services.edit(automation=row, definition=document.draft or document.definition, by=by, at=at)


def _check(document: AutomationDocument) -> None:
    message = ""
    if (document.state == State.DRAFT) != (document.definition is None):
        message = _("A draft has no definition in force; what is live or paused has one.")
    elif document.definition is None and document.draft is None:
        message = _("Give a draft.")
    elif document.draft is not None and document.draft == document.definition:
        message = _("The draft says the same as the definition. Leave it out.")
    if message:
        raise Invalid(message, fields={"definition": message})


def _remove(code: str, by: Actor, at: datetime) -> None:
    row = Automation.objects.filter(code=code).exclude(state=State.ARCHIVED).first()
    if row is None:
        return
    if row.current is None and not row.runs.exists():
        services.remove(automation=row, by=by, at=at)
    else:
        services.archive(automation=row, by=by, at=at)


SECTIONS = [
    Section(
        "email_templates",
        gettext_lazy("E-mail templates"),
        order=700,
        shape=TemplateDocument,
        read=_read_templates,
        write=_write_template,
        remove=_remove_template,
    ),
    Section(
        "automations",
        gettext_lazy("Automations"),
        order=800,
        shape=AutomationDocument,
        read=_read,
        write=_write,
        remove=_remove,
    ),
]
