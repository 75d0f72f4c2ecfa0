"""Every refusal of the API as a problem document (RFC 9457), ``application/problem+json``."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from openprm.kernel.errors import Invalid, Missing, Problem, Refusal, TooMany

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
CONTRADICTIONS = ("23505", "23P01")  # unique, exclusion: somebody else was first
OUTAGE_PAUSE = 5  # seconds


class FieldError(Schema):
    """What is wrong with one field."""

    field: str = Field(examples=["close_date"])
    message: str = Field(examples=["Give a date such as 2026-03-31."])


class ProblemDocument(Schema):
    """Why a request was refused: ``detail`` is for people, ``code`` for programs."""

    type: str = Field(examples=["urn:openprm:problem:invalid"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["One or more fields are not usable."])
    code: str = Field(examples=["invalid"])
    errors: list[FieldError] = []


class Unauthenticated(Problem):
    """Nobody is known to be there (401)."""

    status = 401
    code = "unauthenticated"


class Malformed(Problem):
    """The request cannot be understood at all (400)."""

    status = 400
    code = "malformed"


class TooLarge(Problem):
    """The body is larger than this server takes (413)."""

    status = 413
    code = "too_large"


class UnsupportedMediaType(Problem):
    """The body is of a kind that the operation does not read (415)."""

    status = 415
    code = "unsupported_media_type"


class PreconditionRequired(Problem):
    """A change must say which version it is made to (428)."""

    status = 428
    code = "precondition_required"


class Unavailable(Problem):
    """For a moment the server cannot answer (503)."""

    status = 503
    code = "unavailable"


class Broken(Problem):
    """A failure of ours (500)."""

    status = 500
    code = "internal_error"


def answer(problem: Problem) -> HttpResponse:
    """Return the problem as a response."""
    errors = [{"field": name, "message": message} for name, message in problem.fields.items()]
    document = {
        "type": f"urn:openprm:problem:{problem.problem_code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem),
        "code": problem.problem_code,
        "errors": errors,
    }
    response = JsonResponse(document, status=problem.status, content_type=MEDIA_TYPE)
    if isinstance(problem, TooMany):
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="OpenPRM"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(OUTAGE_PAUSE)
    return response


def answer_exception(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return whatever went wrong as a problem document; what nobody expected is logged and told without a trace."""
    problem = of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(problem)


def of(error: BaseException) -> Problem:
    """Return the problem that an exception stands for."""
    match error:
        case Problem():
            return error
        case ValidationError():
            return _unusable(error)
        case Http404():
            return missing()
        case RequestDataTooBig():
            return TooLarge(_("The body is too large. Send less at once."))
        case SuspiciousOperation() | BadRequest() | MultiPartParserError():
            return Malformed(_("The request cannot be understood."))
        case HttpError():
            return _of_ninja(error)
        case OperationalError() | InterfaceError():
            return Unavailable(_("The server cannot answer for a moment. Try again shortly; nothing was changed."))
        case DataError():
            return _invalid(_("A value is outside of what can be stored."))
        case IntegrityError():
            return _contradiction(error)
        case _:
            return Broken(_("Something went wrong on our side. It was noted; nothing was changed."))


def missing() -> Problem:
    """Return what is said of things that do not exist or are somebody else's."""
    return Missing(_("There is no such thing, or you may not see it. Check the address and the identifier."))


def _invalid(message: str, fields: dict[str, str] | None = None) -> Problem:
    return Invalid(message, fields=fields)


def _unusable(error: ValidationError) -> Problem:
    fields: dict[str, str] = {}
    for found in error.errors:
        fields.setdefault(_name_of(found["loc"]), str(found["msg"]))
    return _invalid(_("One or more fields are not usable. See “errors”."), fields)


def _name_of(place: tuple[Any, ...]) -> str:
    """Return ``contact.email`` for ``("body", "payload", "contact", "email")``."""
    source, *rest = (str(part) for part in place)
    inner = rest[1:] if source in ("body", "form") and len(rest) > 1 else rest
    return ".".join(inner) or source


def _of_ninja(error: HttpError) -> Problem:
    match error.status_code:
        case 401:
            return Unauthenticated(_("Send a token: Authorization: Bearer <token>. You make one in your account."))
        case 400:
            return Malformed(_("The body is not valid JSON. Send one JSON document, encoded as UTF-8."))
        case status if status in (403, 404):
            return missing()
        case _:
            return Malformed(str(error))


def _contradiction(error: IntegrityError) -> Problem:
    """Two who wanted the same at once are told so; a check the code forgot is input that cannot be stored."""
    if getattr(error.__cause__, "sqlstate", "") in CONTRADICTIONS:
        return Refusal(
            _("This already exists, or somebody was faster. Read it again before you retry."), code="conflict"
        )
    log.error("the database refused what no rule had", exc_info=error)
    return _invalid(_("These values cannot be stored together."))


def describe() -> dict[str, Any]:
    """Return the schemas of problem documents, for the OpenAPI description."""
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    inner: dict[str, Any] = schema.pop("$defs")
    return {**inner, "ProblemDocument": schema}


def response_of(status: int) -> dict[str, Any]:
    """Return the OpenAPI description of one kind of refusal."""
    document = {"$ref": "#/components/schemas/ProblemDocument"}
    return {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": document}}}
