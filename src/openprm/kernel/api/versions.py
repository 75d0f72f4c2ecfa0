"""Optimistic locking over HTTP: an answer says which version it shows, a change says which version it is made to."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from openprm.kernel import drafts
from openprm.kernel.api.problems import PreconditionRequired
from openprm.kernel.entity import Entity
from openprm.kernel.errors import Stale

Row = TypeVar("Row", bound=Entity)


def etag(entity: Entity) -> str:
    """Return the entity tag of a row as it is now."""
    return f'"{entity.version}"'


def tagged(response: HttpResponse, entity: Row) -> Row:
    """Put the row's entity tag on the answer and return the row."""
    response["ETag"] = etag(entity)
    return entity


def require_match(request: HttpRequest, entity: Entity) -> None:
    """Raise Stale (412) if the client saw another version of the row than this; 428 if it does not say which."""
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        raise PreconditionRequired(_("Send the ETag you read with the header If-Match, so that no change is lost."))
    named = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    if "*" not in named and etag(entity) not in named:
        raise Stale(
            _("Somebody else changed this in the meantime. Read it again, then make your change to that version.")
        )


def seen_by(request: HttpRequest, draft: Entity | None) -> str | None:
    """Return the stamp of the draft that the client names with If-Match, if it names one (see ``kernel.drafts``).

    Stale where the draft is another by now. Describe the operation with ``MAY_MATCH``.
    """
    named = request.headers.get("If-Match")
    if named is None or (draft is None and "*" in named):
        return None
    if draft is None:
        raise Stale(_("There is no draft any more. Somebody published it or threw it away."))
    require_match(request, draft)
    return drafts.stamp(draft)


def not_modified(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether the client already has what it asks for."""
    tag = response.headers.get("ETag")
    known = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    return tag is not None and response.status_code == 200 and tag in known
