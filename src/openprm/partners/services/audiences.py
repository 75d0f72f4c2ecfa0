"""Saving audiences under a name."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.kernel import audiences, events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.partners.events import AudienceDeleted, AudienceSaved
from openprm.partners.models import Audience
from openprm.partners.policies import AUDIENCES

LONGEST_NAME, LONGEST_DESCRIPTION = 120, 500


class NameTaken(Refusal):
    """There is an audience of this name."""

    code = "audience_name_taken"

    def __init__(self, name: str) -> None:
        message = _("There is already an audience “%(name)s”. Choose another name.") % {"name": name}
        super().__init__(message, fields={"name": message})


def save_audience(
    *,
    name: str,
    subject: str,
    predicate: audiences.Predicate,
    description: str = "",
    audience: Audience | None = None,
    code: str = "",
    by: Actor,
    at: datetime,
) -> Audience:
    """Save a new audience (its ``code`` is made of its name unless given), or put new words and conditions to one."""
    by.require(AUDIENCES)
    values = _checked(name, subject, predicate, description)
    with as_system():
        others = Audience.objects.exclude(pk=audience.pk) if audience else Audience.objects.all()
        if others.filter(name__iexact=values["name"]).exists():
            raise NameTaken(values["name"])
        before = {field: getattr(audience, field) for field in values} if audience else {}
        changed = changes(before, values)
        if not changed:
            return audience  # type: ignore[return-value]  # nothing changed means that there is one
        audience = _stored(audience, values, code, at)
        events.announce(AudienceSaved(name=audience.name, changes=changed), about=audience, by=by, at=at)
    return audience


def delete_audience(*, audience: Audience, by: Actor, at: datetime) -> None:
    """Forget a saved audience; what was built from its conditions keeps them."""
    by.require(AUDIENCES)
    with as_system():
        fact = AudienceDeleted(name=audience.name, subject=audience.subject, predicate=audience.predicate)
        events.announce(fact, about=audience, by=by, at=at)
        Audience.objects.filter(pk=audience.pk).delete()


def _checked(name: str, subject: str, predicate: Any, description: str) -> dict[str, Any]:
    name, description = " ".join(name.split()), description.strip()
    wrong = {}
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = _("Give a name of at most 120 characters.")
    if len(description) > LONGEST_DESCRIPTION:
        wrong["description"] = _("Give at most 500 characters.")
    if subject not in audiences.subjects:
        wrong["subject"] = _("Choose one of: %(values)s.") % {"values": ", ".join(audiences.subjects)}
    if wrong:
        raise Invalid(_("Some values cannot be stored."), fields=wrong)
    predicate = audiences.validate(predicate, subject=subject)
    return {"name": name, "subject": subject, "predicate": predicate, "description": description}


def _stored(audience: Audience | None, values: dict[str, Any], code: str, at: datetime) -> Audience:
    if audience is None:
        audience = Audience(**values, code=code, created_at=at, updated_at=at)
        audience.save(force_insert=True)
        return audience
    for field, value in values.items():
        setattr(audience, field, value)
    return audience.write(*values, at=at)
