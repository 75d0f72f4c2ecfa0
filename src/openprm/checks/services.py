"""The verbs of checks: count a question, say what is left, note what came of it."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from openprm.checks import rules
from openprm.checks.digests import Keeper
from openprm.checks.events import ScanningSuspected
from openprm.checks.models import Asked, Day
from openprm.checks.rules import Counts, Leaf, Place, Step, Text
from openprm.customers.blind import writing
from openprm.customers.blind.digests import Blind
from openprm.kernel import days, settings_store, throttle
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import TooMany
from openprm.kernel.events import announce
from openprm.kernel.ids import uuid7
from openprm.kernel.outlasting import outlast

PER_DAY, PER_PERSON, PER_MINUTE = "checks.per_day", "checks.per_person", "checks.per_minute"
KEPT = timedelta(days=31)
WEEK = timedelta(days=6)
MINUTE = timedelta(minutes=1)


class UsedUp(TooMany):
    """Today's checks are used up."""

    code = "checks_used_up"


class TooFast(TooMany):
    """More requests in a minute than anybody types."""

    code = "checks_too_fast"


@dataclass(frozen=True, slots=True)
class Question:
    """A company that is asked about: in plain words, or blind."""

    name: str = ""
    website: str = ""
    blind: Blind | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """How many checks a day has, how many are left, and when the next ones come."""

    limit: int
    used: int
    renews_at: datetime

    @property
    def left(self) -> int:
        """Return how many companies can still be asked about."""
        return max(0, self.limit - self.used)


Counted = tuple[UUID, ...]  # what was counted, to be told what came of it
_Placed = tuple[str, Text, Place]


class _Numbers(NamedTuple):
    """How many distinct names and domains a partner asked about on a day, and how many of them one person did.

    ``initials`` are the first letters of the names, in the order in which they were asked about.
    """

    names: int
    domains: int
    own_names: int
    own_domains: int
    registered: int
    blocked: int
    initials: str

    @property
    def asked(self) -> int:
        """Return how many companies that makes: a company has a name, a domain or both, so the greater number."""
        return max(self.names, self.domains)

    @property
    def own(self) -> int:
        """Return how many companies the one person asked about."""
        return max(self.own_names, self.own_domains)


# Asked with every name that is typed, so each is one statement, and not put together anew each time.
_COUNT = """
select count(distinct company) filter (where what = 'name'),
       count(distinct company) filter (where what = 'domain'),
       count(distinct company) filter (where what = 'name' and person_id = %(person)s),
       count(distinct company) filter (where what = 'domain' and person_id = %(person)s),
       count(distinct company) filter (where what = 'name' and registered),
       count(distinct company) filter (where what = 'name' and blocked),
       coalesce(string_agg(initial, '' order by at, id) filter (where what = 'name'), '')
from checks_asked where partner_id = %(partner)s and day = %(day)s
"""
_ALIKE = """
select * from checks_asked
where partner_id = %(partner)s and day = %(day)s
  and (company = any(%(companies)s) or beginnings && %(ends)s::bigint[] or form = %(form)s)
order by at, id
"""
_LOCK = """
insert into checks_day (id, created_at, updated_at, version, partner_id, day, asked, registered, blocked, most, alarms)
values (%(id)s, %(at)s, %(at)s, 1, %(partner)s, %(day)s, 0, 0, 0, 0, '{}')
on conflict (partner_id, day) do update set updated_at = excluded.updated_at
returning *
"""


def spend(*, question: Question, by: Actor, at: datetime, form: UUID | None = None) -> Counted:
    """Count a question before it is answered. Raises UsedUp where it is about one company too many."""
    if not _is_counted(by):
        return ()
    _not_too_fast(by)
    return _count(question, by=by, at=at, form=form, enforced=True)


def count(
    *, question: Question, by: Actor, at: datetime, form: UUID | None = None, registered: bool = False
) -> Counted:
    """Count a question that is answered in any case: a registration. It may go beyond the limit."""
    if not _is_counted(by):
        return ()
    return _count(question, by=by, at=at, form=form, registered=registered)


def note_blocked(counted: Counted, *, at: datetime) -> None:
    """Note that the answer was that somebody else has it. Waits for nobody: a note may be lost, an answer may not."""
    if not counted:
        return
    with as_system():
        free = Asked.objects.filter(pk__in=counted, blocked=False).select_for_update(skip_locked=True)
        keys = list(free.values_list("pk", flat=True))
        if not keys:
            return
        Asked.objects.filter(pk__in=keys).update(blocked=True)
        first = Asked.objects.get(pk=keys[0])
        outlast(partial(_refresh_if_free, first.partner_id, first.day, at))


def left(*, by: Actor, at: datetime) -> Left:
    """Return what is left of today's checks for this actor: of the company's, or of their own where that is less."""
    day = _day(at)
    limits = settings_store.many(PER_DAY, PER_PERSON)
    with as_system():
        numbers = _numbers(by.partner_id, day, by.id) if by.partner_id else _Numbers(0, 0, 0, 0, 0, 0, "")
    of_company = Left(limits[PER_DAY], numbers.asked, _renewal(day))
    of_person = Left(limits[PER_PERSON], numbers.own, _renewal(day))
    return min(of_company, of_person, key=lambda one: one.left) if by.kind == "person" else of_company


def may_spend(*, question: Question, by: Actor, at: datetime, form: UUID | None = None) -> bool:
    """Say whether a question would be within today's checks."""
    if not _is_counted(by):
        return True
    with as_system():
        try:
            _within_limits(_placed(question, by, _day(at), form), by, at)
        except UsedUp:
            return False
    return True


def tidy(*, at: datetime) -> int:
    """Put the counts of past days right for good, and forget what was asked longer than a month ago."""
    today = _day(at)
    for day in Day.objects.filter(day__gte=today - timedelta(days=2), day__lt=today).select_for_update():
        _refresh(day, at=at)
    gone, _details = Asked.objects.filter(day__lt=today - KEPT).delete()
    return gone


def used_up(at: datetime) -> UsedUp:
    """Return the refusal of one check too many."""
    message = _("Today's checks are used up. You can register all the same: give your evidence, and a person decides.")
    return UsedUp(message, retry_after=max(1, int((_renewal(_day(at)) - at).total_seconds())))


def _is_counted(by: Actor) -> bool:
    return by.is_partner and by.partner_id is not None and not by.read_only and by.kind != "system"


def _company(by: Actor) -> UUID:
    if by.partner_id is None:
        raise ValueError("only partners' checks are counted")
    return by.partner_id


def _day(at: datetime) -> date:
    """Return the day that a check counts for; it begins at midnight UTC for everybody, so no clock change moves it."""
    return at.astimezone(UTC).date()


def _renewal(day: date) -> datetime:
    return days.over(day, UTC)


def _not_too_fast(by: Actor) -> None:
    """Hold requests of one person to a pace of typing. Counted when the request ends, so that none waits."""
    limit: int = settings_store.get(PER_MINUTE)
    key = f"checks:{by.id}"
    state = throttle.look(key, limit=limit)
    if not state.allowed:
        message = _("That was too fast. Wait a moment, then go on.")
        raise TooFast(message, retry_after=state.retry_after)
    outlast(partial(throttle.hit, key, limit=limit, per=MINUTE))


def _count(
    question: Question,
    *,
    by: Actor,
    at: datetime,
    form: UUID | None,
    enforced: bool = False,
    registered: bool = False,
) -> Counted:
    """Find out what is new in a question, and write it. Only a new company waits for others of this partner."""
    day = _day(at)
    with as_system():
        if not registered:
            placed = _placed(question, by, day, form)
            if not any(place.step is Step.NEW or place.merged for _what, _text, place in placed):
                return _grow(placed)
        locked = _locked(by, day, at)
        placed = _placed(question, by, day, form)
        if enforced:
            _within_limits(placed, by, at)
        known = _grow(placed)
        if registered and known:
            Asked.objects.filter(pk__in=known).update(registered=True)
        new = _add(placed, question, by=by, at=at, form=form, registered=registered)
        Asked.objects.filter(pk__in=[one for _w, _t, place in placed for one in place.merged]).delete()
        _refresh(locked, at=at)
    return (*known, *new)


def _placed(question: Question, by: Actor, day: date, form: UUID | None) -> list[_Placed]:
    """Return each text of a question with its place among what this partner asked today."""
    texts = _texts(question, by, day)
    values = {
        "partner": _company(by),
        "day": day,
        "companies": [text.company for _what, text in texts],
        "ends": [text.beginnings[-1] for _what, text in texts if text.beginnings],
        "form": form,
    }
    rows = list(Asked.objects.raw(_ALIKE, values))
    return [(what, text, rules.place(text, _leaves(rows, what, form))) for what, text in texts]


def _texts(question: Question, by: Actor, day: date) -> list[tuple[str, Text]]:
    keeper = Keeper(_company(by), day)
    if question.blind is None:
        name, domains = keeper.name(question.name), keeper.domains(question.website)
    else:
        name, domains = keeper.blind_name(question.blind), keeper.blind_domains(question.blind)
    return [(Asked.What.NAME.value, name), *((Asked.What.DOMAIN.value, domain) for domain in domains)]


def _leaves(rows: Iterable[Asked], what: str, form: UUID | None) -> list[Leaf]:
    return [
        Leaf(
            row.pk,
            bytes(row.company),
            tuple(row.beginnings),
            row.corrections,
            here=form is not None and row.form == form,
        )
        for row in rows
        if row.what == what
    ]


def _grow(placed: Iterable[_Placed]) -> Counted:
    """Let leaves go on growing, and return what the texts belong to."""
    for _what, text, place in placed:
        if place.leaf is not None and place.step in (Step.GROWN, Step.CORRECTED):
            leaf = Asked.objects.filter(pk=place.leaf)
            mended = (
                {"corrections": 1 + leaf.values_list("corrections", flat=True)[0]}
                if place.step is Step.CORRECTED
                else {}
            )
            leaf.update(company=text.company, beginnings=list(text.beginnings), blocked=False, **mended)
    return tuple(place.leaf for _what, _text, place in placed if place.leaf is not None)


def _add(
    placed: Iterable[_Placed], question: Question, *, by: Actor, at: datetime, form: UUID | None, registered: bool
) -> Counted:
    new = [(what, text) for what, text, place in placed if place.step is Step.NEW]
    common: dict[str, Any] = {
        "partner_id": _company(by),
        "day": _day(at),
        "form": form,
        "registered": registered,
        "at": at,
    }
    common["person_id"] = by.id if by.kind == "person" else None
    rows = [
        Asked(
            id=uuid7(),
            what=what,
            company=text.company,
            beginnings=list(text.beginnings),
            initial=writing.key(question.name)[:1] if what == Asked.What.NAME else "",
            **common,
        )
        for what, text in new
    ]
    return tuple(row.pk for row in Asked.objects.bulk_create(rows))


def _within_limits(placed: Iterable[_Placed], by: Actor, at: datetime) -> None:
    """Raise UsedUp where the new companies of a question are more than what is left."""
    new = [what for what, _text, place in placed if place.step is Step.NEW]
    if not new:
        return
    limits = settings_store.many(PER_DAY, PER_PERSON)
    counted = _numbers(_company(by), _day(at), by.id)
    names, domains = (new.count(what) for what in Asked.What.values)
    asked = max(counted.names + names, counted.domains + domains)
    own = max(counted.own_names + names, counted.own_domains + domains)
    if asked > limits[PER_DAY] or (by.kind == "person" and own > limits[PER_PERSON]):
        raise used_up(at)


def _numbers(partner_id: UUID, day: date, person_id: UUID | None = None) -> _Numbers:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"partner": partner_id, "day": day, "person": person_id})
        return _Numbers(*cursor.fetchone())


def _locked(by: Actor, day: date, at: datetime) -> Day:
    """Return the partner's day, locked: its new companies are counted one after the other."""
    values = {"id": uuid7(), "at": at, "partner": _company(by), "day": day}
    return Day.objects.raw(_LOCK, values)[0]


def _refresh_if_free(partner_id: UUID, day: date, at: datetime) -> None:
    with as_system():
        for row in Day.objects.filter(partner_id=partner_id, day=day).select_for_update(skip_locked=True):
            _refresh(row, at=at)


def _refresh(day: Day, *, at: datetime) -> None:
    """Count a day again, and raise what alarms there are to raise."""
    numbers = _numbers(day.partner_id, day.day)
    day.asked, day.registered, day.blocked = numbers.asked, numbers.registered, numbers.blocked
    day.limit = settings_store.get(PER_DAY)
    raised = _alarms(day, numbers.initials) - set(day.alarms)
    day.alarms = sorted({*day.alarms, *raised})
    Day.objects.filter(pk=day.pk).update(
        **{name: getattr(day, name) for name in ("asked", "registered", "blocked", "limit", "alarms")}, updated_at=at
    )
    if raised:
        fact = ScanningSuspected(day.day, sorted(raised), day.asked, day.limit)
        announce(fact, about=day.partner, by=SYSTEM, at=at)


def _alarms(day: Day, initials: str) -> set[str]:
    if day.asked < min(rules.MANY, rules.LONG_RUN, rules.MANY_BLOCKED) and day.asked < rules.NEARLY * day.limit:
        return set()
    before = Day.objects.filter(partner_id=day.partner_id, day__lt=day.day, day__gte=day.day - WEEK)
    return {
        alarm.value for alarm in rules.alarms(_counts(day), before=[_counts(one) for one in before], initials=initials)
    }


def _counts(day: Day) -> Counts:
    return Counts(**{field.name: getattr(day, field.name) for field in dataclasses.fields(Counts)})
