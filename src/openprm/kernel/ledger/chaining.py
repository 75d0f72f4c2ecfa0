"""Putting events into their subject's chain."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from openprm.kernel.ledger.hashing import EVENT_COLUMNS, GENESIS, link_hash

BATCH = 500

chained: set[str] = set()  # labels of the models whose events are chained, as the features declare them

# The subject's row is locked by this, also when it is new: whoever comes second waits, and reads the head anew.
_NEXT = """
insert into kernel_chain (subject_id, subject_type, length, head, anchored) values (%s, %s, 1, %s, 0)
on conflict (subject_id) do update set length = kernel_chain.length + 1
returning length, head
"""
_LINK = """
with linked as (
    insert into kernel_link (event_id, subject_id, position, previous, hash)
    values (%(event)s, %(subject)s, %(position)s, %(previous)s, %(hash)s)
)
update kernel_chain set head = %(hash)s where subject_id = %(subject)s
"""
_LOCK_MANY = """
insert into kernel_chain (subject_id, subject_type, length, head, anchored)
select subject, type, 0, %s, 0 from unnest(%s::uuid[], %s::text[]) as given(subject, type) order by subject
on conflict (subject_id) do update set length = kernel_chain.length
returning subject_id, length, head
"""
_LINK_MANY = """
insert into kernel_link (event_id, subject_id, position, previous, hash)
select * from unnest(%s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::text[])
"""
_HEADS_MANY = """
update kernel_chain set length = grown.length, head = grown.head
from unnest(%s::uuid[], %s::int[], %s::text[]) as grown(subject, length, head) where subject_id = grown.subject
"""
_SUBJECTS = f"""
select distinct subject_id from kernel_event where subject_type = any(%s) and subject_id > %s
order by subject_id limit {BATCH}
"""  # noqa: S608 - a number
_LINKED = "select event_id from kernel_link where subject_id = any(%s)"
_EVENTS = f"""
select {", ".join(EVENT_COLUMNS)} from kernel_event where subject_id = any(%s) and subject_type = any(%s)
order by subject_id, at, id
"""  # noqa: S608 - names of columns


def is_chained(event: Any) -> bool:
    """Say whether events about this kind of subject are chained."""
    return event.subject_type in chained


def append(event: Any) -> None:
    """Chain an event that was just written, in its transaction. Call it in the scope of the system."""
    if is_chained(event):
        link({name: getattr(event, name) for name in EVENT_COLUMNS})


def link(event: dict[str, Any]) -> None:
    """Give an event the next place of its subject's chain."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [event["subject_id"], event["subject_type"], GENESIS])
        position, previous = cursor.fetchone()
        mark = link_hash(event, position=position, previous=previous)
        values = {"event": event["id"], "subject": event["subject_id"], "position": position, "previous": previous}
        cursor.execute(_LINK, {**values, "hash": mark})


def adopt(progress: Callable[[int], None] = lambda done: None) -> int:
    """Chain the events that were recorded before their subjects were chained, and return how many those are.

    It goes by subject, and within one by time. An upgrade runs it; so does ``openprm verify --adopt``.
    """
    done, last = 0, UUID(int=0)
    while subjects := _rows(_SUBJECTS, [sorted(chained), last]):
        ids = [subject for (subject,) in subjects]
        linked = {event for (event,) in _rows(_LINKED, [ids])}
        events = [event_of(row) for row in _rows(_EVENTS, [ids, sorted(chained)])]
        done += _adopt_batch([event for event in events if event["id"] not in linked])
        last = ids[-1]
        progress(done)
    return done


def _adopt_batch(events: list[dict[str, Any]]) -> int:
    if not events:
        return 0
    types = {event["subject_id"]: event["subject_type"] for event in events}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_MANY, [GENESIS, list(types), list(types.values())])
        heads = {subject: (length, head) for subject, length, head in cursor.fetchall()}
        links = []
        for event in events:
            length, previous = heads[event["subject_id"]]
            mark = link_hash(event, position=length + 1, previous=previous)
            links.append((event["id"], event["subject_id"], length + 1, previous, mark))
            heads[event["subject_id"]] = length + 1, mark
        cursor.execute(_LINK_MANY, [list(column) for column in zip(*links, strict=True)])
        grown = [(subject, length, head) for subject, (length, head) in heads.items()]
        cursor.execute(_HEADS_MANY, [list(column) for column in zip(*grown, strict=True)])
    return len(events)


def _rows(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
        return found


def event_of(row: Iterable[Any]) -> dict[str, Any]:
    """Return the columns of an event by name, as they are hashed; the driver hands JSON over as text."""
    event = dict(zip(EVENT_COLUMNS, row, strict=True))
    event["payload"] = json.loads(event["payload"])
    return event
