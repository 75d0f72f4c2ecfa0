"""What stands before every operation: a token, a verb, a limit, and one answer per Idempotency-Key."""

import functools
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from openprm.kernel import settings_store, throttle, web
from openprm.kernel.access import Actor
from openprm.kernel.api import problems, repeats, screening, versions
from openprm.kernel.errors import Problem, TooMany
from openprm.kernel.http import Request
from openprm.kernel.throttle import Throttle

P = ParamSpec("P")
R = TypeVar("R")

RATE = "api.requests_per_minute"
WINDOW = timedelta(minutes=1)
ALWAYS = (401, 403, 422, 429, 503)


def operation(*verbs: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard an operation: a token's owner holds one of ``verbs`` (none given: no verb needed).

    What the operation writes is undone when it refuses. The guard is readable by tests as ``function.guard``.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        function.guard = verbs  # type: ignore[attr-defined]
        contribute_operation_callback(function, functools.partial(_contribute, verbs))
        return function

    return wrap


def _contribute(verbs: tuple[str, ...], contributed: Operation) -> None:
    """Put the guard around the operation and describe its refusals."""
    contributed.openapi_extra = _described(contributed, verbs)
    takes_form = any(model.__ninja_param_source__ in ("form", "file") for model in contributed.models)
    guard = functools.partial(_around, verbs, takes_form)
    contributed.run = guard(contributed.run)  # type: ignore[method-assign, arg-type]
    contributed._run_decorators = [*getattr(contributed, "_run_decorators", []), guard]  # type: ignore[attr-defined]


def _around(verbs: tuple[str, ...], takes_form: bool, run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def guarded(request: Request, **path_values: Any) -> HttpResponse:
        try:
            actor = _admitted(request, verbs)
            limited = _within_limit(request)
            screen = functools.partial(screening.screen, request, path_values, takes_form=takes_form)
            response = _answered(request, actor, screen, functools.partial(_run, run, request, path_values))
        except Exception as error:
            return problems.answer_exception(request, error)
        return _counted(request, response, limited)

    return guarded


def _answered(
    request: Request, actor: Actor, screen: Callable[[], None], run: Callable[[], HttpResponse]
) -> HttpResponse:
    try:
        screen()
        response = repeats.once(request, actor, at=timezone.now(), run=run)
    except Problem as problem:
        return problems.answer(problem)
    if versions.not_modified(request, response):
        return HttpResponse(status=304, headers={"ETag": response["ETag"]})
    response["Cache-Control"] = "private, no-cache"
    return response


def _run(run: Callable[..., HttpResponse], request: Request, path_values: dict[str, Any]) -> HttpResponse:
    """Run the operation; a refusal undoes what it wrote."""
    with transaction.atomic():
        response = run(request, **path_values)
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def _admitted(request: Request, verbs: tuple[str, ...]) -> Actor:
    actor: Actor = request.actor
    kind, _space, _token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not actor.is_signed_in:
        raise problems.Unauthenticated(
            _("Send a token that is valid: Authorization: Bearer <token>. You make one in your account.")
        )
    if verbs and not any(actor.may(verb) for verb in verbs):
        actor.require(verbs[0])
    if actor.read_only and request.method not in web.READING:
        raise web.read_only()
    return actor


def _key(request: Request) -> str:
    return "api:" + hashlib.sha256(request.headers["Authorization"].encode()).hexdigest()[:32]


def _within_limit(request: Request) -> int:
    """Return the limit; raise TooMany once it is used up.

    Requests are counted when they end: counting locks the token's row until the transaction does, and a client's
    requests are not to wait for each other.
    """
    limit: int = settings_store.get(RATE)
    state = throttle.look(_key(request), limit=limit)
    if not state.allowed:
        raise TooMany(
            _("Too many requests with this token. Wait as long as Retry-After says."), retry_after=state.retry_after
        )
    return limit


def _counted(request: Request, response: HttpResponse, limit: int) -> HttpResponse:
    if response.status_code >= 500:
        return response
    return limit_headers(response, throttle.hit(_key(request), limit=limit, per=WINDOW))


def limit_headers(response: HttpResponse, state: Throttle) -> HttpResponse:
    """Tell the client how much of its limit is left, and for how long."""
    response["RateLimit-Limit"] = str(state.limit)
    response["RateLimit-Remaining"] = str(state.remaining)
    response["RateLimit-Reset"] = str(state.retry_after)
    return response


def _described(contributed: Operation, verbs: tuple[str, ...]) -> dict[str, Any]:
    methods = set(contributed.methods)
    statuses = set(ALWAYS)
    parameters: list[dict[str, Any]] = []
    if "{" in contributed.path:
        statuses.add(404)
    if methods & {"POST", "PUT", "PATCH", "DELETE"}:
        statuses |= {400, 404, 409, 413, 415}
    if "POST" in methods:
        parameters.append(_IDEMPOTENCY)
    if methods & {"PUT", "PATCH"}:
        statuses |= {412, 428}
        parameters.append(_IF_MATCH)
    extra = dict(contributed.openapi_extra or {})
    declared = extra.get("responses", {})
    extra["responses"] = {**{status: problems.response_of(status) for status in sorted(statuses)}, **declared}
    extra["parameters"] = [*extra.get("parameters", []), *parameters]
    if verbs:
        extra["x-permission"] = list(verbs)
    return extra


_IDEMPOTENCY = {
    "in": "header",
    "name": repeats.HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": repeats.LONGEST, "pattern": "^[!-~]*$"},
    "description": "A value of your choice. The same request with the same key is done once and answered alike.",
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the version that the change is made to.",
}
MAY_MATCH: dict[str, Any] = {  # of an operation that honours If-Match where a client sends it
    "parameters": [{**_IF_MATCH, "required": False}],
    "responses": {status: problems.response_of(status) for status in (412, 428)},
}
