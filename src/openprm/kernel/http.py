"""The request as views see it: Django's, with the one who acts."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from openprm.kernel.access import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request that came through ``ScopeMiddleware`` (a type for checkers; nobody makes one)."""

    actor: Actor
    htmx: "HtmxDetails"
