"""Journey templates as documents of the programme's text."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from openprm.journeys import services
from openprm.journeys.content import StageDoc, plain
from openprm.journeys.models import Journey, JourneyTemplate
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid


class JourneyDocument(Document):
    """A journey template. ``edits`` are stages that were changed since they were published."""

    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=1000)
    published: bool = True
    archived: bool = False
    stages: list[StageDoc] = Field(default_factory=list)
    edits: list[StageDoc] | None = None


def _read() -> Iterator[JourneyDocument]:
    for template in JourneyTemplate.objects.order_by("code"):
        yield _document(template)


def _document(template: JourneyTemplate) -> JourneyDocument:
    published = template.number > 0
    return JourneyDocument(
        code=template.code,
        name=template.name,
        description=template.description,
        published=published,
        archived=template.state == JourneyTemplate.State.ARCHIVED,
        stages=template.in_force if published else template.drawn,
        edits=template.drawn if template.has_edits else None,
    )


def _write(document: JourneyDocument, by: Actor, at: datetime) -> None:
    template = JourneyTemplate.objects.filter(code=document.code).first()
    if template is not None and _document(template) == document:
        return
    if template is not None and template.number and not document.published:
        message = _("The journey “%s” was published already and cannot be a draft again. Archive it instead.")
        raise Invalid(message % document.code, fields={"published": message % document.code})
    words = {"name": document.name, "description": document.description}
    template = services.save_template(
        template=template, code=document.code, stages=document.stages, by=by, at=at, **words
    )
    if document.published and (not template.number or template.published != plain(document.stages)):
        services.publish(template=template, by=by, at=at)
    if document.edits is not None:
        services.save_template(template=template, stages=document.edits, by=by, at=at, **words)
    is_archived = template.state == JourneyTemplate.State.ARCHIVED
    if document.archived and not is_archived:
        services.archive(template=template, by=by, at=at)
    elif is_archived and not document.archived:
        services.restore(template=template, by=by, at=at)


def _remove(code: str, by: Actor, at: datetime) -> None:
    """Take a template away; one that partners were on is archived."""
    template = JourneyTemplate.objects.filter(code=code).first()
    if template is None:
        return
    if not Journey.objects.filter(template=template).exists():
        template.delete()
    elif template.state != JourneyTemplate.State.ARCHIVED:
        services.archive(template=template, by=by, at=at)


SECTION = Section(
    key="journeys",
    label=gettext_lazy("Onboarding journeys"),
    order=60,
    shape=JourneyDocument,
    read=_read,
    write=_write,
    remove=_remove,
)
