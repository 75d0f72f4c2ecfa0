"""The prices of a book: written in a draft, published from a day on, never changed afterwards."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from openprm.customers.models import ProductLine
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.events import announce
from openprm.kernel.ui import times
from openprm.pricing import events, policies, queries, rules, when, words
from openprm.pricing.models import Edition, Entry, PriceBook
from openprm.pricing.rules import Term
from openprm.pricing.services import books, spreading

MOST_ENTRIES = 5000
MOST_TOLD = 100
HIGHEST = Decimal(10) ** 12
State = Edition.State


class NothingChanged(Refusal):
    """The draft says the same as the prices that hold then."""

    code = "nothing_changed"


class DayTaken(Refusal):
    """Another edition begins at that moment."""

    code = "day_taken"


@transaction.atomic
def start_draft(*, book: PriceBook, by: Actor, at: datetime) -> Edition:
    """Return the draft of a book's next prices; a new one begins as a copy of those published last."""
    by.require(policies.MANAGE)
    book = _locked(book)
    found = queries.draft_of(book)
    if found is not None:
        return found
    if book.state == PriceBook.State.RETIRED:
        raise books.WrongState(_("This book is retired. Bring it back first."))
    newest = queries.newest(book)
    number = 1 + (book.editions.order_by("-number").values_list("number", flat=True).first() or 0)
    adds = newest.adds_tier_points if newest else True
    draft = Edition.objects.create(
        book=book, number=number, adds_tier_points=adds, changed_by=by.name, created_at=at, updated_at=at
    )
    _add(draft, queries.terms_of(newest), at)
    return draft


@transaction.atomic
def write_draft(
    *, book: PriceBook, terms: Sequence[Term], by: Actor, at: datetime, draft: Edition | None = None
) -> Edition:
    """Make these entries the draft of a book's next prices; ``draft`` is the one that was read.

    Raises Invalid whose fields are named ``row.field``, rows counted from 0; Stale, if somebody wrote the draft since.
    """
    by.require(policies.MANAGE)
    if draft is None:
        draft = start_draft(book=book, by=by, at=at)
    else:
        draft.hold()
    _require_sound(terms)
    old = {entry.term.place: entry for entry in draft.entries.all()}
    found = rules.compare([entry.term for entry in old.values()], terms)
    if not found:
        return draft
    gone = [old[one.before.place].pk for one in found if one.before is not None]
    draft.entries.filter(pk__in=gone).delete()
    _add(draft, [one.after for one in found if one.after is not None], at)
    draft.changed_by = by.name
    return draft.write("changed_by", at=at)


@transaction.atomic
def set_terms(*, book: PriceBook, adds_tier_points: bool, by: Actor, at: datetime) -> Edition:
    """Say in the draft whether the tier's points come on top of these prices."""
    by.require(policies.MANAGE)
    draft = start_draft(book=book, by=by, at=at)
    if draft.adds_tier_points == adds_tier_points:
        return draft
    draft.adds_tier_points, draft.changed_by = adds_tier_points, by.name
    return draft.write("adds_tier_points", "changed_by", at=at)


@transaction.atomic
def discard_draft(*, book: PriceBook, by: Actor, at: datetime) -> None:
    """Throw the draft away; what is published stays."""
    by.require(policies.MANAGE)
    if queries.newest(book) is None:
        raise books.WrongState(_("These are the only prices of the book. Delete the book instead."))
    book.editions.filter(state=State.DRAFT).delete()


@transaction.atomic
def publish(*, book: PriceBook, by: Actor, at: datetime, starts_on: date | None = None, note: str = "") -> Edition:
    """Put the draft into force, now or from the beginning of a day to come, and give the book to its partners."""
    by.require(policies.MANAGE)
    book = _locked(book)
    draft = book.editions.select_for_update().filter(state=State.DRAFT).first()
    if draft is None:
        raise Missing(_("There are no new prices to publish. Change the prices first."))
    starts = _start(book, starts_on, at, note)
    before = _holding(book, starts)
    changed = _changes(book, before, draft)
    _place(book, draft, before, starts, at)
    draft.state, draft.note = State.PUBLISHED, note.strip()
    draft.published_at, draft.published_by = at, by.name
    draft.write("state", "note", "period", "published_at", "published_by", at=at)
    if book.state != PriceBook.State.PUBLISHED:
        book.state = PriceBook.State.PUBLISHED
        books.require_free(book)
        book.write("state", at=at)
    fact = events.Published(book.code, draft.number, starts, draft.note, changed[:MOST_TOLD])
    announce(fact, about=book, by=by, at=at)
    spreading.sync_book(book, by=by, at=at, ended=book.ends_at)
    return draft


@transaction.atomic
def take_back(*, edition: Edition, by: Actor, at: datetime) -> Edition:
    """Make a published price change that has not begun a draft again."""
    by.require(policies.MANAGE)
    book = _locked(edition.book)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    starts = edition.starts_at
    if starts is None or starts <= at:
        raise Refusal(_("These prices hold already, and deals are told by them. Publish new ones instead."))
    if queries.draft_of(book) is not None:
        raise Refusal(_("There is a draft of other prices. Publish or discard it first."))
    before = book.editions.filter(state=State.PUBLISHED, period__endswith=starts).first()
    if before is None and not book.editions.filter(state=State.PUBLISHED).exclude(pk=edition.pk).exists():
        raise Refusal(_("These are the only prices of the book. Retire the book instead."))
    ends = edition.ends_at
    edition.state, edition.period = State.DRAFT, None
    edition.published_at, edition.published_by = None, ""
    edition.write("state", "period", "published_at", "published_by", at=at)
    if before is not None:
        before.period = DateTimeTZRange(before.starts_at, ends)
        before.write("period", at=at)
    announce(events.TakenBack(book.code, edition.number, starts), about=book, by=by, at=at)
    return edition


def problems(term: Term, lines: Iterable[UUID]) -> dict[str, str]:
    """Return what is wrong with an entry, by field."""
    wrong: dict[str, str] = {}
    if term.product_line is not None and term.product_line not in lines:
        wrong["product_line"] = _("There is no such product line.")
    if len(term.sku) > 80:
        wrong["sku"] = _("Give at most 80 characters.")
    if len(term.name) > 200:
        wrong["name"] = _("Give at most 200 characters.")
    if term.list_price is not None and not 0 < term.list_price < HIGHEST:
        wrong["list_price"] = _("Give a price above zero.")
    if term.points is None and term.net_price is None:
        wrong["points"] = _("Give points off the list price, or a net price.")
    elif term.points is not None and term.net_price is not None:
        wrong["net_price"] = _("Give points or a net price, not both.")
    elif term.points is not None and not 0 <= term.points <= rules.MOST:
        wrong["points"] = _("Give points from 0 to 100.")
    elif term.net_price is not None and not 0 <= term.net_price < HIGHEST:
        wrong["net_price"] = _("Give a price that is not negative.")
    elif term.net_price is not None and not term.sku:
        wrong["net_price"] = _("A net price is for one SKU. Give its SKU, or points instead.")
    elif term.net_price is not None and term.list_price is not None and term.net_price > term.list_price:
        wrong["net_price"] = _("The net price is above the list price.")
    wrong |= {
        name: _("Give at most two decimals.")
        for name in ("list_price", "points", "net_price")
        if name not in wrong and (value := getattr(term, name)) is not None and value != value.quantize(rules.CENT)
    }
    return wrong


def _require_sound(terms: Sequence[Term]) -> None:
    if len(terms) > MOST_ENTRIES:
        message = _("A book has at most %(n)s entries. Split it into several books.") % {"n": MOST_ENTRIES}
        raise Invalid(message, fields={"entries": message})
    lines = set(ProductLine.objects.values_list("pk", flat=True))
    wrong: dict[str, str] = {}
    seen: dict[object, int] = {}
    for number, term in enumerate(terms):
        wrong |= {f"{number}.{field}": text for field, text in problems(term, lines).items()}
        place = ("", term.sku.casefold()) if term.sku else term.place
        if place in seen:
            field = "sku" if term.sku else "product_line"
            wrong[f"{number}.{field}"] = _("There is an entry for this already.")
        seen[place] = number
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)


def _add(edition: Edition, terms: Iterable[Term], at: datetime) -> None:
    Entry.objects.bulk_create(
        [
            Entry(
                edition=edition,
                product_line_id=term.product_line,
                sku=term.sku,
                name=term.name,
                list_price=term.list_price,
                points=term.points,
                net_price=term.net_price,
                created_at=at,
                updated_at=at,
            )
            for term in terms
        ]
    )


def _start(book: PriceBook, starts_on: date | None, at: datetime, note: str) -> datetime:
    wrong: dict[str, str] = {}
    if len(note.strip()) > 400:
        wrong["note"] = _("Give at most 400 characters.")
    if starts_on is not None and starts_on < when.today(at):
        wrong["starts_on"] = _("Give today, or a day to come: prices are never changed for the past.")
    starts = at if starts_on is None or starts_on <= when.today(at) else when.begin(starts_on)
    if book.ends_at is not None and starts >= book.ends_at:
        last = times.day(when.last_day(book.ends_at) or book.ends_at)
        wrong["starts_on"] = _("The book ends on %(day)s. Give a day before, or let the book last longer.") % {
            "day": last
        }
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return starts


def _holding(book: PriceBook, starts: datetime) -> Edition | None:
    """Return the edition that holds when the new one begins."""
    found = queries.edition_at(book, starts)
    if found is not None and found.starts_at == starts:
        day = times.day(when.first_day(starts))
        raise DayTaken(
            _("Other prices begin on %(day)s already. Take them back first, or choose another day.") % {"day": day},
            fields={"starts_on": _("Other prices begin then.")},
        )
    return found


def _changes(book: PriceBook, before: Edition | None, draft: Edition) -> list[str]:
    terms = queries.terms_of(draft)
    if not terms:
        raise Invalid(_("There are no prices yet. Add an entry, or import a file."))
    found = rules.compare(queries.terms_of(before), terms)
    told = words.differences(found, queries.line_names(), book.currency)
    if before is not None and before.adds_tier_points != draft.adds_tier_points:
        on_top = _("The tier's points come on top."), _("The tier's points no longer come on top.")
        told.insert(0, on_top[0] if draft.adds_tier_points else on_top[1])
    if not told and book.state == PriceBook.State.PUBLISHED:
        raise NothingChanged(_("The draft says the same as the prices that hold then. Change a price, or discard it."))
    return told


def _place(book: PriceBook, draft: Edition, before: Edition | None, starts: datetime, at: datetime) -> None:
    """Give the draft its time: from its beginning until the next edition; the one before ends there."""
    later = book.editions.filter(state=State.PUBLISHED, period__startswith__gt=starts).order_by("period").first()
    draft.period = DateTimeTZRange(starts, later.starts_at if later else None)
    if before is not None:
        before.period = DateTimeTZRange(before.starts_at, starts)
        before.write("period", at=at)


def _locked(book: PriceBook) -> PriceBook:
    return PriceBook.objects.select_for_update().get(pk=book.pk)
