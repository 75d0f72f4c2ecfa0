"""Whether a definition can go live. Pure: what there is to choose from comes in as ``Known``."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from openprm.automation import payload
from openprm.automation.definition import WAYS, Definition, Step, walk
from openprm.automation.payload import PayloadField

MOST_STEPS, MOST_LEVELS, MOST_COMPARISONS = 60, 5, 20
MOST_DAYS, MOST_HOURS = 730, 1000
UNITS = ("hours", "days", "hour", "date")


@dataclass(frozen=True, slots=True)
class Known:
    """What a definition can speak of.

    ``event`` returns the fields an event tells (None: there is no such event); ``action`` what is wrong with an
    action's values, by parameter; ``audience`` what is wrong with a predicate.
    """

    event: Callable[[str], Mapping[str, PayloadField] | None]
    action: Callable[[str, Mapping[str, Any]], Mapping[str, str]]
    audience: Callable[[Any], str]
    date_fields: Collection[str]


def problems(definition: Any, known: Known) -> dict[str, str]:
    """Return what is wrong, by place: ``trigger``, ``condition``, ``steps``, or ``step.KEY`` with what of it.

    Messages about a step begin with its number, so that they can be read without the page beside them.
    """
    wrong = shape(definition)
    if wrong:
        return wrong
    found: dict[str, str] = {}
    trigger = definition["trigger"]
    fields = known.event(str(trigger.get("event"))) if trigger.get("kind") == "event" else {}
    if said := _trigger(trigger, fields, known):
        found["trigger"] = said
    if said := condition(definition["condition"], fields or {}, known):
        found["condition"] = said
    if not definition["steps"]:
        found["steps"] = _("Add at least one step.")
    for number, step in walk(definition["steps"]):
        for part, said in step_problems(step, fields or {}, known):
            place = f"step.{step['key']}" + (f".{part}" if part else "")
            found[place] = _("Step %(number)s: %(said)s") % {"number": number, "said": said}
    return found


def shape(definition: Any) -> dict[str, str]:
    """Return what keeps a value from being a definition at all: the wrong kinds of things in the wrong places."""
    if not isinstance(definition, dict) or set(definition) != {"trigger", "condition", "steps"}:
        return {"definition": _("A definition has exactly a trigger, a condition and steps.")}
    if not isinstance(definition["trigger"], dict):
        return {"trigger": _("Say when it begins.")}
    if not _is_condition(definition["condition"]):
        return {"condition": _("A condition has an audience and a payload with match and conditions.")}
    said = _steps(definition["steps"], 1)
    if said:
        return {"steps": said}
    keys = [step["key"] for _number, step in walk(definition["steps"])]
    if len(keys) > MOST_STEPS or len(set(keys)) < len(keys):
        return {"steps": _("At most %(n)s steps, each with a key of its own.") % {"n": MOST_STEPS}}
    return {}


def _steps(steps: Any, level: int) -> str:
    if not isinstance(steps, list) or level > MOST_LEVELS:
        return _("Steps are a list; branches can stand in each other, at most five deep.")
    for step in steps:
        key = step.get("key") if isinstance(step, dict) else None
        if not (isinstance(key, str) and key.isidentifier() and key.isascii() and len(key) <= 20):
            return _("Each step has a key: a short word of letters, digits and underscores.")
        if step.get("kind") not in ("action", "wait", "branch"):
            return _("The step “%(key)s” is no action, wait or branch.") % {"key": key}
        if step["kind"] == "branch":
            if not _is_condition(step.get("condition")):
                return _("The branch “%(key)s” has no condition.") % {"key": key}
            for way in WAYS:
                if said := _steps(step.get(way, []), level + 1):
                    return said
    return ""


def _is_condition(found: Any) -> bool:
    if not isinstance(found, dict) or set(found) != {"audience", "payload"}:
        return False
    told = found["payload"]
    return (
        isinstance(told, dict)
        and set(told) == {"match", "conditions"}
        and told["match"] in ("all", "any")
        and isinstance(told["conditions"], list)
        and len(told["conditions"]) <= MOST_COMPARISONS
    )


def _trigger(trigger: Mapping[str, Any], fields: Mapping[str, PayloadField] | None, known: Known) -> str:
    match trigger.get("kind"):
        case "event":
            if set(trigger) != {"kind", "event"} or fields is None:
                return _("Choose the event with which it begins.")
        case "schedule":
            return _schedule(trigger)
        case "date":
            if set(trigger) != {"kind", "field", "days", "direction", "hour"}:
                return _("Say how many days before or after which date.")
            if trigger["field"] not in known.date_fields:
                return _("Choose a date: %(dates)s.") % {"dates": ", ".join(known.date_fields)}
            if not _whole(trigger["days"], 0, MOST_DAYS) or trigger["direction"] not in ("before", "after"):
                return _("Give a number of days from 0 to %(most)s, before or after.") % {"most": MOST_DAYS}
            return _hour(trigger["hour"])
        case _:
            return _("Say when it begins: with an event, by a schedule, or days before or after a date.")
    return ""


def _schedule(trigger: Mapping[str, Any]) -> str:
    more = {"week": {"weekday"}, "month": {"day"}}.get(str(trigger.get("every")), set())
    if trigger.get("every") not in ("day", "week", "month") or set(trigger) != {"kind", "every", "hour"} | more:
        return _("Choose every day, every week on a day, or every month on a day.")
    if "weekday" in more and not _whole(trigger["weekday"], 0, 6):
        return _("Choose a day of the week, 0 (Monday) to 6.")
    if "day" in more and not _whole(trigger["day"], 1, 28):
        return _("Choose a day of the month from 1 to 28, which every month has.")
    return _hour(trigger["hour"])


def _hour(hour: Any) -> str:
    return "" if _whole(hour, 0, 23) else _("Give a whole hour from 0 to 23.")


def condition(wanted: Mapping[str, Any], fields: Mapping[str, PayloadField], known: Known) -> str:
    """Return what is wrong with a condition, or nothing."""
    if said := known.audience(wanted["audience"]):
        return said
    return next((said for one in wanted["payload"]["conditions"] if (said := payload.problem(one, fields))), "")


def step_problems(step: Step, fields: Mapping[str, PayloadField], known: Known) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one step, each with the part of it that is."""
    match step["kind"]:
        case "action":
            if set(step) != {"key", "kind", "action", "values"} or not isinstance(step.get("values"), dict):
                yield "action", _("An action has a name and values.")
                return
            yield from known.action(str(step["action"]), step["values"]).items()
        case "wait":
            if said := _wait(step):
                yield "amount", said
        case _:
            if said := condition(step["condition"], fields, known):
                yield "condition", said


def _wait(step: Step) -> str:
    unit = step.get("unit")
    if unit not in UNITS or set(step) != {"key", "kind", "unit", "date" if unit == "date" else "amount"}:
        return _("Say how long to wait: hours, days, until an hour of the day, or until a date.")
    if unit == "date":
        try:
            date.fromisoformat(str(step["date"]))
        except ValueError:
            return _("Give a date, as in 2027-01-31.")
        return ""
    if unit == "hour":
        return _hour(step["amount"])
    most = MOST_DAYS if unit == "days" else MOST_HOURS
    return "" if _whole(step["amount"], 1, most) else _("Give a whole number from 1 to %(most)s.") % {"most": most}


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def trigger_of(definition: Definition) -> tuple[str, str]:
    """Return the kind of the trigger and the event it names, which automations are found by."""
    trigger = definition["trigger"]
    return str(trigger["kind"]), str(trigger.get("event", "")) if trigger["kind"] == "event" else ""
