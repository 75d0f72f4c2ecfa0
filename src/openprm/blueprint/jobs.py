"""What the clock does for the programme as code."""

from datetime import UTC, datetime

from openprm.blueprint import uploads
from openprm.kernel.jobs import job


@job("blueprint.forget_uploads", every="50 3 * * *")
def forget(timestamp: int) -> None:
    """Forget folders that were uploaded and never applied."""
    uploads.forget(at=datetime.fromtimestamp(timestamp, UTC))
