"""Price books: what they are called, when they hold, for whom, and before which others they go."""

import json
import re
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce
from openprm.pricing import events, policies, when
from openprm.pricing.models import Edition, PriceBook
from openprm.pricing.services import spreading

PLAIN = ("name", "description", "currency", "reach", "audience", "priority")
OWN_FIELD = "partner.price_book"
_CODE = re.compile(r"^[a-z0-9][a-z0-9_-]{0,59}$")
State = PriceBook.State


class PriorityTaken(Refusal):
    """Another book holds at the same time with the same priority: nobody could say which counts."""

    code = "priority_taken"

    def __init__(self, other: PriceBook) -> None:
        message = _(
            "“%(book)s” holds at the same time with the priority %(priority)s, so nobody could say which of the two"
            " counts. Give another priority."
        ) % {"book": other.name, "priority": other.priority}
        super().__init__(message, fields={"priority": message})


class WrongState(Refusal):
    """The book's state does not allow it."""

    code = "price_book_state"


@transaction.atomic
def create_book(
    *,
    code: str,
    name: str,
    currency: str,
    priority: int,
    by: Actor,
    at: datetime,
    description: str = "",
    reach: str = PriceBook.Reach.AUDIENCE,
    audience: audiences.Predicate | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> PriceBook:
    """Create a book with an empty draft of its prices. Nobody gets it before the prices are published."""
    by.require(policies.MANAGE)
    wrong: dict[str, str] = {}
    if not _CODE.match(code):
        wrong["code"] = _("Give a short code of small letters, digits and hyphens, such as msp-2027.")
    elif PriceBook.objects.filter(code=code).exists():
        wrong["code"] = _("There is a book of this code already. Choose another.")
    values = _checked(
        {
            "name": name, "description": description, "currency": currency, "reach": reach,
            "audience": audience or dict(audiences.EVERYBODY), "priority": priority,
        },
        wrong,
    )  # fmt: skip
    starts = when.begin(starts_on) if starts_on and starts_on > when.today(at) else at
    period = _period(starts, ends_on, at, {})
    book = PriceBook.objects.create(code=code, period=period, **values, created_at=at, updated_at=at)
    Edition.objects.create(book=book, number=1, changed_by=by.name, created_at=at, updated_at=at)
    announce(events.Created(book.code, book.name), about=book, by=by, at=at)
    return book


@transaction.atomic
def change_book(*, book: PriceBook, by: Actor, at: datetime, **given: Any) -> PriceBook:
    """Change a book from now on; what was stays as it was. ``starts_on`` and ``ends_on`` are its first and last day."""
    by.require(policies.MANAGE)
    if book.state == State.RETIRED:
        raise WrongState(_("This book is retired. Bring it back first."))
    unknown = given.keys() - {*PLAIN, "starts_on", "ends_on"}
    wrong: dict[str, str] = {name: _("A price book has no such field.") for name in unknown}
    before = {name: getattr(book, name) for name in PLAIN} | {"period": book.period}
    values = _checked({name: given.get(name, before[name]) for name in PLAIN}, wrong)
    if book.state == State.PUBLISHED and values["currency"] != book.currency:
        raise Invalid(
            _("Some fields need your attention."),
            fields={"currency": _("Published prices keep their currency. Create another book for another one.")},
        )
    values["period"] = _new_period(book, given, at)
    if not (changed := changes(_told(before), _told(values))):
        return book
    for name, value in values.items():
        setattr(book, name, value)
    if book.state == State.PUBLISHED:
        require_free(book)
    book.write(*values, at=at)
    announce(events.Changed(book.code, changed), about=book, by=by, at=at)
    if book.state == State.PUBLISHED:
        spreading.sync_book(book, by=by, at=at, ended=before["period"].upper)
    return book


@transaction.atomic
def retire(*, book: PriceBook, by: Actor, at: datetime) -> PriceBook:
    """End a book now and for everybody. Deals registered before keep their margin."""
    by.require(policies.MANAGE)
    if book.state != State.PUBLISHED:
        raise WrongState(_("Only a published book can be retired."))
    book.state = State.RETIRED
    if book.starts_at < at and (book.ends_at is None or book.ends_at > at):
        book.period = DateTimeTZRange(book.starts_at, at)
    book.write("state", "period", at=at)
    announce(events.Retired(book.code), about=book, by=by, at=at)
    spreading.sync_book(book, by=by, at=at)
    return book


@transaction.atomic
def restore(*, book: PriceBook, by: Actor, at: datetime) -> PriceBook:
    """Bring a retired book back as a draft: its next publication gives it to its partners again."""
    by.require(policies.MANAGE)
    if book.state != State.RETIRED:
        raise WrongState(_("Only a retired book can be brought back."))
    book.state, book.period = State.DRAFT, DateTimeTZRange(at, None)
    book.write("state", "period", at=at)
    announce(events.Changed(book.code, {"state": [State.RETIRED, State.DRAFT]}), about=book, by=by, at=at)
    return book


@transaction.atomic
def delete_book(*, book: PriceBook, by: Actor, at: datetime) -> None:
    """Forget a book that was never published."""
    by.require(policies.MANAGE)
    if book.state != State.DRAFT or book.editions.filter(state=Edition.State.PUBLISHED).exists():
        raise WrongState(_("Its prices were published, and deals are told by them. Retire the book instead."))
    announce(events.Retired(book.code), about=book, by=by, at=at)
    book.delete()


def require_free(book: PriceBook) -> None:
    """Raise PriorityTaken where another published book holds at the same time with this priority."""
    others = PriceBook.objects.filter(state=State.PUBLISHED, priority=book.priority, period__overlap=book.period)
    other = others.exclude(pk=book.pk).first()
    if other is not None:
        raise PriorityTaken(other)


def free_priority(book: PriceBook | None = None) -> int:
    """Return a priority that no other book has: ten above the highest."""
    used = PriceBook.objects.exclude(pk=book.pk) if book else PriceBook.objects.all()
    highest = used.order_by("-priority").values_list("priority", flat=True).first() or 0
    return min(999, (highest // 10 + 1) * 10)


def _checked(values: dict[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    name, description = " ".join(str(values["name"]).split()), str(values["description"]).strip()
    currency = str(values["currency"]).strip().upper()
    if not name or len(name) > 120:
        wrong["name"] = _("Give a name of at most 120 characters.")
    if len(description) > 500:
        wrong["description"] = _("Give at most 500 characters.")
    if not re.fullmatch("[A-Z]{3}", currency):
        wrong["currency"] = _("Give a currency by its three letters, such as EUR.")
    if values["reach"] not in PriceBook.Reach.values:
        wrong["reach"] = _("Choose who gets it.")
    if not isinstance(values["priority"], int) or not 1 <= values["priority"] <= 999:
        wrong["priority"] = _("Give a number from 1 to 999.")
    if OWN_FIELD in json.dumps(values["audience"]):
        wrong["audience"] = _("A price book's audience cannot ask for price books: it would depend on itself.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    audience = audiences.validate(values["audience"], subject="partner")
    return {**values, "name": name, "description": description, "currency": currency, "audience": audience}


def _new_period(book: PriceBook, given: dict[str, Any], at: datetime) -> DateTimeTZRange:
    wrong: dict[str, str] = {}
    starts, ends_on = book.starts_at, given.get("ends_on", when.last_day(book.ends_at))
    wanted = given.get("starts_on")
    if wanted is not None and wanted != when.first_day(book.starts_at):
        if book.state == State.PUBLISHED and book.starts_at <= at:
            wrong["starts_on"] = _("The book holds already; its first day stays.")
        elif wanted < when.today(at):
            wrong["starts_on"] = _("Give today, or a day to come: prices are never changed for the past.")
        starts = at if wanted == when.today(at) else when.begin(wanted)
    if ends_on == when.last_day(book.ends_at) and starts == book.starts_at and not wrong:
        return book.period
    return _period(starts, ends_on, at, wrong)


def _period(starts: datetime, ends_on: date | None, at: datetime, wrong: dict[str, str]) -> DateTimeTZRange:
    ends = when.end(ends_on)
    if ends is not None and ends <= max(starts, at):
        wrong["ends_on"] = _("Give a last day that is still to come and not before the first.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return DateTimeTZRange(starts, ends)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Return what an event tells of a book: its days in place of its period."""
    told = {name: value for name, value in values.items() if name not in ("period", "audience")}
    period = values["period"]
    return told | {
        "audience": audiences.describe(values["audience"], subject="partner"),
        "starts_on": when.first_day(period.lower),
        "ends_on": when.last_day(period.upper),
    }
