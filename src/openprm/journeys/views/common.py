"""What the pages of journeys share."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from openprm.journeys import forms, policies, queries, shown
from openprm.journeys.content import PARTNER, Kind
from openprm.journeys.models import Task
from openprm.kernel import task_kinds, web
from openprm.kernel.errors import Forbidden, Invalid, Refusal, Stale
from openprm.kernel.http import Request

READ_WRITE, POST = ("GET", "POST"), ("POST",)


def back_to(request: Request, otherwise: str) -> str:
    """Return where a form wants to go afterwards, if that is on this server."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else otherwise


def seen_task(request: Request, pk: UUID) -> Task:
    """Return a task that the reader may see, or answer 404."""
    return get_object_or_404(policies.tasks_visible_to(request.actor), pk=pk)


def sent(form: Any, verb: Callable[[], Any]) -> bool:
    """Call a service; put what it refuses beside the form's fields, and say whether it did it."""
    try:
        with transaction.atomic():
            verb()
    except (Invalid, Refusal, Stale, Forbidden) as problem:
        if problem.fields:
            form.blame(problem.fields)
        else:
            form.add_error(None, str(problem))
        return False
    return True


def typed(request: Request, task: Task) -> forms.WorkForm | None:
    """Return the form as it was sent when the session had ended, if that was so."""
    kept = web.unsent(request)
    return forms.WorkForm(task, task.partner, kept) if kept is not None else None


def about(request: Request, task: Task, form: forms.WorkForm | None = None) -> dict[str, Any]:
    """Return what the page of a task shows, on either side."""
    doc = task.drawn
    may_do = policies.may_do(request.actor, task)
    declared = task_kinds.find(task.kind)
    link = doc.link
    if declared is not None:
        wanted = declared.link if request.actor.is_partner else declared.console_link
        link = wanted(doc.details) if wanted else ""
    by_hand = may_do and declared is None
    return {
        "task": task,
        "doc": doc,
        "form": (form or forms.WorkForm(task, task.partner)) if by_hand else None,
        "may_do": may_do,
        "is_document": task.kind == Kind.DOCUMENT,
        "declared": declared,
        "link": link,
        "answers": shown.answers(task) if task.submitted_at and not (by_hand and task.to_do) else [],
        "files": task.files,
        "waits_for": queries.needed_first(task) if task.opened_at is None else [],
        "upload": forms.Upload(auto_id="id_upload_%s"),
        "today": queries.today(timezone.now()),
        "partners_turn": task.turn == PARTNER,
        "is_late": _is_late(task),
    }


def _is_late(task: Task) -> bool:
    return task.due is not None and task.due < queries.today(timezone.now())


def chosen(request: Request, known: Mapping[str, Any], name: str) -> str:
    """Return a value of the address, if it is one that is known."""
    value = request.GET.get(name, "")
    return value if value in known else ""
