"""A definition as data: its steps as a tree that can be walked and changed. Pure.

Steps stand in lists; a list is named by ``""`` (the steps themselves) or ``"KEY:then"`` and ``"KEY:else"`` (the two
ways of the branch KEY). Every change returns a new definition.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Definition = dict[str, Any]
Step = dict[str, Any]

WAYS = ("then", "else")
EVERYBODY: dict[str, Any] = {"all": []}


def empty() -> Definition:
    """Return what a new automation says: nothing yet."""
    return {"trigger": {"kind": "event", "event": ""}, "condition": condition(), "steps": []}


def condition(audience: dict[str, Any] | None = None, *comparisons: dict[str, Any], match: str = "all") -> Definition:
    """Return a condition: an audience over the partner, and comparisons with what the event tells."""
    return {
        "audience": audience or deepcopy(EVERYBODY),
        "payload": {"match": match, "conditions": list(comparisons)},
    }


def walk(steps: list[Step], number: str = "") -> Iterator[tuple[str, Step]]:
    """Yield every step with its number as people read it: ``2``, ``2.then.1``."""
    for place, step in enumerate(steps, 1):
        here = f"{number}{place}"
        yield here, step
        for way in WAYS if step.get("kind") == "branch" else ():
            yield from walk(step.get(way) or [], f"{here}.{way}.")


def keys(definition: Definition) -> list[str]:
    """Return the keys of all steps, in order."""
    return [step["key"] for _number, step in walk(definition["steps"])]


def find(definition: Definition, key: str) -> Step | None:
    """Return the step with this key."""
    return next((step for _number, step in walk(definition["steps"]) if step["key"] == key), None)


def place_of(definition: Definition, key: str) -> tuple[str, int]:
    """Return the list a step stands in, and where; KeyError if there is no such step."""
    for name, steps in _lists(definition):
        for place, step in enumerate(steps):
            if step["key"] == key:
                return name, place
    raise KeyError(key)


def steps_in(definition: Definition, name: str) -> list[Step]:
    """Return a list of steps by its name; KeyError if there is none."""
    for known, steps in _lists(definition):
        if known == name:
            return steps
    raise KeyError(name)


def insert(definition: Definition, step: Step, *, into: str = "", place: int | None = None) -> Definition:
    """Put a step into a list, at its end unless ``place`` is given."""
    changed = deepcopy(definition)
    steps = steps_in(changed, into)
    steps.insert(len(steps) if place is None else max(0, min(place, len(steps))), deepcopy(step))
    return changed


def replace(definition: Definition, step: Step) -> Definition:
    """Put a step in the place of the one with its key; a branch keeps its ways."""
    changed = deepcopy(definition)
    name, place = place_of(changed, step["key"])
    steps = steps_in(changed, name)
    kept = {way: steps[place].get(way, []) for way in WAYS} if step["kind"] == "branch" else {}
    steps[place] = {**deepcopy(step), **kept}
    return changed


def remove(definition: Definition, key: str) -> Definition:
    """Take a step out, with all that stands below it."""
    changed = deepcopy(definition)
    name, place = place_of(changed, key)
    del steps_in(changed, name)[place]
    return changed


def move(definition: Definition, key: str, *, into: str, place: int) -> Definition:
    """Put a step somewhere else; KeyError where that is below itself."""
    step = find(definition, key)
    if step is None:
        raise KeyError(key)
    without = remove(definition, key)
    return insert(without, step, into=into, place=place)


def shift(definition: Definition, key: str, places: int) -> Definition:
    """Move a step up (below zero) or down in its list; past an end, out of its branch or into none."""
    name, place = place_of(definition, key)
    there = place + places
    if 0 <= there < len(steps_in(definition, name)):
        return move(definition, key, into=name, place=there)
    if not name:
        return definition
    outer, at = place_of(definition, name.partition(":")[0])
    return move(definition, key, into=outer, place=at if places < 0 else at + 1)


def first(definition: Definition) -> str:
    """Return the key of the first step; empty where there is none."""
    return str(definition["steps"][0]["key"]) if definition["steps"] else ""


def following(definition: Definition, key: str, way: str = "") -> str:
    """Return the key of what comes after a step (after a branch: on its ``way``); empty at the end."""
    step = find(definition, key)
    if step is None:
        return ""
    if way and step.get(way):
        return str(step[way][0]["key"])
    while True:
        name, place = place_of(definition, key)
        steps = steps_in(definition, name)
        if place + 1 < len(steps):
            return str(steps[place + 1]["key"])
        if not name:
            return ""
        key = name.partition(":")[0]


def _lists(definition: Definition) -> Iterator[tuple[str, list[Step]]]:
    yield "", definition["steps"]
    for _number, step in walk(definition["steps"]):
        for way in WAYS if step.get("kind") == "branch" else ():
            yield f"{step['key']}:{way}", step.setdefault(way, [])
