"""What every form of these pages does when it is sent: one call of a service, and what it refuses beside the fields."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.forms import Form
from django.utils import timezone

from openprm.kernel.errors import Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request

Result = TypeVar("Result")


def send(request: Request, form: Form, verb: Callable[..., Result], **values: Any) -> Result | None:
    """Call a service with what the form holds; None if nothing usable was sent, or the service refused (then the form
    says why, and nothing of it was written)."""
    if request.method != "POST" or not form.is_valid():
        return None
    given = {**form.cleaned_data, **values, "by": request.actor, "at": timezone.now()}
    try:
        with transaction.atomic():
            return verb(**given)
    except (Invalid, Refusal, Stale) as problem:
        _explain(form, problem)
        return None


def _explain(form: Form, problem: Problem) -> None:
    placed = {name: text for name, text in problem.fields.items() if name in form.fields}
    for name, text in placed.items():
        form.add_error(name, text)
    if not placed:
        form.add_error(None, str(problem))
