"""Who plays in the kernel's tests: the kernel knows no people, so these are plain actors."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from django.http import HttpRequest

from openprm.kernel.access import ANONYMOUS, Actor, Scope

ALFA, BETA = UUID(int=0xA), UUID(int=0xB)


def _holding(*verbs: str) -> MappingProxyType[str, Scope]:
    return MappingProxyType(dict.fromkeys(verbs, Scope.ALL))


def _person(number: int, name: str, side: str, partner: UUID | None = None, *verbs: str) -> Actor:
    return Actor(
        kind="person",
        id=UUID(int=number),
        name=name,
        side=side,
        email=f"{name.lower()}@example.com",
        partner_id=partner,
        partner_ids=frozenset([partner]) if partner else frozenset(),
        grants=_holding(*verbs),
    )


ADMIN = _person(
    1, "Ada", "vendor", None, "kernel.manage_settings", "kernel.read_log", "kernel.operate", "kernel.manage_webhooks"
)
CLERK = _person(2, "Carl", "vendor")
ANNA = _person(3, "Anna", "partner", ALFA, "kernel.manage_webhooks")
BEN = _person(4, "Ben", "partner", BETA, "kernel.manage_webhooks")
VIEWING = replace(ANNA, viewer=ADMIN)
EVERYBODY = {actor.name.lower(): actor for actor in (ADMIN, CLERK, ANNA, BEN)} | {"viewing": VIEWING}


def resolve(request: HttpRequest) -> Actor:
    """Return who the request says it is: ``Authorization: Bearer anna``, or the cookie ``who``."""
    kind, _space, name = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer":
        return EVERYBODY.get(name.strip(), ANONYMOUS)
    request.session.get("")  # the real one reads the session here too, as the system
    return EVERYBODY.get(request.COOKIES.get("who", ""), ANONYMOUS)
