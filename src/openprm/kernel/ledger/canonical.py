"""Canonical JSON (RFC 8785): the same value is the same bytes, whoever writes it. No Django.

One thing is added: a whole number that no double can hold, such as PostgreSQL may hand back, is written with all its
digits.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

_string = json.encoder.encode_basestring
_SAFE = 2**53


def canonical(value: Any) -> bytes:
    """Return the value's canonical bytes; TypeError for what is not JSON."""
    return _text(value).encode()


def moment(at: datetime) -> str:
    """Return a time as it is hashed: UTC with six digits of a second, ``2026-11-02T09:00:00.000000Z``."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_string(key)}:{_text(value[key])}" for key in sorted(value, key=_utf16)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _utf16(key: str) -> bytes:
    """Return what keys are sorted by: their UTF-16 code units."""
    return key.encode("utf-16-be")


def _number(value: float) -> str:
    if isinstance(value, int) and abs(value) <= _SAFE:
        return str(value)
    try:
        text = _as_double(float(value))
    except OverflowError:
        return str(value)
    return str(value) if isinstance(value, int) and Decimal(text) != value else text


def _as_double(value: float) -> str:
    """Return a number as ECMAScript writes it, which RFC 8785 asks for."""
    if not isfinite(value):
        raise TypeError("JSON has no infinity and no NaN")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    shown, count = "".join(map(str, digits)), len(digits)
    point = count + exponent
    if count <= point <= 21:
        body = shown + "0" * (point - count)
    elif 0 < point <= 21:
        body = f"{shown[:point]}.{shown[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + shown
    else:
        mantissa = shown[0] + (f".{shown[1:]}" if count > 1 else "")
        body = f"{mantissa}e{point - 1:+d}"
    return f"-{body}" if sign else body
