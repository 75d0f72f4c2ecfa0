"""What changed from one definition to another, in words."""

from collections.abc import Container

from django.utils.translation import gettext as _

from openprm.automation import words
from openprm.automation.definition import Definition, walk


def in_words(before: Definition | None, after: Definition) -> list[str]:
    """Return one sentence for each change; for a first version, what it says."""
    if not before:
        return [words.sentence(after)]
    found = []
    old_event, new_event = str(before["trigger"].get("event", "")), str(after["trigger"].get("event", ""))
    if before["trigger"] != after["trigger"]:
        change = {"old": words.trigger(before["trigger"]), "new": words.trigger(after["trigger"])}
        found.append(_("It begins when %(new)s (was: when %(old)s).") % change)
    if before["condition"] != after["condition"]:
        anything = _("no condition")
        change = {
            "old": words.condition(before["condition"], old_event) or anything,
            "new": words.condition(after["condition"], new_event) or anything,
        }
        found.append(_("Condition: %(new)s (was: %(old)s).") % change)
    old = {step["key"]: (number, step) for number, step in walk(before["steps"])}
    new = {step["key"]: (number, step) for number, step in walk(after["steps"])}
    for key, (number, step) in new.items():
        said = {"number": number, "new": words.step(step, new_event)}
        if key not in old:
            found.append(_("Added as step %(number)s: %(new)s.") % said)
        elif _bare(old[key][1]) != _bare(step):
            found.append(
                _("Step %(number)s: %(new)s (was: %(old)s).") % {**said, "old": words.step(old[key][1], old_event)}
            )
    for key, (number, step) in old.items():
        if key not in new:
            found.append(
                _("Removed step %(number)s: %(old)s.") % {"number": number, "old": words.step(step, old_event)}
            )
    if _order(before, new) != _order(after, old):
        found.append(_("The order of the steps changed."))
    return found


def _bare(step: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in step.items() if name not in ("then", "else")}


def _order(definition: Definition, kept: Container[str]) -> list[tuple[str, str]]:
    """Return the kept steps in order, each with the list it stands in."""
    found: list[tuple[str, str]] = []
    for number, step in walk(definition["steps"]):
        if step["key"] in kept:
            found.append((step["key"], _within(definition, number)))
    return found


def _within(definition: Definition, number: str) -> str:
    """Return which branch (by key) and way a number stands in."""
    parts = number.split(".")
    if len(parts) < 3:
        return ""
    outer = {place: step["key"] for place, step in walk(definition["steps"])}
    return f"{outer['.'.join(parts[:-2])]}:{parts[-2]}"
