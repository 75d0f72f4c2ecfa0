"""What open pages are told so that they are drawn again: a name and an id, of a fact or of what is none of its own."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from openprm.kernel.access import Actor

LIVE_CHANNEL = "openprm_live"

LooksBack = Callable[[Actor, float], bool]

_looks_back: dict[str, LooksBack] = {}


def hint(name: str, *, subject: Any = "", partner: Any = None, shared: bool = False) -> None:
    """Tell open pages when this transaction ends: the vendor's, and those of ``partner`` where it is shared."""
    message = {
        "event": name,
        "id": str(subject),
        "partner": str(partner) if partner else None,
        "shared": shared,
    }
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [LIVE_CHANNEL, json.dumps(message)])


def looks_back(name: str) -> Callable[[LooksBack], LooksBack]:
    """Register what says whether a hint that is no fact concerned somebody since a moment (Unix seconds).

    A page that was on its way meanwhile is told then. Facts need none: they are all on record.
    """

    def register(source: LooksBack) -> LooksBack:
        _looks_back[name] = source
        return source

    return register


def since(actor: Actor, moment: float) -> list[str]:
    """Return the hints without a fact that concern somebody since a moment."""
    return [name for name, source in _looks_back.items() if source(actor, moment)]
