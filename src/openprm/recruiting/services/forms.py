"""Drawing application forms, and opening and closing them."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid
from openprm.kernel.events import announce
from openprm.recruiting import enrolling, events, fields, policies, rules, words
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.shapes import FormDefinition

_CODE = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
MOST_HOURS = 24 * 90


@dataclass(frozen=True, slots=True)
class FormValues:
    """Everything a form is, but for its code and whether the public can use it."""

    title: str
    programme: str = ""
    intro: str = ""
    closed_text: str = ""
    target_hours: int = 72
    approve_as: str = "active"
    order: int = 100
    definition: FormDefinition = field(default_factory=FormDefinition)

    @classmethod
    def of(cls, form: ApplicationForm) -> "FormValues":
        """Return what a form is now."""
        names = [name for name in cls.__dataclass_fields__ if name != "definition"]
        return cls(**{name: getattr(form, name) for name in names}, definition=form.asks)


@transaction.atomic
def save_form(
    *, form: ApplicationForm | None, values: FormValues, by: Actor, at: datetime, code: str = ""
) -> ApplicationForm:
    """Make a form, or change one. What applicants have sent keeps the questions as they were asked."""
    by.require(policies.FORMS)
    plain = _checked(values, code if form is None else form.code)
    if form is None:
        form = ApplicationForm(code=code, **plain, created_at=at, updated_at=at)
        try:
            with transaction.atomic():
                form.save(force_insert=True)
        except IntegrityError as error:
            message = _("Another form has this code. Choose another one.")
            raise Invalid(message, fields={"code": message}) from error
        announce(events.FormSaved(code, changes({}, plain)), about=form, by=by, at=at)
        return form
    changed = changes({name: getattr(form, name) for name in plain}, plain)
    if changed:
        for name in changed:
            setattr(form, name, plain[name])
        form.__dict__.pop("asks", None)
        form.write(*changed, at=at)
        announce(events.FormSaved(form.code, _brief(changed)), about=form, by=by, at=at)
    return form


@transaction.atomic
def publish_form(*, form: ApplicationForm, by: Actor, at: datetime) -> ApplicationForm:
    """Let the public apply."""
    return _move(form, ApplicationForm.State.PUBLISHED, by, at)


@transaction.atomic
def close_form(*, form: ApplicationForm, by: Actor, at: datetime) -> ApplicationForm:
    """Let nobody begin any more; who has begun can finish."""
    return _move(form, ApplicationForm.State.CLOSED, by, at)


@transaction.atomic
def unpublish_form(*, form: ApplicationForm, by: Actor, at: datetime) -> ApplicationForm:
    """Make a form a draft again: the public does not see it."""
    return _move(form, ApplicationForm.State.DRAFT, by, at)


@transaction.atomic
def remove_form(*, form: ApplicationForm, by: Actor, at: datetime) -> None:
    """Take a form away that nobody has used; one with applications is closed and stays."""
    by.require(policies.FORMS)
    if form.applications.exists():
        close_form(form=form, by=by, at=at)
        return
    announce(events.FormSaved(form.code, {"state": [form.state, "removed"]}), about=form, by=by, at=at)
    form.delete()


def _move(form: ApplicationForm, state: str, by: Actor, at: datetime) -> ApplicationForm:
    by.require(policies.FORMS)
    if form.state != state:
        changed = {"state": [form.state, str(state)]}
        form.state = state
        form.write("state", at=at)
        announce(events.FormSaved(form.code, changed), about=form, by=by, at=at)
    return form


def _checked(values: FormValues, code: str) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    if not _CODE.match(code):
        wrong["code"] = _("Use small letters, digits and hyphens, such as “resellers”. It is part of the address.")
    if not values.title.strip() or len(values.title) > 120:
        wrong["title"] = _("Give the form a title of at most 120 characters.")
    if not 1 <= values.target_hours <= MOST_HOURS:
        wrong["target_hours"] = _("Give a number of hours from 1 to %(most)s.") % {"most": MOST_HOURS}
    if values.approve_as not in ("active", "applicant"):
        wrong["approve_as"] = _("Choose one of: %(values)s.") % {"values": "active, applicant"}
    if values.programme and not enrolling.is_known(values.programme):
        wrong["programme"] = _("There is no programme with this code. Choose one of those that there are.")
    if len(values.intro) > 4000:
        wrong["intro"] = _("Make it shorter.")
    for part, key, problem in rules.problems(values.definition, fields.kinds()):
        wrong[part] = str(words.FORM_PROBLEMS[problem]) % {"key": key}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    plain = asdict(values)
    return plain | {"title": values.title.strip(), "definition": values.definition.model_dump(mode="json")}


def _brief(changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave whole definitions out of the log: which parts changed is enough to read there."""
    if "definition" not in changed:
        return changed
    return {name: pair for name, pair in changed.items() if name != "definition"} | {"definition": ["…", "…"]}
