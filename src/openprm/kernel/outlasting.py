"""What stays although a request is refused.

A refusal undoes everything its view or operation wrote. Some things must be kept all the same: that somebody asked,
above all. They are done at the end of the request, in its transaction, after the refused part was undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_kept: ContextVar[list[Callable[[], object]] | None] = ContextVar("openprm_outlasting", default=None)


def outlast(act: Callable[[], object]) -> Callable[[], None]:
    """Do ``act`` when the request ends, refused or not; outside of a request nothing is done.

    Returns what calls it off, for an act that only makes up for what a refusal undoes.
    """
    acts = _kept.get()
    if acts is None:
        return lambda: None
    acts.append(act)
    return lambda: acts.remove(act)


@contextmanager
def outlasting() -> Iterator[list[Callable[[], object]]]:
    """Collect for the length of the block what is to be done at its end."""
    acts: list[Callable[[], object]] = []
    token = _kept.set(acts)
    try:
        yield acts
    finally:
        _kept.reset(token)
