"""Short messages that something happened, with an undo where there is one."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from openprm.kernel.http import Request

LEVELS = {"clear": messages.SUCCESS, "info": messages.INFO, "possible": messages.WARNING, "blocked": messages.ERROR}


def toast(request: Request, text: Any, *, tone: str = "clear", undo: str = "") -> None:
    """Say ``text`` on the next page; ``undo`` is an address that takes it back when posted to."""
    messages.add_message(
        request, LEVELS.get(tone, messages.SUCCESS), str(text), extra_tags=f"undo={undo}" if undo else ""
    )


def toast_now(response: HttpResponse, text: Any, *, tone: str = "clear", undo: str = "") -> HttpResponse:
    """Say ``text`` on the page that is open, with this answer to an htmx request."""
    told: dict[str, Any] = json.loads(response.headers.get("HX-Trigger") or "{}")
    told["toast"] = {"target": "body", "text": str(text), "tone": tone, "undo": undo}
    response["HX-Trigger"] = json.dumps(told)
    return response
