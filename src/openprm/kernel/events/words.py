"""What the fields of a payload are called, and what their values mean, for people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_type_hints

VALUES = "x-values"  # the keyword of the schema: each value that a field can have, with its words

Values: TypeAlias = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


@dataclass(frozen=True, eq=False)
class Words:
    """Stands in a field's ``Annotated``: what it is called in a sentence (“reason is …”), and the words of its values.

    ``values`` is given where they are a fixed set, as a table, as pairs, or as a function that returns either. Both
    come out in the payload's JSON Schema, in the language of whoever reads it.
    """

    title: Any
    values: Values | Callable[[], Values] = ()

    def options(self) -> dict[str, str]:
        """Return the values with their words."""
        listed = self.values() if callable(self.values) else self.values
        pairs = listed.items() if isinstance(listed, Mapping) else listed
        return {str(value): str(words) for value, words in pairs}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]) -> Any:
        """Return the field's JSON Schema with its words."""
        known = self.options()
        return {**handler(core_schema), "title": str(self.title), **({VALUES: known} if known else {})}


def of(payload: type) -> dict[str, Words]:
    """Return the words of a payload's fields, as far as it gives any."""
    hints = get_type_hints(payload, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: one for name, several in found.items() for one in several if isinstance(one, Words)}
