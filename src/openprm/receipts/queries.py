"""The questions about receipts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openprm.deals.models import DealRegistration
from openprm.kernel.access import Actor, as_system
from openprm.receipts import policies, sealing, signing
from openprm.receipts.kinds import KINDS
from openprm.receipts.models import SigningKey


@dataclass(frozen=True, slots=True)
class Available:
    """A receipt that can be had."""

    event_id: UUID
    event: str
    kind: str
    title: Any
    at: datetime


def available(actor: Actor, deal: DealRegistration) -> list[Available]:
    """Return the receipts that this actor can have of a deal, the oldest first."""
    events = policies.receiptable(actor).filter(subject_id=deal.pk).order_by("at", "pk")
    return [
        Available(event.pk, event.name, KINDS[event.name].kind, KINDS[event.name].title, event.at)
        for event in events[:50]
    ]


def published() -> dict[str, bytes]:
    """Return every public key, by id, those that sign nothing any more too."""
    with as_system():
        found = SigningKey.objects.values_list("kid", "public")
        return {kid: signing.from_base64url(public) for kid, public in found}


def key_set() -> dict[str, Any]:
    """Return the public keys as they are published (RFC 7517), the one that signs first."""
    with as_system():
        keys = list(SigningKey.objects.order_by("-signs", "-created_at"))
    return {"keys": [{**signing.jwk(signing.from_base64url(key.public)), "status": _status(key)} for key in keys]}


def _status(key: SigningKey) -> str:
    return "signs" if key.signs else "retired"


def problems() -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the signing key, and the remedy; for ``openprm check``."""
    with as_system():
        key = SigningKey.objects.filter(signs=True).first()
    found = sealing.opened(key.sealed, key.kid) if key else None
    if key is not None and found is None:
        yield (
            "Receipts cannot be signed: their key cannot be read with this server's secret key.",
            "Bring the former secret key back, or run `openprm receipt rotate-key`; receipts given so far stay valid.",
        )
