"""Definitions as people read them: one sentence, and its parts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.automation import fields, merging, payload
from openprm.automation.definition import Definition, Step
from openprm.automation.known import date_fields, fields_of
from openprm.kernel import actions, audiences, events
from openprm.kernel.errors import Invalid
from openprm.kernel.ui import times


def trigger(wanted: Mapping[str, Any]) -> str:
    """Return when it begins, as the part of a sentence."""
    match wanted.get("kind"):
        case "event":
            return event_label(str(wanted.get("event", ""))) or _("… (choose an event)")
        case "schedule":
            return _schedule(wanted)
        case _:
            return _date(wanted)


def event_label(name: str) -> str:
    """Return an event's own words; its name where it is not declared any more."""
    try:
        label = str(events.event_type(name).label) if name else ""
    except KeyError:
        return name
    return _begun(label)


def _schedule(wanted: Mapping[str, Any]) -> str:
    words = {"hour": f"{int(wanted.get('hour', 8)):02}:00"}
    match wanted.get("every"):
        case "week":
            return _("it is %(day)s, %(hour)s") % {**words, "day": WEEKDAYS[int(wanted.get("weekday", 0))]}
        case "month":
            return _("it is day %(day)s of the month, %(hour)s") % {**words, "day": wanted.get("day", 1)}
        case _:
            return _("a day reaches %(hour)s") % words


def _date(wanted: Mapping[str, Any]) -> str:
    field = date_fields().get(str(wanted.get("field")))
    days = int(wanted.get("days", 0))
    words = {"days": days, "field": field.label if field else wanted.get("field")}
    if days == 0:
        return _("the day of “%(field)s” comes") % words
    if wanted.get("direction") == "before":
        return ngettext("“%(field)s” is a day away", "“%(field)s” is %(days)s days away", days) % words
    return ngettext("“%(field)s” was a day ago", "“%(field)s” was %(days)s days ago", days) % words


def condition(wanted: Mapping[str, Any], event: str = "") -> str:
    """Return a condition as the part of a sentence; nothing where it holds for everybody."""
    parts = []
    predicate = wanted["audience"]
    try:
        if audiences.always(audiences.validate(predicate, subject="partner")) is not True:
            parts.append(audiences.describe(predicate, subject="partner"))
    except Invalid as problem:
        parts.append(_("a condition that cannot be read any more (%(why)s)") % {"why": problem})
    told = [payload.words(one, fields_of(event)) for one in wanted["payload"]["conditions"]]
    if told:
        joint = _(" or ") if wanted["payload"]["match"] == "any" else _(" and ")
        said = joint.join(told)
        parts.append(f"({said})" if len(told) > 1 and parts and wanted["payload"]["match"] == "any" else said)
    return _(" and ").join(parts)


def step(wanted: Step, event: str = "") -> str:
    """Return one step as the part of a sentence; of a branch, its condition."""
    match wanted["kind"]:
        case "action":
            return action(str(wanted["action"]), wanted["values"])
        case "wait":
            return wait(wanted)
        case _:
            return _("if %(condition)s") % {"condition": condition(wanted["condition"], event) or _("anything")}


def action(key: str, values: Mapping[str, Any]) -> str:
    """Return an action with its values, merge fields by their labels; its key where no feature declares it any more."""
    labels = {name: f"[{_begun(str(label))}]" for name, label in fields.FIELDS.items()}
    try:
        return merging.named(actions.action(key).describe(values), labels)
    except KeyError:
        return _("%(key)s (no longer offered)") % {"key": key}


def _begun(label: str) -> str:
    return label[:1].lower() + label[1:]


def wait(wanted: Step) -> str:
    """Return a wait in words."""
    amount = wanted.get("amount", 0)
    match wanted["unit"]:
        case "hours":
            return ngettext("wait an hour", "wait %(n)s hours", amount) % {"n": amount}
        case "days":
            return ngettext("wait a day", "wait %(n)s days", amount) % {"n": amount}
        case "hour":
            return _("wait until %(hour)s") % {"hour": f"{int(amount):02}:00"}
        case _:
            try:
                shown = times.day(date.fromisoformat(str(wanted.get("date"))))
            except ValueError:
                shown = "…"
            return _("wait until %(date)s") % {"date": shown}


def sentence(definition: Definition) -> str:
    """Return a definition as one sentence: when, if, then."""
    event = str(definition["trigger"].get("event", ""))
    held = condition(definition["condition"], event)
    then = steps(definition["steps"], event) or _("nothing yet")
    words = {
        "when": trigger(definition["trigger"]),
        "if": held,
        "then": then[:-1] if then.endswith(".") else then,
    }
    if held:
        said = _("When %(when)s, if %(if)s, then %(then)s.") % words
    else:
        said = _("When %(when)s, then %(then)s.") % words
    return said[:-1] if said.endswith(("?.", "!.", "….")) else said


def steps(wanted: list[Step], event: str = "") -> str:
    """Return steps in order, as the part of a sentence."""
    return ", ".join(_one(one, event) for one in wanted)


def _one(wanted: Step, event: str) -> str:
    if wanted["kind"] != "branch":
        return step(wanted, event)
    words = {
        "if": condition(wanted["condition"], event) or _("anything"),
        "then": steps(wanted.get("then", []), event) or _("nothing"),
        "else": steps(wanted.get("else", []), event),
    }
    if wanted.get("else"):
        return _("if %(if)s (%(then)s; otherwise %(else)s)") % words
    return _("if %(if)s (%(then)s)") % words
