"""What the ledger puts on the console's home page: nothing, unless the last verification found something."""

from typing import Any

from openprm.kernel.access import Actor
from openprm.kernel.ledger.models import Verification
from openprm.kernel.ledger.words import sentence


def altered_card(_actor: Actor) -> dict[str, Any] | None:
    """Return the last verification if something did not fit."""
    last = Verification.objects.first()
    if last is None or last.sound:
        return None
    return {"last": last, "first": sentence(last.first)}
