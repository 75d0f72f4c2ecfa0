"""Files that belong to rows: stored once, checked by content, read through the permission of their owner.

A feature declares who may read the files of its rows (``Feature.files``) and stores them in a service::

    logo = files.store(upload, owner=partner, by=by, at=at, allow=files.IMAGES)
    logo.url                                                     # asks the owner's feature at each download

What a browser could run is never shown in the app's own origin: all but plain pictures comes as a download.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from openprm.kernel.files.kinds import DOCUMENTS, IMAGES, TABLES

if TYPE_CHECKING:
    from openprm.kernel.access import Actor
    from openprm.kernel.entity import Entity
    from openprm.kernel.files.models import StoredFile

__all__ = ["DOCUMENTS", "IMAGES", "TABLES", "remove", "store"]


def store(
    upload: Any, *, owner: "Entity", by: "Actor", at: datetime, allow: Collection[str] = DOCUMENTS
) -> "StoredFile":
    """Keep an uploaded file for a row; see ``services.store``."""
    from openprm.kernel.files import services

    return services.store(upload, owner=owner, by=by, at=at, allow=allow)


def remove(file: "StoredFile") -> None:
    """Forget a file and its bytes; see ``services.remove``."""
    from openprm.kernel.files import services

    services.remove(file)
