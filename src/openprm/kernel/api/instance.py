"""The API as a whole: its description, its documentation, and what it says where nothing else does."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from openprm.kernel.access import ANONYMOUS, Actor
from openprm.kernel.api import problems
from openprm.kernel.api.screening import ScreenedParser
from openprm.kernel.web import MethodNotAllowed

DESCRIPTION = """\
Everything the pages do, for programs. Sign in with a token from your account: `Authorization: Bearer <token>`.

* **Lists** come in pages: follow `next` with `?cursor=…` until it is null.
* **Refusals** are problem documents (RFC 9457): `code` is for programs, `detail` for people, `errors` names fields.
* **Repeats**: send an `Idempotency-Key` with a POST; the same request with the same key is done once.
* **Changes** (PUT, PATCH) name the version they are made to: send the `ETag` you read as `If-Match`.
* **Limits** are told in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds).
"""


class Token(HttpBearer):
    """A personal or machine token; who it stands for was found out before the operation began."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return who acts."""
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        return actor if actor.is_signed_in else None

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return who acts."""
        return self(request)


class Api(NinjaAPI):
    """NinjaAPI with problem documents for everything."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Answer every exception of an operation with a problem document."""
        return problems.answer_exception(request, exc)

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description, with the schema of problem documents."""
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"].update(problems.describe())
        for path in schema["paths"].values():
            for details in path.values():
                details["responses"] = {str(status): told for status, told in details["responses"].items()}
        return schema

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = [_sealed(pattern) for pattern in super()._get_urls()]
        return [*patterns, re_path(r"", _nothing_here)]


def create_api() -> Api:
    """Return the API of version 1, without any operation yet."""
    return Api(
        title="OpenPRM",
        version="v1",
        description=DESCRIPTION,
        docs=Swagger({"persistAuthorization": False, "tryItOutEnabled": True, "docExpansion": "none"}),
        auth=Token(),
        parser=ScreenedParser(),
        servers=[{"url": settings.BASE_URL}],
        urls_namespace="api",
    )


def _sealed(pattern: URLResolver | URLPattern) -> URLResolver | URLPattern:
    """Let nothing but problem documents out, whatever goes wrong around an operation."""
    if isinstance(pattern, URLPattern) and pattern.name not in ("openapi-view",):
        pattern.callback = _seal(pattern.callback)
    return pattern


def _seal(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def sealed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            return problems.answer_exception(request, error)
        if response.status_code == 405:
            refused = problems.answer(MethodNotAllowed())
            refused["Allow"] = response["Allow"]
            return refused
        return response

    sealed.csrf_exempt = True  # type: ignore[attr-defined]
    sealed.operations = view  # type: ignore[attr-defined]
    return sealed


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problems.answer(problems.missing())


_nothing_here.csrf_exempt = True  # type: ignore[attr-defined]
