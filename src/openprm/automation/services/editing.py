"""Making automations and changing their drafts. What is live notices nothing of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.automation import diff
from openprm.automation.definition import Definition, empty
from openprm.automation.events import Changed, Created, Discarded
from openprm.automation.models import Automation, AutomationVersion
from openprm.automation.policies import MANAGE
from openprm.automation.services import checks
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Refusal
from openprm.kernel.events import announce

MOST = 500


class CodeTaken(Refusal):
    """There is an automation with this code."""

    code = "automation_code_taken"

    def __init__(self, code: str) -> None:
        message = _("There is already an automation with the code “%(code)s”. Choose another one.") % {"code": code}
        super().__init__(message, fields={"code": message})


@transaction.atomic
def create(
    *, name: str, code: str = "", description: str = "", definition: Any = None, by: Actor, at: datetime
) -> Automation:
    """Make an automation, as a draft."""
    by.require(MANAGE)
    values = checks.names(code or checks.code_of(name, Automation.objects), name, description)
    if Automation.objects.filter(code=values["code"]).exists():
        raise CodeTaken(values["code"])
    if Automation.objects.exclude(state=Automation.State.ARCHIVED).count() >= MOST:
        raise Refusal(_("There can be at most 500 automations. Archive one you no longer need."), code="too_many")
    draft = checks.shaped(definition) if definition is not None else empty()
    row = Automation.objects.create(**values, draft=draft, changed_by=by.name, created_at=at, updated_at=at)
    announce(Created(code=row.code, name=row.name), about=row, by=by, at=at)
    return row


@transaction.atomic
def describe_as(*, automation: Automation, name: str, description: str = "", by: Actor, at: datetime) -> Automation:
    """Give an automation another name or description."""
    by.require(MANAGE)
    values = checks.names(automation.code, name, description)
    changed = changes({key: getattr(automation, key) for key in values}, values)
    if not changed:
        return automation
    automation.name, automation.description = values["name"], values["description"]
    automation.write("name", "description", at=at)
    told = [f"{key}: {old} → {new}" for key, (old, new) in changed.items()]
    announce(Changed(changes=told), about=automation, by=by, at=at)
    return automation


@transaction.atomic
def edit(*, automation: Automation, definition: Any, by: Actor, at: datetime) -> Automation:
    """Make this the draft of the next version. It may be unfinished; to go live it must be whole."""
    by.require(MANAGE)
    _require_open(automation)
    wanted: Definition | None = checks.shaped(definition)
    told = diff.in_words(automation.edited, wanted) if wanted else []
    if wanted == automation.edited:
        return automation
    if automation.current and wanted == automation.current.definition:
        wanted = None
    automation.draft, automation.changed_by = wanted, by.name
    automation.write("draft", "changed_by", at=at)
    announce(Changed(changes=told), about=automation, by=by, at=at)
    return automation


@transaction.atomic
def restore(*, automation: Automation, version: AutomationVersion, by: Actor, at: datetime) -> Automation:
    """Take an earlier version as the draft of the next."""
    return edit(automation=automation, definition=version.definition, by=by, at=at)


@transaction.atomic
def discard_draft(*, automation: Automation, by: Actor, at: datetime) -> Automation:
    """Throw the draft away; the current version stays as it is."""
    by.require(MANAGE)
    if automation.current is None:
        raise Refusal(_("Nothing was published yet. Remove the automation instead."), code="nothing_published")
    if automation.draft is not None:
        automation.draft = None
        automation.write("draft", at=at)
        announce(Discarded(automation.name), about=automation, by=by, at=at)
    return automation


@transaction.atomic
def remove(*, automation: Automation, by: Actor, at: datetime) -> None:
    """Remove an automation that never ran."""
    by.require(MANAGE)
    if automation.current is not None or automation.runs.exists():
        raise Refusal(_("It has a history. Archive it instead."), code="has_history")
    announce(Discarded(automation.name), about=automation, by=by, at=at)
    Automation.objects.filter(pk=automation.pk).delete()


def _require_open(automation: Automation) -> None:
    if automation.state == Automation.State.ARCHIVED:
        raise Refusal(_("This automation is archived. Bring it back first."), code="archived")
