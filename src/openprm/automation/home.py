"""What automations put on the console's home page and in its menu."""

from typing import Any

from openprm.automation import policies
from openprm.automation.models import Run
from openprm.kernel.access import Actor

SHOWN = 5


def failures(actor: Actor) -> int:
    """Return how many runs failed and wait for somebody."""
    return policies.runs_visible_to(actor).filter(state=Run.State.FAILED).count()


def failures_card(actor: Actor) -> dict[str, Any]:
    """Return the runs that failed, the latest first."""
    failed = policies.runs_visible_to(actor).filter(state=Run.State.FAILED)
    rows = list(failed.order_by("-updated_at")[:SHOWN])
    return {"failed": rows, "count": failed.count() if len(rows) == SHOWN else len(rows)}
