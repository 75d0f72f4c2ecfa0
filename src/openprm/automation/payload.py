"""What an event tells, as conditions can speak of it: fields drawn from its JSON Schema, and comparisons. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.events.words import VALUES

Kind = Literal["text", "number", "boolean", "date", "list", "changes"]

OPERATORS: Mapping[Kind, Mapping[str, Any]] = {
    "text": {
        "is": gettext_lazy("is"),
        "is_not": gettext_lazy("is not"),
        "contains": gettext_lazy("contains"),
    },
    "number": {
        "gte": gettext_lazy("is at least"),
        "lte": gettext_lazy("is at most"),
        "eq": gettext_lazy("is exactly"),
    },
    "boolean": {"is": gettext_lazy("is")},
    "date": {"since": gettext_lazy("is on or after"), "until": gettext_lazy("is on or before")},
    "list": {"includes": gettext_lazy("include"), "excludes": gettext_lazy("do not include")},
    "changes": {"includes": gettext_lazy("include"), "excludes": gettext_lazy("do not include")},
}


@dataclass(frozen=True, slots=True)
class PayloadField:
    """Something an event tells. Dots lead into parts. ``values`` has the words of each value, where they are a set."""

    name: str
    label: str
    kind: Kind
    values: Mapping[str, str] = field(default_factory=dict)

    def offers(self) -> Mapping[str, Any]:
        """Return the comparisons that people choose from; a part of a value's code would mean nothing to them."""
        return {name: words for name, words in OPERATORS[self.kind].items() if not (self.values and name == "contains")}

    def choices(self) -> Mapping[str, str]:
        """Return what people choose a value from, by its code; nothing where they type it."""
        return {"true": _("yes"), "false": _("no")} if self.kind == "boolean" else self.values

    def say(self, value: Any) -> str:
        """Return a value of this field as people read it."""
        if isinstance(value, Mapping | list | tuple):
            return shown([self.values.get(str(one), one) for one in value])
        return shown(self.values.get(str(value), value))


@dataclass(frozen=True, slots=True)
class Judged:
    """One comparison, with the value it met and whether it held (None: there was nothing to compare)."""

    words: str
    value: str
    holds: bool | None

    def plain(self) -> dict[str, Any]:
        """Return it as the trace keeps it."""
        return {"words": self.words, "value": self.value, "holds": self.holds}


def fields_of(schema: Mapping[str, Any]) -> dict[str, PayloadField]:
    """Return the fields that conditions can compare, from a payload's JSON Schema."""
    found: dict[str, PayloadField] = {}
    _gather(schema, schema, "", found, 1)
    return found


def _gather(node: Mapping[str, Any], schema: Mapping[str, Any], prefix: str, found: dict[str, Any], level: int) -> None:
    for name, declared in _resolved(node, schema).get("properties", {}).items():
        part = _resolved(declared, schema)
        path = f"{prefix}{name}"
        if part.get("type") == "object" and "properties" in part and level < 3:
            _gather(part, schema, f"{path}.", found, level + 1)
            continue
        kind = _kind(path, part, schema)
        if kind:
            listed = {str(one): str(one) for one in _variants(part, schema)[0].get("enum", ())}
            found[path] = PayloadField(path, _label(name, path, declared), kind, declared.get(VALUES) or listed)


def _label(name: str, path: str, declared: Mapping[str, Any]) -> str:
    """Return the words that the event gives a field; without any, its name is the best there is."""
    title = str(declared.get("title", ""))
    given = title and title.casefold() != name.replace("_", " ").casefold()
    return title if given else path.replace("_", " ").replace(".", " › ")


def _kind(path: str, part: Mapping[str, Any], schema: Mapping[str, Any]) -> Kind | None:
    variants = _variants(part, schema)
    types = {variant.get("type") for variant in variants}
    if path.rpartition(".")[2] == "changes" and types == {"object"}:
        return "changes"
    if types & {"number", "integer"}:
        return "number"
    if types == {"boolean"}:
        return "boolean"
    if types == {"array"}:
        inner = _resolved(variants[0].get("items", {}), schema)
        return "list" if inner.get("type") in ("string", "integer", "number") else None
    if types == {"string"}:
        formats = {variant.get("format") for variant in variants}
        return "date" if formats & {"date", "date-time"} else "text"
    return None


def _variants(part: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = part.get("anyOf") or part.get("oneOf") or [part]
    resolved = [_resolved(variant, schema) for variant in listed]
    return [variant for variant in resolved if variant.get("type") != "null"] or [{}]


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in part:
        found: Mapping[str, Any] = schema.get("$defs", {}).get(str(part["$ref"]).rpartition("/")[2], {})
        return found
    return part


def problem(comparison: Any, known: Mapping[str, PayloadField]) -> str:
    """Return what is wrong with a comparison, or nothing."""
    if not isinstance(comparison, Mapping) or set(comparison) != {"field", "op", "value"}:
        return _("A comparison needs exactly a field, an operator and a value.")
    field = known.get(str(comparison["field"]))
    if field is None:
        return _("The event does not tell “%(field)s”. It tells: %(known)s.") % {
            "field": comparison["field"],
            "known": ", ".join(known) or "–",
        }
    if comparison["op"] not in OPERATORS[field.kind]:
        allowed = ", ".join(OPERATORS[field.kind])
        return _("“%(field)s” can be compared with: %(allowed)s.") % {"field": field.label, "allowed": allowed}
    if _cast(field.kind, comparison["value"]) is None:
        return str(_VALUE_WORDS[field.kind] % {"field": field.label})
    known_values = {one.casefold() for one in field.values}
    if known_values and comparison["op"] in _WHOLE and str(comparison["value"]).casefold() not in known_values:
        return _("“%(value)s” is no value of “%(field)s”. Choose one of: %(values)s.") % {
            "value": comparison["value"],
            "field": field.label,
            "values": ", ".join(f"{words} ({value})" for value, words in field.values.items()),
        }
    return ""


_WHOLE = ("is", "is_not", "eq", "includes", "excludes")  # compare with a whole value, not with a part or a bound

_VALUE_WORDS: Mapping[Kind, Any] = {
    "text": gettext_lazy("Give a text for “%(field)s”."),
    "number": gettext_lazy("Give a number for “%(field)s”."),
    "boolean": gettext_lazy("“%(field)s” is either true or false."),
    "date": gettext_lazy("Give a date such as 2027-01-31 for “%(field)s”."),
    "list": gettext_lazy("Give a text for “%(field)s”."),
    "changes": gettext_lazy("Name what was changed, such as verticals."),
}


def words(comparison: Mapping[str, Any], known: Mapping[str, PayloadField]) -> str:
    """Return a comparison as people read it."""
    field = known.get(str(comparison["field"]))
    if field is None:
        return _("%(field)s (not told by this event)") % {"field": comparison["field"]}
    value = field.say(comparison["value"])
    if field.kind == "changes" and not field.values:
        value = value.replace("_", " ")
    return f"{field.label} {OPERATORS[field.kind][comparison['op']]} {value}"


def judge(
    wanted: Mapping[str, Any], payload: Mapping[str, Any] | None, known: Mapping[str, PayloadField]
) -> tuple[bool, list[Judged]]:
    """Return whether what the event tells fulfils the comparisons, and each with the value it met.

    Where there is no event, or it does not tell the field, a comparison does not hold.
    """
    judged = []
    for comparison in wanted.get("conditions", ()):
        field = known.get(str(comparison["field"]))
        value = value_of(payload, str(comparison["field"])) if payload is not None else None
        holds = field is not None and _compare(field.kind, comparison["op"], value, comparison["value"])
        told = field.say(value) if field else shown(value)
        judged.append(Judged(words(comparison, known), told, holds if payload is not None else None))
    verdicts = [bool(one.holds) for one in judged]
    return (any(verdicts) if wanted.get("match") == "any" and verdicts else all(verdicts)), judged


def value_of(payload: Mapping[str, Any], path: str) -> Any:
    """Return what a payload tells at a path; None where it tells nothing."""
    value: Any = payload
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def shown(value: Any) -> str:
    """Return a value as the trace shows it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(map(str, value))[:200] or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))[:200] or "–"
    return str(value)[:200]


def _cast(kind: Kind, value: Any) -> Any:
    """Return a value in the form it is compared in; None where it has none."""
    match kind:
        case "number":
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                return None
            return number if number.is_finite() and not isinstance(value, bool) else None
        case "boolean":
            return value if isinstance(value, bool) else None
        case "date":
            try:
                return date.fromisoformat(str(value)[:10])
            except ValueError:
                return None
        case _:
            text = str(value).strip().casefold() if value is not None and not isinstance(value, dict | list) else ""
            return text or None


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda told, wanted: bool(told == wanted),
    "is_not": lambda told, wanted: bool(told != wanted),
    "contains": lambda told, wanted: wanted in told,
    "gte": lambda told, wanted: bool(told >= wanted),
    "lte": lambda told, wanted: bool(told <= wanted),
    "eq": lambda told, wanted: bool(told == wanted),
    "since": lambda told, wanted: bool(told >= wanted),
    "until": lambda told, wanted: bool(told <= wanted),
}


def _compare(kind: Kind, operator: str, told: Any, wanted: Any) -> bool:
    sought = _cast(kind, wanted)
    if kind in ("list", "changes"):
        items = told if isinstance(told, list | Mapping) else ()
        inside = sought in {str(one).casefold() for one in items}
        return inside is (operator == "includes")
    value = _cast(kind, told)
    if value is None or sought is None:
        return operator == "is_not" and sought is not None
    return _COMPARE[operator](value, sought)
