"""Documents as plain values (texts, numbers, lists, mappings), always in the same order. No Django."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from openprm.kernel.blueprints import Document

CODE = "code"


def full(document: Document) -> dict[str, Any]:
    """Return everything a document says but its code, also what is as it would be anyway."""
    return _without_code(_plain(document, short=False))


def short(document: Document) -> dict[str, Any]:
    """Return what a document says but its code; what is as it would be anyway is left out."""
    return _without_code(_plain(document, short=True))


def as_text(values: Any) -> str:
    """Return plain values as JSON that is the same for the same values."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _without_code(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != CODE}


def _plain(value: Any, *, short: bool) -> Any:
    match value:
        case BaseModel():
            return {
                name: _plain(getattr(value, name), short=short)
                for name, known in type(value).model_fields.items()
                if not (short and not known.is_required() and _is_default(known, getattr(value, name)))
            }
        case Mapping():
            return {str(key): _plain(value[key], short=short) for key in sorted(value, key=str)}
        case set() | frozenset():
            return sorted((_plain(one, short=short) for one in value), key=as_text)
        case list() | tuple():
            return [_plain(one, short=short) for one in value]
        case Enum():
            return _plain(value.value, short=short)
        case Decimal():
            return _number(value)
        case date():  # and datetime
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def _is_default(known: Any, value: Any) -> bool:
    return bool(known.get_default(call_default_factory=True) == value)


def _number(value: Decimal) -> int | float | str:
    """Return a decimal as a number where that loses nothing, without zeros at its end; else as a text."""
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    plain = value.normalize()
    return float(plain) if Decimal(str(float(plain))) == plain else format(plain, "f")
