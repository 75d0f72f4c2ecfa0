"""What facts follow from, where that was no person: passed on from fact to fact, so that a chain can be recognised."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_cause: ContextVar[UUID | None] = ContextVar("openprm_cause", default=None)


def current() -> UUID | None:
    """Return the cause of what is announced now, if it has one."""
    return _cause.get()


@contextmanager
def caused_by(cause: UUID | None) -> Iterator[None]:
    """Record what is announced in the block, and whatever follows from it, as caused by ``cause``."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)
