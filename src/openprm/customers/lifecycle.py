"""The states of an import and the moves between them."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ImportState(TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("To be checked")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


MOVES: Mapping[str, Mapping[str, str]] = {
    "uploaded": {"start": "waiting"},
    "waiting": {"run": "running", "fail": "failed"},
    "running": {"finish": "finished", "fail": "failed", "resume": "waiting"},
    "failed": {"resume": "waiting", "undo": "undoing"},
    "finished": {"undo": "undoing"},
    "undoing": {"undo": "undoing", "finish": "undone"},
    "undone": {},
}


def after(state: str, move: str) -> str | None:
    """Return the state that ``move`` leads to, or None where it is not open."""
    return MOVES[state].get(move)
