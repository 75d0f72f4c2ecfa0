"""Drawing templates: saved as they are edited, in force once they are published."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.journeys import checking, content, events, policies
from openprm.journeys.content import StageDoc
from openprm.journeys.models import JourneyTemplate
from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events import announce

State = JourneyTemplate.State
CODE = re.compile(r"^[a-z0-9][a-z0-9_.-]*$")


@transaction.atomic
def save_template(
    *,
    name: str,
    by: Actor,
    at: datetime,
    description: str = "",
    stages: Sequence[StageDoc] | None = None,
    code: str = "",
    template: JourneyTemplate | None = None,
) -> JourneyTemplate:
    """Keep a template as it is being drawn. Running journeys, and those that start, know nothing of it yet."""
    _require(by)
    drawn = list(stages) if stages is not None else template.drawn if template else []
    code = template.code if template else code.strip() or content.free_key(name, _codes())
    _require_sound(code, name, description, template)
    checking.refuse(checking.problems(drawn))
    if template is None:
        template = JourneyTemplate(code=code, created_at=at, updated_at=at)
    new = template._state.adding
    template.name, template.description = name.strip(), description.strip()
    template.stages = content.plain(drawn)
    if new:
        template.save(force_insert=True)
    else:
        template.write("name", "description", "stages", at=at)
    announce(events.TemplateSaved(template.code, template.name, new), about=template, by=by, at=at)
    return template


@transaction.atomic
def publish(*, template: JourneyTemplate, by: Actor, at: datetime) -> JourneyTemplate:
    """Let journeys that start from now on be made of what is drawn."""
    _require(by)
    checking.refuse(checking.missing(template.drawn) + checking.problems(template.drawn))
    template.published, template.state = template.stages, State.PUBLISHED
    template.number += 1
    template.published_at, template.published_by = at, by.name
    template.write("published", "state", "number", "published_at", "published_by", at=at)
    fact = events.TemplatePublished(template.code, template.name, template.number)
    announce(fact, about=template, by=by, at=at)
    return template


@transaction.atomic
def archive(*, template: JourneyTemplate, by: Actor, at: datetime) -> JourneyTemplate:
    """Let nobody start it any more; journeys that run go on."""
    _require(by)
    if template.state == State.ARCHIVED:
        raise Refusal(_("This template is archived already."))
    template.state = State.ARCHIVED
    template.write("state", at=at)
    announce(events.TemplateArchived(template.code, template.name), about=template, by=by, at=at)
    return template


@transaction.atomic
def restore(*, template: JourneyTemplate, by: Actor, at: datetime) -> JourneyTemplate:
    """Take a template out of the archive."""
    _require(by)
    if template.state != State.ARCHIVED:
        raise Refusal(_("This template is not archived."))
    template.state = State.PUBLISHED if template.number else State.DRAFT
    template.write("state", at=at)
    announce(events.TemplateSaved(template.code, template.name, False), about=template, by=by, at=at)
    return template


def _require(by: Actor) -> None:
    if by.kind != "system" and not policies.may_draw(by):
        raise Forbidden(_("Your role does not include drawing journeys. Ask an administrator for it."))


def _require_sound(code: str, name: str, description: str, template: JourneyTemplate | None) -> None:
    wrong: dict[str, str] = {}
    if not name.strip() or len(name.strip()) > 120:
        wrong["name"] = _("Give it a name of up to 120 characters.")
    if len(description) > 1000:
        wrong["description"] = _("Write at most 1,000 characters.")
    if not CODE.match(code) or len(code) > 80:
        wrong["code"] = _("Use small letters, digits, hyphens, dots and underscores.")
    elif template is None and JourneyTemplate.objects.filter(code=code).exists():
        wrong["code"] = _("Another template has this code. Choose another one.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)


def _codes() -> set[str]:
    return set(JourneyTemplate.objects.values_list("code", flat=True))
