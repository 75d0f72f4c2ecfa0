"""Folders that somebody uploaded to look at their plan before they apply them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.blueprint import folder, policies, queries, services, zipped
from openprm.blueprint.models import Upload
from openprm.blueprint.rules import Plan
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Missing


def receive(*, name: str, content: bytes, keep: bool, by: Actor, at: datetime) -> Upload:
    """Keep an uploaded ZIP whose files can be read; NotApplicable with every mistake otherwise."""
    by.require(policies.READ)
    files = zipped.unpack(content)
    folder.read(files)
    services.plan(files=files, keep=keep, by=by, at=at)
    with as_system():
        return Upload.objects.create(
            name=name[:200], files=files, keep=keep, person_id=by.id if by.kind == "person" else None,
            created_at=at, updated_at=at,
        )  # fmt: skip


def find(key: UUID) -> Upload:
    """Return an upload; Missing where it was forgotten."""
    found = queries.waiting().filter(pk=key).first()
    if found is None:
        raise Missing(_("This upload is no longer kept. Upload the folder again."))
    return found


def plan(*, upload: Upload, by: Actor, at: datetime) -> Plan:
    """Return what applying an upload would change."""
    return services.plan(files=upload.files, keep=upload.keep, by=by, at=at)


def apply(*, upload: Upload, digest: str, by: Actor, at: datetime) -> Plan:
    """Apply an upload, and forget it."""
    done = services.apply(
        files=upload.files, keep=upload.keep, source=upload.name, by=by, at=at, digest=digest or services.NO_DIGEST
    )
    with as_system():
        upload.delete()
    return done


def forget(*, at: datetime) -> int:
    """Forget uploads that nobody applied."""
    with as_system():
        return Upload.objects.filter(created_at__lt=at - queries.KEPT).delete()[0]
