"""What automations put on the console's home page and in its menu."""

from typing import Any

from django.db.models import QuerySet

from openprm.automation import policies
from openprm.automation.models import Run
from openprm.kernel.access import Actor

SHOWN = 5


def failed(actor: Actor) -> QuerySet[Run]:
    """Return the runs that failed and wait for somebody."""
    return policies.runs_visible_to(actor).filter(state=Run.State.FAILED)


def failures_card(actor: Actor) -> dict[str, Any]:
    """Return the runs that failed, the latest first."""
    waiting = failed(actor)
    rows = list(waiting.order_by("-updated_at")[:SHOWN])
    return {"failed": rows, "count": waiting.count() if len(rows) == SHOWN else len(rows)}
