"""What the pages of automations share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from openprm.automation import policies
from openprm.automation.models import Automation
from openprm.kernel.errors import Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.tones import Status

TONES = {"draft": "neutral", "live": "clear", "paused": "possible", "archived": "neutral"}
RUN_TONES = {
    "not_met": "neutral",
    "stopped": "possible",
    "going": "info",
    "waiting": "info",
    "done": "clear",
    "failed": "blocked",
    "cancelled": "neutral",
}
ICONS = {"draft": "pencil", "live": "player-play", "paused": "player-pause", "archived": "archive"}
RUN_ICONS = {
    "not_met": "filter-off",
    "stopped": "repeat",
    "going": "loader-2",
    "waiting": "hourglass",
    "done": "check",
    "failed": "alert-triangle",
    "cancelled": "x",
}


def one(request: Request, pk: UUID) -> Automation:
    """Return an automation the actor may read."""
    found: Automation = get_object_or_404(policies.visible_to(request.actor), pk=pk)
    return found


def status(automation: Automation) -> Status:
    """Return where an automation stands."""
    return Status(automation.get_state_display(), TONES[automation.state], ICONS[automation.state])


def run_status(run: Any) -> Status:
    """Return where a run stands."""
    return Status(run.get_state_display(), RUN_TONES[run.state], RUN_ICONS[run.state])


def tried(form: forms.Form, verb: Callable[[], Any]) -> bool:
    """Call a service for a form; where it refuses, say so beside the fields, with nothing written."""
    try:
        with transaction.atomic():
            verb()
    except (Invalid, Refusal, Stale) as problem:
        explain(form, problem)
        return False
    return True


def explain(form: forms.Form, problem: Problem) -> None:
    """Put what was refused beside its fields."""
    placed = {name: text for name, text in problem.fields.items() if name in form.fields}
    for name, text in placed.items():
        form.add_error(name, text)
    if not placed:
        form.add_error(None, str(problem))


def answer(response: HttpResponse, wrong: bool) -> HttpResponse:
    """Answer 422 where a form was not taken."""
    if wrong:
        response.status_code = 422
    return response
