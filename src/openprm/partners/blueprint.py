"""Saved audiences as text."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from openprm.kernel import audiences as language
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Audience as Predicate
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid
from openprm.partners import services
from openprm.partners.models import Audience


class AudienceDocument(Document):
    """A saved audience: for whom. ``subject`` is what it is made of, partners or people."""

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    subject: str = "partner"
    audience: Predicate


def read() -> Iterable[AudienceDocument]:
    """Return the saved audiences."""
    for row in Audience.objects.order_by("code"):
        predicate = language.by_words(row.predicate, subject=row.subject)
        yield AudienceDocument(
            code=row.code, name=row.name, description=row.description, subject=row.subject, audience=predicate
        )


def write(document: AudienceDocument, by: Actor, at: datetime) -> None:
    """Save an audience under its code."""
    if document.subject not in language.subjects:
        message = _("Choose one of: %(values)s.") % {"values": ", ".join(language.subjects)}
        raise Invalid(message, fields={"subject": message})
    services.save_audience(
        audience=Audience.objects.filter(code=document.code).first(),
        code=document.code,
        name=document.name,
        description=document.description,
        subject=document.subject,
        predicate=language.by_ids(document.audience, subject=document.subject),
        by=by,
        at=at,
    )


def remove(code: str, by: Actor, at: datetime) -> None:
    """Forget an audience."""
    services.delete_audience(audience=Audience.objects.get(code=code), by=by, at=at)


audiences = Section(
    key="audiences",
    label=_("Audiences"),
    order=500,  # they may speak of programmes and tiers; nothing refers to them
    shape=AudienceDocument,
    read=read,
    write=write,
    remove=remove,
)
