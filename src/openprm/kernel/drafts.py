"""Drafts that several people work on: what somebody looked at is what their verb is about, or it is refused.

A page or a program holds on to the ``stamp`` of the draft it read, or of there having been none, and hands it to the
verb as ``seen``. The verb first lets nobody else work on the draft, then reads it, then calls ``require``::

    found = Draft.objects.select_for_update().first()
    drafts.require(found, seen)

``None`` is for callers that looked at nothing, such as a job.
"""

from django.utils.translation import gettext as _

from openprm.kernel.entity import Entity
from openprm.kernel.errors import Stale
from openprm.kernel.http import Request

NONE = "none"


def stamp(draft: Entity | None) -> str:
    """Return what is another for every draft, for every change of it, and for there being none."""
    return f"{draft.pk.hex}.{draft.version}" if draft else NONE


def stamp_of(draft: Entity | None, version: int | None) -> str | None:
    """Return the draft's stamp if it stands in the version that a program names; raise Stale if it does not."""
    if version is not None and draft is not None and draft.version != version:
        raise _stale()
    return None if version is None else stamp(draft)


def shown(request: Request) -> str | None:
    """Return the stamp that a page's form held on to, in its field ``draft``."""
    return request.POST.get("draft") or None


def require(draft: Entity | None, seen: str | None) -> None:
    """Raise Stale unless this draft, or none, is what was seen."""
    if seen is not None and seen != stamp(draft):
        raise _stale()


def _stale() -> Stale:
    return Stale(_("Somebody changed the draft since you looked at it. Look again, then say what to do with it."))
