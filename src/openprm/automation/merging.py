"""Texts with merge fields: ``{{ partner.name }}``, or ``{{ person.first_name | there }}`` with words for when it is
empty. Nothing is computed and nothing is run: a field is looked up, and that is all. Pure."""

import re
from collections.abc import Collection, Mapping

_FIELD = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
_NAME = re.compile(r"^[a-z_]+(\.[a-z_]+){1,3}$")
EVENT = "event."


def fields_in(text: str) -> list[str]:
    """Return the fields a text asks for, each once, in order."""
    return list(dict.fromkeys(_split(found["inside"])[0] for found in _FIELD.finditer(text)))


def problems(text: str, known: Collection[str]) -> list[str]:
    """Return what in a text is no field that is known; ``event.…`` may name anything an event tells."""
    wrong = [name for name in fields_in(text) if not (_NAME.match(name) and (name in known or name.startswith(EVENT)))]
    rest = _FIELD.sub("", text)
    return wrong + [sign for sign in ("{{", "}}", "{%", "%}") if sign in rest]


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its fields filled. What is filled in is never read as a field again."""

    def fill(found: re.Match[str]) -> str:
        name, otherwise = _split(found["inside"])
        return values.get(name, "") or otherwise

    return _FIELD.sub(fill, text)


def named(text: str, labels: Mapping[str, str]) -> str:
    """Return the text with the labels of its fields instead of their signs, for people who read what it will say."""
    return _FIELD.sub(lambda found: labels.get(_split(found["inside"])[0], found[0]), text)


def _split(inside: str) -> tuple[str, str]:
    name, _bar, otherwise = inside.partition("|")
    return name.strip(), otherwise.strip().strip("\"'")
