"""Keeping files and forgetting them."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from openprm.kernel import settings_store
from openprm.kernel.access import Actor
from openprm.kernel.entity import Entity
from openprm.kernel.errors import Invalid
from openprm.kernel.files import kinds, leftovers
from openprm.kernel.files.models import StoredFile

LIMIT = "files.most_megabytes"
MEGABYTE = 1024 * 1024
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


def store(upload: Any, *, owner: Entity, by: Actor, at: datetime, allow: Collection[str]) -> StoredFile:
    """Keep an uploaded file for a row, if it is small enough and of an allowed kind by its content."""
    name = fit_name(upload.name or "")
    most = settings_store.get(LIMIT)
    if upload.size > most * MEGABYTE:
        raise _refused(name, _("The file is larger than %(most)s MB. Send a smaller one.") % {"most": most})
    if not upload.size:
        raise _refused(name, _("The file is empty. Choose another one."))
    kind = _allowed_kind(upload, name, allow)
    path = f"{at:%Y/%m}/{secrets.token_hex(20)}"
    return StoredFile.objects.create(
        name=name,
        size=upload.size,
        media_type=kind.media_type,
        sha256=_digest(upload),
        path=_write(upload, path),
        owner_type=owner._meta.label,
        owner_id=owner.pk,
        partner_id=_partner_of(owner),
        stored_by=by.id,
        stored_by_name=by.name,
        created_at=at,
        updated_at=at,
    )


def remove(file: StoredFile) -> None:
    """Forget a file; its bytes go once that is certain."""
    path = file.path
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def fit_name(name: str) -> str:
    """Return a file name without folders, control characters or what turns its direction round."""
    bare = _UNFIT.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    return (stem[: 254 - len(ending)] + dot + ending)[:255] if bare else "file"


def _allowed_kind(upload: IO[bytes], name: str, allow: Collection[str]) -> kinds.Kind:
    kind = kinds.kind_of(upload, name)
    if kind is None or kind.media_type not in allow:
        allowed = [known for media_type, known in kinds.KINDS.items() if media_type in allow]
        usual = ", ".join(sorted(known.endings[0] for known in allowed))
        promised = next((end for known in allowed for end in known.endings if name.lower().endswith(end)), None)
        if promised is None:
            raise _refused(name, _("Files of this kind cannot be kept here. Use one of: %(kinds)s.") % {"kinds": usual})
        raise _refused(
            name,
            _(
                "The file's name ends with %(ending)s, but what it holds is something else, is damaged or carries a "
                "program (macros). Open it, save it anew as one of these, and send that: %(kinds)s."
            )
            % {"ending": promised, "kinds": usual},
        )
    if not name.lower().endswith(kind.endings):
        raise _refused(
            name,
            _("The file's name should end with %(ending)s, because that is what it holds.")
            % {"ending": kind.endings[0]},
        )
    return kind


def _digest(upload: Any) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _write(upload: Any, path: str) -> str:
    upload.seek(0)
    leftovers.note(path)
    return str(default_storage.save(path, File(upload)))


def _partner_of(owner: Entity) -> Any:
    return owner.pk if owner._meta.label == "partners.Partner" else getattr(owner, "partner_id", None)


def _refused(name: str, message: str) -> Invalid:
    """Return the refusal; it names the file, for several may have been sent at once."""
    message = f"{name}: {message}"
    return Invalid(message, code="file_refused", fields={"file": message})
