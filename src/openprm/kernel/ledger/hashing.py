"""What is hashed, exactly. No Django; docs/fairness.md says the same in words."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openprm.kernel.ledger.canonical import canonical, moment

LINK_FORMAT = "openprm.link.1"
ANCHOR_FORMAT = "openprm.anchor.1"
GENESIS = "0" * 64  # stands where there is nothing before
EVENT_COLUMNS = (
    "id",
    "name",
    "subject_type",
    "subject_id",
    "subject_label",
    "partner_id",
    "shared",
    "actor_kind",
    "actor_id",
    "actor_name",
    "actor_side",
    "at",
    "payload",
)
_IDS = ("id", "subject_id", "partner_id", "actor_id")


def link_hash(event: Mapping[str, Any], *, position: int, previous: str) -> str:
    """Return the hash of an event's link; ``event`` has every column of ``EVENT_COLUMNS``."""
    told = {name: event[name] for name in EVENT_COLUMNS}
    for name in _IDS:
        told[name] = None if told[name] is None else str(told[name])
    told["at"] = moment(event["at"])
    return _sha256({"format": LINK_FORMAT, "position": position, "previous": previous, "event": told})


def anchor_hash(*, sequence: int, at: datetime, previous: str, heads: Mapping[str, Any]) -> str:
    """Return the hash of an anchor; ``heads`` maps each subject's id to its position and hash."""
    content = {"format": ANCHOR_FORMAT, "sequence": sequence, "at": moment(at), "previous": previous, "heads": heads}
    return _sha256(content)


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
