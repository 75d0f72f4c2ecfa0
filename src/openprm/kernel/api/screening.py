"""What no field can hold is refused before any schema looks at it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from openprm.kernel.api.problems import Malformed, UnsupportedMediaType
from openprm.kernel.errors import Invalid

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = 2**63 - 1
BODY = "_screened_body"
WITH_BODY = ("POST", "PUT", "PATCH")
JSON = re.compile(r"^application/([\w.-]+\+)?json$")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def screen(request: HttpRequest, path_values: dict[str, Any], *, takes_form: bool) -> None:
    """Raise Malformed, UnsupportedMediaType or Invalid for a request that holds what nothing can store."""
    bad = {name: _text() for name, value in path_values.items() if isinstance(value, str) and UNSTORABLE.search(value)}
    bad |= {name: _text() for name, values in request.GET.lists() if any(map(UNSTORABLE.search, [name, *values]))}
    if request.method in WITH_BODY:
        bad |= _screened_form(request) if takes_form else _screened_body(request)
    if bad:
        raise Invalid(_("A value cannot be stored. See “errors”."), fields=bad)


class ScreenedParser(Parser):
    """Hands on the body that was parsed while screening."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the parsed body."""
        return getattr(request, BODY) if hasattr(request, BODY) else _parsed(request.body)


def _screened_form(request: HttpRequest) -> dict[str, str]:
    if request.content_type not in FORMS:
        raise UnsupportedMediaType(_("Send the body as a form, with the header Content-Type: multipart/form-data."))
    form: QueryDict = request.POST
    return {name: _text() for name, values in form.lists() if any(map(UNSTORABLE.search, [name, *values]))}


def _screened_body(request: HttpRequest) -> dict[str, str]:
    if not request.body:
        return {}
    if not JSON.match(request.content_type or ""):
        raise UnsupportedMediaType(_("Send the body as JSON, with the header Content-Type: application/json."))
    body = _parsed(request.body)
    setattr(request, BODY, body)
    return dict(_unstorable(body, ""))


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed(_("The body is not valid JSON. Send one JSON document, encoded as UTF-8.")) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _unstorable(value: Any, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case str() if UNSTORABLE.search(value):
            yield place or "body", _text()
        case bool() | None:
            return
        case int() | float() if not -LARGEST <= value <= LARGEST:
            yield place or "body", _("This number is too large.")
        case list():
            for number, item in enumerate(value):
                yield from _unstorable(item, f"{place}.{number}" if place else str(number))
        case dict():
            for name, item in value.items():
                inner = f"{place}.{name}" if place else name
                yield from _unstorable(name, "body")
                yield from _unstorable(item, UNSTORABLE.sub("�", inner))


def _text() -> str:
    return _("Remove the characters that cannot be stored (NUL, or half of a surrogate pair).")
