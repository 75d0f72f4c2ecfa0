"""Writing facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import models

from openprm.kernel.access import Actor, as_system
from openprm.kernel.events import causes, delivery
from openprm.kernel.events.models import Event
from openprm.kernel.events.registry import event_type
from openprm.kernel.hints import hint
from openprm.kernel.ledger import chaining

_silent: ContextVar[bool] = ContextVar("openprm_silent", default=False)


def announce(fact: object, *, about: models.Model, by: Actor, at: datetime) -> Event:
    """Record ``fact`` about a row and set its deliveries going, all in the caller's transaction.

    Where the row's kind is declared so, the fact gets its place in the row's hash chain (``kernel/ledger``). The
    partner it concerns is the row's ``partner_id`` (or the row itself, where the row is a partner).
    """
    kind = event_type(fact)
    event = Event(
        name=kind.name,
        subject_type=about._meta.label,
        subject_id=about.pk,
        subject_label=str(about)[:200],
        partner_id=_partner_of(about),
        shared=kind.shared,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        actor_side=by.side,
        at=at,
        cause=causes.current(),
        payload=kind.adapter.dump_python(fact, mode="json"),
    )
    event.save(force_insert=True)
    _follow(event)
    return event


@contextmanager
def silently() -> Iterator[None]:
    """Record facts without effects: for history brought in from elsewhere."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _follow(event: Event) -> None:
    """Chain the event and set its deliveries going, in one change of scope."""
    silent = _silent.get()
    if not silent or chaining.is_chained(event):
        with as_system():
            chaining.append(event)
            if not silent:
                delivery.send(event)
    if not silent:
        hint(event.name, subject=event.subject_id, partner=event.partner_id, shared=event.shared)


def _partner_of(about: models.Model) -> Any:
    if about._meta.label == "partners.Partner":
        return about.pk
    return getattr(about, "partner_id", None)
