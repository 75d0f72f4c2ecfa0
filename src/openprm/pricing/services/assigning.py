"""Who has which book: by name, or because the book's audience says so. What was stays as it was."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openprm.kernel import audiences
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce
from openprm.partners.models import Partner
from openprm.pricing import events, policies, when
from openprm.pricing.models import Assignment, PriceBook
from openprm.pricing.queries import open_at

Source = Assignment.Source
NAMED, AUDIENCE = Source.NAMED, Source.AUDIENCE


class NotPublished(Refusal):
    """The book has no published prices."""

    code = "price_book_not_published"


@transaction.atomic
def assign(
    *,
    partner: Partner,
    book: PriceBook,
    by: Actor,
    at: datetime,
    until: date | None = None,
    reason: str = "",
    key: str = "",
) -> Assignment:
    """Give a book to a partner by name, until the end of a day or as long as the book holds."""
    policies.require_assign(by, partner)
    if len(reason.strip()) > 300:
        raise Invalid(_("Some fields need your attention."), fields={"reason": _("At most 300 characters.")})
    if until is not None and until < when.today(at):
        raise Invalid(_("Some fields need your attention."), fields={"until": _("Give today, or a day to come.")})
    with as_system():
        book = _locked(book)
        _require_in_use(book, at)
        ends = _sooner(when.end(until), book.ends_at)
        found = _of(book, at).filter(partner=partner).order_by("period").last()
        if found is not None and found.source == NAMED:
            if (key and found.key == key) or found.ends_at == ends:
                return found
            found.period = DateTimeTZRange(found.period.lower, ends)
            found.reason = reason.strip() or found.reason
            return found.write("period", "reason", at=at)
        if found is not None:
            _close(found, at, by, reason="", tell=False)
        return _open(book, partner.pk, NAMED, at, by, ends=ends, reason=reason.strip(), key=key)


@transaction.atomic
def unassign(*, partner: Partner, book: PriceBook, by: Actor, at: datetime, reason: str = "") -> None:
    """Take a book that was assigned by name away; what its audience gives stays."""
    policies.require_assign(by, partner)
    with as_system():
        book = _locked(book)
        found = _of(book, at).filter(partner=partner)
        named = found.filter(source=NAMED).first()
        if named is None:
            if found.exists():
                raise Refusal(_("The partner has this book by its audience. Change the audience of the book instead."))
            return
        _close(named, at, by, reason=reason.strip()[:300])
    _sync([book], at, by=by, among=[partner.pk])


def sync_some(
    book: PriceBook, partners: Collection[UUID] | None, *, by: Actor, at: datetime, ended: datetime | None = None
) -> None:
    """Make the assignments of a book for these partners (None: for all) what it says from now on.

    ``ended`` is the end that the book had before: assignments that ended with it follow.
    """
    _sync([book], at, by=by, among=partners, ended=ended)


def concerned(book: PriceBook, at: datetime) -> list[UUID]:
    """Return the partners that have the book or shall have it, in a lasting order."""
    holders = set(_of(book, at).values_list("partner_id", flat=True))
    return sorted(holders | _wanted(book, at, None))


@transaction.atomic
def sync_partner(*, partner_id: UUID, at: datetime) -> None:
    """Give a partner what the audiences of all books say it should have now."""
    _sync(_published(at), at, by=SYSTEM, among=[partner_id])


@transaction.atomic
def sync_all(*, at: datetime) -> None:
    """Give every partner what the audiences of all books say it should have now."""
    _sync(_published(at), at, by=SYSTEM)
    lapse(at=at)


@transaction.atomic
def lapse(*, at: datetime) -> int:
    """Note what has begun and what has ended by the clock; return how many assignments ended."""
    with as_system():
        begun = Assignment.objects.filter(in_force="", period__contains=at).select_related("book")
        for row in begun:
            row.in_force = row.book.code
            row.write("in_force", at=at)
        ended = Assignment.objects.exclude(in_force="").filter(period__endswith__lte=at).select_related("book")
        over = list(ended.order_by("pk"))
        for row in over:
            row.in_force = ""
            row.write("in_force", at=at)
            announce(_gone(row, _("Its time is over.")), about=row, by=SYSTEM, at=at)
    return len(over)


def _published(at: datetime) -> list[PriceBook]:
    with as_system():
        return list(policies.in_use(at).order_by("pk"))


def _sync(
    books: Iterable[PriceBook],
    at: datetime,
    *,
    by: Actor,
    among: Collection[UUID] | None = None,
    ended: datetime | None = None,
) -> None:
    with as_system():
        for book in books:
            _sync_one(_locked(book), at, by, among, ended)


def _sync_one(book: PriceBook, at: datetime, by: Actor, among: Collection[UUID] | None, ended: datetime | None) -> None:
    wanted = _wanted(book, at, among)
    rows = _of(book, at)
    for row in rows if among is None else rows.filter(partner_id__in=among):
        lives = book.state == PriceBook.State.PUBLISHED and (row.source == NAMED or row.partner_id in wanted)
        if not lives:
            _close(row, at, by, reason="")
            continue
        wanted.discard(row.partner_id)
        ends = _end(row, book, ended)
        if row.priority != book.priority or (row.period.lower > at and row.period.lower != book.starts_at):
            _close(row, at, by, reason="", tell=False)
            _open(book, row.partner_id, row.source, at, by, ends=ends, reason=row.reason, key=row.key,
                  who=row.assigned_by, tell=False)  # fmt: skip
        elif row.ends_at != ends:
            row.period = DateTimeTZRange(row.period.lower, ends)
            row.write("period", at=at)
    for partner in sorted(wanted):
        _open(book, partner, AUDIENCE, at, by, ends=book.ends_at)


def _wanted(book: PriceBook, at: datetime, among: Collection[UUID] | None) -> set[UUID]:
    over = book.ends_at is not None and book.ends_at <= at
    if book.state != PriceBook.State.PUBLISHED or book.reach != PriceBook.Reach.AUDIENCE or over:
        return set()
    members = audiences.members(book.audience, subject="partner")
    if among is not None:
        members = members.filter(pk__in=among)
    return set(members.values_list("pk", flat=True))


def _end(row: Assignment, book: PriceBook, ended: datetime | None) -> datetime | None:
    """Return when a living assignment ends: with its book, or on the day that was named for it."""
    if row.source == AUDIENCE or row.ends_at == ended:
        return book.ends_at
    return _sooner(row.ends_at, book.ends_at)


def _open(
    book: PriceBook,
    partner_id: UUID,
    source: str,
    at: datetime,
    by: Actor,
    *,
    ends: datetime | None,
    reason: str = "",
    key: str = "",
    who: str = "",
    tell: bool = True,
) -> Assignment:
    starts = max(at, book.starts_at)
    row = Assignment.objects.create(
        partner_id=partner_id,
        book=book,
        priority=book.priority,
        period=DateTimeTZRange(starts, ends),
        source=source,
        reason=reason,
        assigned_by=who or (by.name if source == NAMED else ""),
        key=key,
        in_force=book.code if starts <= at else "",
        created_at=at,
        updated_at=at,
    )
    if tell:
        fact = events.Assigned(book.pk, book.code, book.name, str(source), starts, ends, reason)
        announce(fact, about=row, by=by, at=at)
    return row


def _close(row: Assignment, at: datetime, by: Actor, *, reason: str, tell: bool = True) -> None:
    if tell:
        announce(_gone(row, reason), about=row, by=by, at=at)
    if row.period.lower >= at:  # it never counted
        row.delete()
        return
    row.period = DateTimeTZRange(row.period.lower, at)
    row.in_force = ""
    row.write("period", "in_force", at=at)


def _gone(row: Assignment, reason: str) -> events.Unassigned:
    return events.Unassigned(row.book_id, row.book.code, row.book.name, row.source, reason)


def _of(book: PriceBook, at: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(open_at(at), book=book).select_related("book", "partner").order_by("partner_id")


def _locked(book: PriceBook) -> PriceBook:
    """Return the book, locked: whoever gives it to somebody else waits."""
    return PriceBook.objects.select_for_update().get(pk=book.pk)


def _require_in_use(book: PriceBook, at: datetime) -> None:
    if book.state != PriceBook.State.PUBLISHED or (book.ends_at is not None and book.ends_at <= at):
        raise NotPublished(_("“%(book)s” is not in use. Publish it first, or choose another.") % {"book": book.name})


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)
