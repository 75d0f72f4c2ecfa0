"""What the colours of the engine room mean."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.tones import Status

TONES = {
    "waiting": "info",
    "todo": "info",
    "doing": "brand",
    "done": "clear",
    "sent": "clear",
    "delivered": "clear",
    "kept": "neutral",
    "failed": "blocked",
}
ICONS = {"waiting": "clock", "todo": "clock", "doing": "loader-2", "kept": "inbox"}
JOB_WORDS = {"todo": _("Waiting"), "doing": _("Running"), "failed": _("Failed")}


def status(state: str, words: Any, **more: Any) -> Status:
    """Return a state as pages show it."""
    return Status(words, TONES.get(state, "neutral"), ICONS.get(state, ""), **more)
