"""``{% load kernel %}``: how the engine room's rows say where they stand."""

from typing import Any

from django import template

from openprm.kernel.console import tones
from openprm.kernel.console.tones import JOB_WORDS
from openprm.kernel.ui.tones import Status
from openprm.kernel.webhooks import views

register = template.Library()


@register.filter
def kernel_status(row: Any) -> Status:
    """Return the status of a delivery, an e-mail or a message."""
    return tones.status(row.state, row.get_state_display())


@register.filter
def kernel_job_status(row: Any) -> Status:
    """Return the status of a job."""
    return tones.status(row.status, JOB_WORDS.get(row.status, row.status))


@register.filter
def endpoint_status(row: Any) -> Status:
    """Return how an endpoint is doing."""
    return views.endpoint_status(row)


@register.filter
def last_line(text: str) -> str:
    """Return the last line of a text, where errors say what they are."""
    return text.strip().rpartition("\n")[2]
