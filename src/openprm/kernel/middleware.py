"""Every request runs as an actor, in one transaction, in that actor's scope of the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string
from django_htmx import middleware as htmx

from openprm.kernel import access, settings_store, web
from openprm.kernel.access import Actor
from openprm.kernel.entity import crossed
from openprm.kernel.errors import Problem
from openprm.kernel.files.leftovers import cleared
from openprm.kernel.http import Request
from openprm.kernel.outlasting import outlasting


class SessionMiddleware(sessions.SessionMiddleware):
    """Sessions, whose end is told to the browser by pages only.

    What a page asks for in the background may be answered late: when the form of a session that has ended already
    waits in a new one for its user to sign in. To have the browser forget its cookie then would lose the form.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep the session, and its cookie in the browser."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and web.in_background(request):
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class HtmxMiddleware(htmx.HtmxMiddleware):
    """Requests of htmx, told apart from a page's own, by the browser's memory of pages too.

    A page asks for a part of itself at its own address. A browser that kept that part for the page would show it
    bare, without style and frame, to whoever goes back.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say what the answer depends on."""
        response = cast(HttpResponse, super().__call__(request))
        if not web.is_program(request):
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response


class ScopeMiddleware:
    """Find out who acts, open the transaction and enter the scope; roll back what a 5xx answer leaves."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response
        self.resolve: Callable[[Request], Actor] = import_string(settings.OPENPRM_ACTOR_RESOLVER)

    def __call__(self, request: Request) -> HttpResponse:
        """Answer the request inside its scope."""
        ours = not connection.in_atomic_block  # so that the scopes end with the transaction, and need no restoring
        with cleared(), transaction.atomic(), settings_store.held(), access.enter(access.SYSTEM, to_the_end=ours):
            try:
                actor = self.resolve(request)
            except Problem as problem:
                return web.render_problem(request, problem)
            request.actor = actor
            with self._inside(request, actor, ours), _speaking_for(actor), outlasting() as kept:
                response = self.get_response(request)
                if response.status_code < 500 and not transaction.get_rollback():
                    for act in kept:
                        act()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Turn an expected refusal into its page."""
        problem = exception if isinstance(exception, Problem) else crossed(exception)
        return None if problem is None else web.render_problem(request, problem)

    @staticmethod
    def _inside(request: Request, actor: Actor, ours: bool) -> AbstractContextManager[Actor]:
        """Sign-in pages must find the person first, so they run as the system."""
        system_prefixes: tuple[str, ...] = settings.OPENPRM_SIGN_IN_PREFIXES
        signing_in = request.path.startswith(system_prefixes)
        return access.as_system() if signing_in else access.enter(actor, to_the_end=ours)


class _speaking_for:  # noqa: N801 - a context manager
    """Use the actor's language and time zone for the length of the block."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def __enter__(self) -> None:
        if self.actor.timezone:
            timezone.activate(self.actor.timezone)
        if self.actor.locale:
            translation.activate(self.actor.locale)

    def __exit__(self, *_details: object) -> None:
        timezone.deactivate()
