"""Application forms as text: the section ``application_forms`` of the programme as code."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Document, Section
from openprm.recruiting import services
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import Approval, Consent, FormDefinition, FormQuestion, ScoreRule


class FormDocument(Document):
    """A form as it is written down."""

    title: str
    programme: str = ""
    state: Literal["draft", "published", "closed"] = "draft"
    intro: str = ""
    closed_text: str = ""
    target_hours: int = 72
    approve_as: Literal["active", "applicant"] = "active"
    order: int = 100
    questions: list[FormQuestion] = Field(default_factory=list)
    consents: list[Consent] = Field(default_factory=list)
    score: list[ScoreRule] = Field(default_factory=list)
    approval: Approval = Field(default_factory=Approval)


PLAIN = ("title", "programme", "intro", "closed_text", "target_hours", "approve_as", "order")


def read() -> Iterable[FormDocument]:
    """Return all forms as they are."""
    for form in ApplicationForm.objects.order_by("code"):
        plain = {name: getattr(form, name) for name in (*PLAIN, "code", "state")}
        yield FormDocument(**plain, **form.asks.model_dump())


def write(document: FormDocument, by: Actor, at: datetime) -> None:
    """Make a form so."""
    form = ApplicationForm.objects.filter(code=document.code).first()
    definition = FormDefinition(
        questions=document.questions, consents=document.consents, score=document.score, approval=document.approval
    )
    values = FormValues(**{name: getattr(document, name) for name in PLAIN}, definition=definition)
    form = services.save_form(form=form, values=values, code=document.code, by=by, at=at)
    if document.state == "published":
        services.publish_form(form=form, by=by, at=at)
    elif document.state == "closed":
        services.close_form(form=form, by=by, at=at)
    elif form.state != "draft":
        services.unpublish_form(form=form, by=by, at=at)


def remove(code: str, by: Actor, at: datetime) -> None:
    """Close a form; what was sent on it stays."""
    form = ApplicationForm.objects.filter(code=code).first()
    if form is not None:
        services.remove_form(form=form, by=by, at=at)


section = Section("application_forms", _("Application forms"), 70, FormDocument, read, write, remove)
