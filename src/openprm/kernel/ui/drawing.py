"""Rendering of small templates, many times on a page: without the context processors, which run once for the page."""

from typing import Any

from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

from openprm.kernel.http import Request


def draw(name: str, values: dict[str, Any], request: Request | None = None) -> SafeString:
    """Render the template ``name`` with ``values``, the request, its actor and its token against forged posts."""
    shared: dict[str, Any] = {}
    if request is not None:
        token = SimpleLazyObject(lambda: get_token(request))
        shared = {"request": request, "actor": getattr(request, "actor", None), "csrf_token": token}
    return SafeString(get_template(name).render({**shared, **values}))
