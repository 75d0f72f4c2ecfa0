"""Giving a book to many: a worker lets thousands of partners get, change or lose it, part by part.

Whoever publishes a book does not wait for that. Each part is a transaction of its own and asks anew what the book says,
so that a job that is begun again, or two that follow each other, come to the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from openprm.accounts import actors
from openprm.accounts.models import Person
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.jobs import job
from openprm.pricing.models import PriceBook
from openprm.pricing.services import assigning

MOST_AT_ONCE = 200  # partners that the request itself waits for
PART = 200


def sync_book(book: PriceBook, *, by: Actor, at: datetime, ended: datetime | None = None) -> None:
    """Make the assignments of a book what its state, time, priority and audience say: at once, or by a worker.

    ``ended`` is the end that the book had before: assignments that ended with it follow.
    """
    with as_system():
        concerned = assigning.concerned(book, at)
        if len(concerned) <= MOST_AT_ONCE:
            assigning.sync_some(book, None, by=by, at=at, ended=ended)
            return
        _note(book.pk, done=0, total=len(concerned))
    person = str(by.id) if by.kind == "person" and by.id else ""
    _spread_later.defer(book=str(book.pk), person=person, name=by.name, ended=ended.isoformat() if ended else "")


@job("pricing.spread", scoped=False)
def _spread_later(book: str, person: str, name: str, ended: str) -> None:
    spread(
        UUID(book),
        person=UUID(person) if person else None,
        name=name,
        ended=datetime.fromisoformat(ended) if ended else None,
    )


def spread(
    book_id: UUID, *, person: UUID | None, name: str, ended: datetime | None, at: datetime | None = None
) -> None:
    """Give, change and take away part by part; what was done before is found done."""
    done, last = 0, None
    while True:
        with transaction.atomic(), as_system():
            book = PriceBook.objects.select_for_update().filter(pk=book_id).first()
            if book is None:
                return
            now = at or timezone.now()
            left = [partner for partner in assigning.concerned(book, now) if last is None or partner > last]
            part: Sequence[UUID] = left[:PART]
            if not part:
                _note(book_id, done=0, total=0)
                return
            assigning.sync_some(book, part, by=_who(person, name), at=now, ended=ended)
            done, last = done + len(part), part[-1]
            _note(book_id, done=done, total=done + len(left) - len(part))


def _note(book_id: UUID, *, done: int, total: int) -> None:
    """Say how far it is; the book's version stays, since nobody changed it."""
    PriceBook.objects.filter(pk=book_id).update(spread_done=done, spread_total=total)


def _who(person: UUID | None, name: str) -> Actor:
    """Return who changed the book, or the system in the name of the program that did."""
    found = Person.objects.filter(pk=person).first() if person else None
    return actors.of(found) if found else replace(SYSTEM, name=name)
