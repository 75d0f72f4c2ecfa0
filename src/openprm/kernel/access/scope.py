"""The database's view of an actor: the role and partners set for the transaction.

The login role is named by no policy, so SQL outside ``enter`` sees no partner's row. Roles and settings are local to
the transaction: nothing can be carried over to the next request on the same connection.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar

from django.db import DatabaseError, connection, transaction

from openprm.kernel.access.actor import ANONYMOUS, SYSTEM, Actor

ROLE_OF_SIDE = {
    "vendor": "openprm_staff",
    "system": "openprm_staff",
    "partner": "openprm_partner",
    "guest": "openprm_app",
}

_current: ContextVar[Actor] = ContextVar("openprm_actor", default=ANONYMOUS)


def current() -> Actor:
    """Return the actor whose scope this is; a guest outside of any."""
    return _current.get()


@contextmanager
def enter(actor: Actor, *, to_the_end: bool = False) -> Iterator[Actor]:
    """Act as ``actor`` for the length of the block, in a transaction (opened here unless one is open).

    A nested block restores the outer scope when it ends, unless the transaction ends with it (``to_the_end``): then the
    scope ends with the transaction. After an error PostgreSQL restores it with the rollback.
    """
    if not connection.in_atomic_block:
        with transaction.atomic(), _scoped(actor):
            yield actor
        return
    outer = _current.get()
    if outer is actor:  # already so: ask the database nothing
        yield actor
        return
    with _scoped(actor):
        try:
            yield actor
        except BaseException:
            _restore(outer)
            raise
        if not to_the_end:
            _restore(outer)


def as_system() -> AbstractContextManager[Actor]:
    """Act as OpenPRM itself: sees everything, named in the events it announces."""
    return enter(SYSTEM)


@contextmanager
def _scoped(actor: Actor) -> Iterator[None]:
    _set(actor)
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def _set(actor: Actor) -> None:
    own = str(actor.partner_id or "")
    visible = "{" + ",".join(sorted(str(partner) for partner in actor.partner_ids)) + "}" if actor.is_partner else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('role', %s, true), set_config('openprm.partner', %s, true),"
            " set_config('openprm.partners', %s, true)",
            [ROLE_OF_SIDE[actor.side], own, visible],
        )


def _restore(outer: Actor) -> None:
    """Go back to the outer scope; where the transaction is to be rolled back, the rollback does it."""
    if connection.needs_rollback:
        return
    with suppress(DatabaseError):
        _set(outer)
