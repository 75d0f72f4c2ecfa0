"""What the clock does for the ledger."""

from datetime import UTC, datetime

from django.utils import timezone

from openprm.kernel.jobs import job
from openprm.kernel.ledger.anchoring import anchor_due
from openprm.kernel.ledger.verifying import verify


@job("ledger.anchor", every="* * * * *", attempts=1, scoped=False)
def anchor(timestamp: int) -> None:
    """Anchor the chains that grew."""
    anchor_due(at=datetime.fromtimestamp(timestamp, UTC))


@job("ledger.verify", every="20 3 * * *", attempts=1, scoped=False)
def verify_all(timestamp: int, by: str = "OpenPRM") -> None:
    """Walk all chains."""
    verify(by=by, at=timezone.now(), now=timezone.now)
