"""What pages share: who may open them, and how a refusal looks."""

import functools
import sys
from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec, cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor
from openprm.kernel.errors import Forbidden, Problem, TooMany
from openprm.kernel.http import Request

P = ParamSpec("P")
Side = Literal["portal", "console", "both"]

READING = ("GET", "HEAD")
MOST_UNSENT = 100_000  # characters of a form kept over a sign-in
UNSENT = "unsent_forms"
UNSENT_ON = "unsent_forms_on"  # the page where its user finds the form, by the page's path

View = Callable[Concatenate[Request, P], HttpResponse]


def page(*verbs: str, side: Side, methods: tuple[str, ...] = ("GET",)) -> Callable[[View[P]], View[P]]:
    """Guard a view: somebody of ``side`` is signed in and holds one of ``verbs`` (none given: no verb needed).

    What the view writes is undone when it refuses. A guest is sent to sign in, and a form they had filled waits for
    them. The guard is readable by tests as ``view.guard``.
    """

    def wrap(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor: Actor = request.actor
            if not actor.is_signed_in:
                return _to_sign_in(request, methods)
            _require_side(actor, side)
            if verbs and not any(actor.may(verb) for verb in verbs):
                actor.require(verbs[0])
            method = "GET" if request.method == "HEAD" else request.method
            if method not in methods:
                above = _page_above(request) if method == "GET" and not in_background(request) else None
                return redirect(above) if above else render_problem(request, MethodNotAllowed())
            if actor.read_only and request.method not in READING:
                raise read_only()
            with transaction.atomic():
                return view(request, *args, **kwargs)

        guarded.guard = (verbs, side, methods)  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return wrap


class MethodNotAllowed(Problem):
    """The page exists, but not for this method (405)."""

    status = 405
    code = "method_not_allowed"

    def __init__(self) -> None:
        super().__init__(_("This address does not take that kind of request. Go back and use the page's own buttons."))


def read_only() -> Forbidden:
    """Return the refusal for somebody who only looks as a partner."""
    return Forbidden(
        _("You are viewing as a partner, which is read-only. Leave this view to make changes."), code="read_only"
    )


def render_problem(request: Request, problem: Problem) -> HttpResponse:
    """Return the page (or, for a fragment, the notice) that says what was refused and what to do."""
    if is_program(request):
        return _told(problem)
    fragment = bool(getattr(request, "htmx", False)) and not getattr(request.htmx, "history_restore_request", False)
    template = "components/problem.html" if fragment else "problem.html"
    response = render(request, template, {"problem": problem}, status=problem.status)
    if fragment:  # say it in a toast and leave the page's content alone
        response["HX-Reswap"] = "none"
    if isinstance(problem, TooMany):
        response["Retry-After"] = str(problem.retry_after)
    return response


def is_program(request: HttpRequest) -> bool:
    """Return whether a program asks, by the API."""
    return request.path.startswith("/api/")


def _told(error: BaseException) -> HttpResponse:
    """Return the error as programs read it."""
    from openprm.kernel.api import problems  # the API stands on this module

    return problems.answer(problems.of(error))


def unsent(request: Request) -> QueryDict | None:
    """Return, once, the form this page's user had sent when their session had ended."""
    forms: dict[str, str] = request.session.get(UNSENT, {})
    kept = forms.pop(request.path, None)
    if kept is None:
        return None
    request.session[UNSENT] = forms
    return QueryDict(kept)


def left_over(request: Request) -> tuple[str, QueryDict] | None:
    """Return, once, a form of this page that was sent when the session had ended, where no view took it: its address
    and what was in it."""
    places: dict[str, str] = request.session.get(UNSENT_ON, {})
    action = places.get(request.path)
    if action is None:
        return None
    forms: dict[str, str] = request.session.get(UNSENT, {})
    kept = forms.pop(action, None)
    request.session[UNSENT] = forms
    del request.session[UNSENT_ON]
    return None if kept is None else (action, QueryDict(kept))


def _page_above(request: Request) -> str | None:
    """Return the page to show who goes back, or reloads, to an address that only takes a form: the nearest above it."""
    path = request.path
    while len(path) > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            guard = getattr(resolve(path).func, "guard", None)
        except Resolver404:
            continue
        if guard is not None and "GET" in guard[2]:
            return path
    return None


def _require_side(actor: Actor, side: Side) -> None:
    if side == "portal" and not actor.is_partner:
        raise Forbidden(_("This page is for partners. Open a partner in the console and choose “View as partner”."))
    if side == "console" and not actor.is_vendor:
        raise Forbidden(_("This page is for the vendor's own team. Your pages are in the portal."))


def in_background(request: HttpRequest) -> bool:
    """Return whether a page asked for this by itself, so that its answer may come after the page that follows."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")  # browsers leave it out over plain HTTP
    return mode != "navigate" or "HX-Request" in request.headers or "X-Autosave" in request.headers


def _to_sign_in(request: Request, methods: tuple[str, ...]) -> HttpResponse:
    target = request.get_full_path()
    if request.method == "POST":  # many addresses only take forms: back to the page the form stands on
        target = request.path if "GET" in methods else _page_before(request)
    if request.method == "POST" and not request.FILES and not in_background(request):
        form = request.POST.copy()
        form.pop("csrfmiddlewaretoken", None)
        encoded = form.urlencode()
        if len(encoded) <= MOST_UNSENT:
            request.session[UNSENT] = {request.path: encoded}
            request.session[UNSENT_ON] = {urlsplit(target).path: request.path}
    sign_in = f"{settings.LOGIN_URL}?next={quote(target)}"
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = sign_in
        return response
    return redirect(sign_in)


def _page_before(request: Request) -> str:
    """Return the page of ours that a form was sent from."""
    before = request.headers.get("Referer", "")
    ours = {request.get_host()}
    if not before or not url_has_allowed_host_and_scheme(before, ours, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def answer_bad_request(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that cannot be understood."""
    if is_program(request):
        return _told(SuspiciousOperation())
    return render(None, "400.html", status=400)


def answer_forbidden(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what may not be done."""
    if is_program(request):
        return _told(Forbidden(_("This may not be done.")))
    return render(None, "403.html", status=403)


def answer_missing(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what does not exist, or is somebody else's."""
    if is_program(request):
        return _told(Http404())
    return render(request, "404.html", status=404)


def answer_error(request: Request) -> HttpResponse:
    """Return the page for a failure of ours: 503 while the database is away, else 500. Never a trace."""
    error = sys.exc_info()[1]
    if is_program(request):
        return _told(error or RuntimeError())
    if isinstance(error, OperationalError | InterfaceError):
        response = render(None, "503.html", status=503)
        response["Retry-After"] = "5"
        return response
    return render(None, "500.html", status=500)
