"""Saving and removing e-mail templates."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.automation import fields, merging
from openprm.automation.definition import walk
from openprm.automation.events import TemplateRemoved, TemplateSaved
from openprm.automation.models import Automation, EmailTemplate
from openprm.automation.policies import MANAGE
from openprm.automation.services import checks
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_BUTTON, LONGEST_URL = 200, 20_000, 60, 300


class CodeTaken(Refusal):
    """There is a template with this code."""

    code = "email_template_code_taken"

    def __init__(self, code: str) -> None:
        message = _("There is already a template with the code “%(code)s”. Choose another one.") % {"code": code}
        super().__init__(message, fields={"code": message})


@transaction.atomic
def save_template(
    *,
    name: str,
    subject: str,
    body: str,
    button: str = "",
    button_url: str = "",
    code: str = "",
    template: EmailTemplate | None = None,
    by: Actor,
    at: datetime,
) -> EmailTemplate:
    """Save a new template, or change one; its code stays."""
    by.require(MANAGE)
    code = template.code if template else code or checks.code_of(name, EmailTemplate.objects)
    values: dict[str, Any] = {
        "code": code,
        "name": checks.names(code, name)["name"],
        **_checked(subject, body, button, button_url),
    }
    if template is None and EmailTemplate.objects.filter(code=code).exists():
        raise CodeTaken(code)
    before = {key: getattr(template, key) for key in values} if template else {}
    changed = changes(before, values)
    if template and not changed:
        return template
    if template is None:
        template = EmailTemplate.objects.create(**values, changed_by=by.name, created_at=at, updated_at=at)
    else:
        for key, value in values.items():
            setattr(template, key, value)
        template.changed_by = by.name
        template.write(*values, "changed_by", at=at)
    announce(TemplateSaved(code=code, changes=changed), about=template, by=by, at=at)
    return template


@transaction.atomic
def remove_template(*, template: EmailTemplate, by: Actor, at: datetime) -> None:
    """Remove a template that no automation sends."""
    by.require(MANAGE)
    using = users(template.code)
    if using:
        words = {"names": ", ".join(str(one) for one in using[:5])}
        raise Refusal(_("These automations send it: %(names)s. Change them first.") % words, code="template_in_use")
    announce(TemplateRemoved(code=template.code, name=template.name), about=template, by=by, at=at)
    EmailTemplate.objects.filter(pk=template.pk).delete()


def users(code: str) -> list[Automation]:
    """Return the automations that send a template, in their version in force or their draft."""
    rows = Automation.objects.exclude(state=Automation.State.ARCHIVED).select_related("current")
    return [row for row in rows if code in _sent(row)]


def _sent(automation: Automation) -> set[str]:
    definitions = [automation.draft, automation.current.definition if automation.current else None]
    return {
        str(step["values"].get("template"))
        for definition in definitions
        if definition
        for _number, step in walk(definition["steps"])
        if step["kind"] == "action" and isinstance(step.get("values"), dict)
    }


def _checked(subject: str, body: str, button: str, button_url: str) -> dict[str, str]:
    values = {
        "subject": " ".join(subject.split()),
        "body": body.replace("\r\n", "\n").strip(),
        "button": " ".join(button.split()),
        "button_url": button_url.strip(),
    }
    wrong = {}
    limits = {
        "subject": LONGEST_SUBJECT,
        "body": LONGEST_BODY,
        "button": LONGEST_BUTTON,
        "button_url": LONGEST_URL,
    }
    for key, most in limits.items():
        if len(values[key]) > most:
            wrong[key] = _("Give at most %(most)s characters.") % {"most": most}
        elif strange := merging.problems(values[key], fields.FIELDS):
            wrong[key] = _("There is no merge field %(names)s. Choose one from the list.") % {
                "names": ", ".join(f"“{one}”" for one in strange)
            }
        if "\0" in values[key]:
            wrong[key] = _("There is a character in it that cannot be stored.")
    for key in ("subject", "body"):
        if not values[key]:
            wrong[key] = _("This is needed.")
    if bool(values["button"]) != bool(values["button_url"]):
        wrong["button_url"] = _("A button needs both words and an address.")
    elif values["button_url"] and not _leads_somewhere(values["button_url"]):
        wrong["button_url"] = _("Give an address of this server such as /portal/, or one with https://.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return values


def _leads_somewhere(url: str) -> bool:
    return url.startswith("https://") or (url.startswith("/") and not url.startswith("//"))
