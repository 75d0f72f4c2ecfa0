"""What is undone takes its bytes along.

A file's bytes are in the store before its row commits; a refusal, a row that somebody else changed, an error or a
failed commit undoes the row alone. So a request and a job note what they write, and at their end, when it is certain
what stays, remove what has no row. Nothing else in the store is looked at: it may hold what this database does not
know, such as the files of a newer one. A process that is killed in between leaves its bytes.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.storage import default_storage

from openprm.kernel.access import as_system

_written: ContextVar[list[str] | None] = ContextVar("openprm_written_files", default=None)
_log = logging.getLogger(__name__)


def note(path: str) -> None:
    """Note that bytes are written to this path."""
    paths = _written.get()
    if paths is not None:
        paths.append(path)


@contextmanager
def cleared() -> Iterator[None]:
    """Remove at the end what was written within and has no row. Use it around the transaction."""
    if _written.get() is not None:  # the outermost knows what stays
        yield
        return
    paths: list[str] = []
    token = _written.set(paths)
    try:
        yield
    finally:
        _written.reset(token)
        if paths:
            _clear(paths)


def _clear(paths: Sequence[str]) -> None:
    from openprm.kernel.files.models import StoredFile  # jobs stand on this module, and models on jobs

    try:
        with as_system():
            kept = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths:
            if path not in kept:
                default_storage.delete(path)
    except Exception:  # the answer stands; bytes too many harm less than an error, or bytes too few
        _log.exception("could not remove files without a row: %s", ", ".join(paths))
