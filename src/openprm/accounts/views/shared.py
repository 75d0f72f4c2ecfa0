"""What these pages share: the layout of the reader's side, and answers of forms."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openprm.kernel.access import Actor
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request


def place(actor: Actor) -> str:
    """Return the namespace of the reader's side."""
    return "portal" if actor.is_partner else "console"


def url(actor: Actor, name: str, *args: Any) -> str:
    """Return the address of a page on the reader's side."""
    return reverse(f"{place(actor)}:{name}", args=args)


def draw(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Render a page that both sides have; its template takes the layout of the reader's side."""
    return render(request, template, framed(request.actor, context), status=status)


def framed(actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context with the namespace of the reader's side."""
    return {**context, "place": place(actor)}


def explain(form: Form, problem: Problem) -> None:
    """Put what a service refused beside the fields it is about."""
    placed = {name: text for name, text in problem.fields.items() if name in form.fields}
    for name, text in placed.items():
        form.add_error(name, text)
    if not placed:
        form.add_error(None, str(problem))
