"""The questions that pages and programs ask."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from openprm.blueprint.models import Application, Upload
from openprm.kernel.access import as_system
from openprm.kernel.blueprints import sections

KEPT = timedelta(days=1)  # how long an upload waits to be applied
SHOWN = 10


def contents() -> list[dict[str, Any]]:
    """Return each section with how many documents it has now."""
    with as_system():
        return [
            {"key": one.key, "label": one.label, "documents": len(list(one.read())), "together": one.together}
            for one in sections()
        ]


def applications() -> QuerySet[Application]:
    """Return what was applied, the newest first."""
    return Application.objects.order_by("-created_at")


def waiting() -> QuerySet[Upload]:
    """Return the folders that were uploaded."""
    return Upload.objects.all()
