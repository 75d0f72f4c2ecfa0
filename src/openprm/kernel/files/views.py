"""Downloads."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openprm.kernel import declarations
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Missing
from openprm.kernel.files.kinds import IMAGES
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request

SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def download(request: Request, pk: UUID) -> HttpResponseBase:
    """Send a file to somebody who may read it; for all others there is none."""
    with as_system():
        file = StoredFile.objects.filter(pk=pk).first()
    if file is None or not may_read(request.actor, file):
        if not request.actor.is_signed_in:
            return redirect(f"/sign-in/?next={request.path}")
        raise Http404
    tag = f'"{file.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    try:
        content = default_storage.open(file.path)
    except FileNotFoundError:
        raise Missing(_("This file is gone from the store. Ask whoever runs this server to restore it.")) from None
    response = FileResponse(
        content,
        as_attachment=file.media_type not in IMAGES,
        filename=file.name,
        content_type=_content_type(file),
    )
    response["Content-Length"] = str(file.size)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


download.guard = ((), "anybody", ("GET",))  # type: ignore[attr-defined]


def may_read(actor: Actor, file: StoredFile) -> bool:
    """Ask the feature the file's row belongs to; a row nobody speaks for is nobody's to read."""
    for feature in declarations.features.values():
        for owner in feature.files:
            if owner.model_label == file.owner_type:
                return owner.may_read(actor, file.owner_id)
    return False


def _content_type(file: StoredFile) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type
