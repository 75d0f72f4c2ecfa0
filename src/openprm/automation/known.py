"""What definitions can speak of, taken from the declarations of all features."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openprm.automation import payload
from openprm.automation.events import OWN_NOUNS
from openprm.automation.payload import PayloadField
from openprm.automation.rules import Known
from openprm.kernel import actions, audiences, events
from openprm.kernel.audiences import Field
from openprm.kernel.errors import Invalid, Problem


def fields_of(event: str) -> Mapping[str, PayloadField]:
    """Return what an event tells, in the reader's words; nothing for one that is not declared (any more)."""
    return _fields_of(event, get_language() or "")


@lru_cache(maxsize=512)
def _fields_of(event: str, language: str) -> Mapping[str, PayloadField]:
    try:
        return payload.fields_of(events.event_type(event).schema)
    except KeyError:
        return {}


def triggers() -> list[events.EventType]:
    """Return the events with which an automation can begin."""
    return [kind for kind in events.event_types() if kind.noun not in OWN_NOUNS]


def date_fields() -> dict[str, Field]:
    """Return the dates of a partner that days can be counted from."""
    return {name: field for name, field in audiences.fields_for("partner").items() if field.kind == "date"}


def _event(name: str) -> Mapping[str, PayloadField] | None:
    if name not in {kind.name for kind in triggers()}:
        return None
    return fields_of(name)


def _action(key: str, values: Mapping[str, Any]) -> Mapping[str, str]:
    try:
        actions.action(key).check(values)
    except KeyError:
        return {"": _("There is no action “%(key)s” (any more).") % {"key": key}}
    except Problem as problem:
        known = {parameter.name: str(parameter.label) for parameter in actions.action(key).parameters}
        return {name: f"{known.get(name, name)}: {said}" for name, said in problem.fields.items()} or {"": str(problem)}
    return {}


def _audience(predicate: Any) -> str:
    try:
        checked = audiences.validate(predicate, subject="partner")
    except Invalid as problem:
        return str(problem)
    if audiences.always(checked) is False:
        return _("No partner can ever fulfil this: “None of these holds” stands over a group without conditions.")
    return ""


def known() -> Known:
    """Return what there is to choose from now."""
    return Known(_event, _action, _audience, tuple(date_fields()))
