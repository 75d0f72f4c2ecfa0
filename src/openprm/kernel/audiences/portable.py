"""Predicates as they can be taken to another server: rows that are chosen by their ids are named by their words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.kernel.audiences.fields import Field, Predicate, fields_for
from openprm.kernel.errors import Invalid


def by_words(predicate: Predicate, *, subject: str) -> Predicate:
    """Return the predicate with the words of rows in the place of their ids; ids nobody knows any more stay."""

    def named(field: Field, value: str) -> str:
        return dict(field.options()).get(value, value) if _is_id(value) else value

    return _each(predicate, subject, named)


def by_ids(predicate: Predicate, *, subject: str) -> Predicate:
    """Return the predicate with the ids of rows in the place of their words; Invalid if there is not exactly one."""

    def found(field: Field, value: str) -> str:
        options = field.options()
        if not options or not all(_is_id(key) for key, _label in options) or value in dict(options):
            return value
        rows = [key for key, label in options if label == value]
        if len(rows) != 1:
            message = (
                _("There is no “%(value)s” for “%(field)s” here. Add it first, or take it out of the audience.")
                if not rows
                else _("There are several “%(value)s” for “%(field)s” here. Tell them apart by their names first.")
            ) % {"value": value, "field": field.label}
            raise Invalid(message, code="audience_invalid", fields={"audience": message})
        return rows[0]

    return _each(predicate, subject, found)


def within(value: Any, change: Callable[[Predicate], Predicate]) -> Any:
    """Return plain JSON with every predicate in it, wherever the word ``audience`` names one, changed."""
    if isinstance(value, list):
        return [within(part, change) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        word: change(part) if word == "audience" and isinstance(part, dict) else within(part, change)
        for word, part in value.items()
    }


def _each(predicate: Any, subject: str, change: Callable[[Field, str], str]) -> Predicate:
    """Change the chosen values of every comparison; what is no predicate is left for ``validate`` to refuse."""
    known = fields_for(subject)

    def walk(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        field = known.get(str(node.get("field")))
        if field is None:
            return {word: [walk(one) for one in part] if isinstance(part, list) else walk(part)
                    for word, part in node.items()}  # fmt: skip
        chosen = node.get("value")
        if field.kind not in ("choice", "choices") or not isinstance(chosen, list):
            return node
        return tidy({**node, "value": [change(field, one) if isinstance(one, str) else one for one in chosen]})

    changed: Predicate = walk(predicate)
    return changed


def tidy(predicate: Any) -> Any:
    """Return the predicate as ``validate`` would store it, as far as that can be said without the fields."""
    if isinstance(predicate, list):
        return [tidy(part) for part in predicate]
    if not isinstance(predicate, dict):
        return predicate
    if "field" not in predicate:
        return {word: tidy(part) for word, part in predicate.items()}
    value = predicate.get("value")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = sorted(set(value))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return {**predicate, "value": value}


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
