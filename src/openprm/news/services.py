"""The verbs of news."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel import audiences
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal, Stale
from openprm.kernel.events import announce
from openprm.kernel.hints import hint
from openprm.kernel.notifications import notify
from openprm.news import events, policies, queries
from openprm.news.models import Post, Reading, everybody
from openprm.news.rules import State
from openprm.pricing import when

MOST_AT_ONCE = 100  # scheduled posts that one run of the clock takes live
TOLD_AT_ONCE = 500  # people that one job tells
TO_CONFIRM = gettext_lazy("Please confirm that you have read this.")
LONGEST = {"title": 200, "text": 20_000}


class NotNow(Refusal):
    """The post stands where this cannot be done."""

    code = "news_state"


@transaction.atomic
def write(
    *,
    title: str,
    text: str,
    by: Actor,
    at: datetime,
    audience: Mapping[str, Any] | None = None,
    pinned: bool = False,
    to_confirm: bool = False,
    until: date | None = None,
) -> Post:
    """Write a post, as a draft. ``until`` is the last day on which it is shown, by the programme's calendar."""
    policies.require_write(by)
    post = Post(author_id=by.id, author_name=by.name, created_at=at, updated_at=at)
    given = {"title": title, "text": text, "audience": audience or everybody(), "pinned": pinned}
    _fill(post, {**given, "to_confirm": to_confirm, "until": until}, at)
    post.save(force_insert=True)
    announce(events.Written(post.title), about=post, by=by, at=at)
    return post


@transaction.atomic
def change(*, post: Post, by: Actor, at: datetime, **given: Any) -> Post:
    """Change what is given of a post; readers see it at once, and those whom a wider audience adds are told.

    Words that somebody has confirmed stay as they are.
    """
    policies.require_write(by)
    if post.state_at(at) is State.ENDED:
        raise NotNow(_("This post has ended. Make it a draft again, then change it."))
    _lock(post)
    fields = _fill(post, given, at)
    if touched := {"title", "text"}.intersection(fields):
        _require_unconfirmed(post, touched)
    if fields:
        post.write(*fields, at=at)
        announce(events.Changed(post.title, fields), about=post, by=by, at=at)
    return post


@transaction.atomic
def publish(*, post: Post, by: Actor, at: datetime, on: datetime | None = None) -> Post:
    """Let a post go live now, or at a time to come; one that is scheduled can be put to another time."""
    policies.require_write(by)
    standing = post.state_at(at)
    if standing is State.LIVE:
        raise NotNow(_("This post is live already."))
    if standing is State.ENDED:
        raise NotNow(_("This post has ended. Make it a draft again, then publish it."))
    if on is not None and on <= at:
        raise _wrong(on=_("Give a time to come, or leave it empty to publish now."))
    post.starts_at = on or at
    if post.ends_at is not None and post.ends_at <= post.starts_at:
        raise _wrong(on=_("Its last day is over by then. Change the last day first, or publish it sooner."))
    if on is None:
        return _go_live(post, by=by, at=at)
    post.write("starts_at", at=at)
    announce(events.Scheduled(post.title, post.starts_at), about=post, by=by, at=at)
    return post


@transaction.atomic
def withdraw(*, post: Post, by: Actor, at: datetime) -> Post:
    """Take a post away from its readers: a live one ends, a scheduled one is a draft again."""
    policies.require_write(by)
    standing = post.state_at(at)
    if standing not in (State.LIVE, State.SCHEDULED):
        raise NotNow(_("Partners do not see this post. Nothing is to be withdrawn."))
    if standing is State.LIVE:
        post.ends_at = at
    else:
        post.starts_at = None
    post.write("starts_at", "ends_at", at=at)
    for partner in post.readings.order_by().values_list("partner_id", flat=True).distinct():
        hint(events.TOLD, subject=post.pk, partner=partner, shared=True)
    announce(events.Withdrawn(post.title), about=post, by=by, at=at)
    return post


@transaction.atomic
def reopen(*, post: Post, by: Actor, at: datetime) -> Post:
    """Make a draft of a post that has ended. Published again, it is told to those who were not told of it before."""
    policies.require_write(by)
    if post.state_at(at) is not State.ENDED:
        raise NotNow(_("Only a post that has ended becomes a draft again."))
    post.starts_at = post.ends_at = post.announced_at = None
    post.write("starts_at", "ends_at", "announced_at", at=at)
    announce(events.Reopened(post.title), about=post, by=by, at=at)
    return post


@transaction.atomic
def discard(*, post: Post, by: Actor, at: datetime) -> None:
    """Throw a draft away that nobody has read."""
    policies.require_write(by)
    if post.state_at(at) is not State.DRAFT or post.readings.exists():
        raise NotNow(_("Only a draft that partners have never seen can be discarded."))
    announce(events.Discarded(post.title), about=post, by=by, at=at)
    post.delete()


@transaction.atomic
def publish_due(*, at: datetime) -> int:
    """Let the scheduled posts whose time has come go live, and return how many."""
    due = Post.objects.filter(policies.in_state(State.LIVE, at), announced_at=None).order_by("starts_at", "pk")
    posts = list(due.select_for_update(skip_locked=True)[:MOST_AT_ONCE])
    for post in posts:
        _go_live(post, by=SYSTEM, at=at)
    return len(posts)


@transaction.atomic
def tell(*, post: Post, at: datetime) -> int:
    """Tell some of the people concerned of a live post, and return how many; each is told once, whatever comes.

    The post is locked meanwhile, and whoever is told has a reading from then on: what runs twice, or beside itself,
    finds nobody left.
    """
    row = Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first()
    if row is None or row.state_at(at) is not State.LIVE:
        return 0
    people = list(queries.to_be_told_of(row).order_by("pk")[:TOLD_AT_ONCE].values_list("pk", "partner_id"))
    told = [
        Reading(post=row, partner_id=partner, person_id=person, told_at=at, created_at=at, updated_at=at)
        for person, partner in people
    ]
    Reading.objects.bulk_create(told, ignore_conflicts=True)  # somebody may be opening it this moment
    body = format_lazy("{} {}", TO_CONFIRM, row.excerpt) if row.to_confirm else row.excerpt
    for partner in {one.partner_id for one in told}:
        hint(events.TOLD, subject=row.pk, partner=partner, shared=True)
    notify(kind="news.post", to=[one.person_id for one in told], title=row.title, body=body, url=row.portal_url, at=at)
    return len(people)


@transaction.atomic
def mark_read(*, post: Post, by: Actor, at: datetime) -> Reading:
    """Note that a person of a partner has opened a post that is for their company."""
    person = _require_reader(post, by, at)
    reading = _reading(post, person, by, at)
    if reading.read_at is None:
        reading.read_at = at
        reading.write("read_at", at=at)
    return reading


@transaction.atomic
def confirm(*, post: Post, by: Actor, at: datetime, version: int | None = None) -> Reading:
    """Note that a person of a partner confirms to have read a post that asks for it; once is enough.

    ``version`` is the one they have read: Stale, if the post was changed since.
    """
    person = _require_reader(post, by, at)
    with as_system():
        current = _lock(post)
    if version not in (None, current):
        raise Stale(_("The post was changed in the meantime. Read it again, then confirm it."))
    if not post.to_confirm:
        raise NotNow(_("This post does not ask to be confirmed. Reading it is enough."))
    reading = _reading(post, person, by, at)
    if reading.confirmed_at is None:
        reading.read_at = reading.read_at or at
        reading.confirmed_at = at
        reading.write("read_at", "confirmed_at", at=at)
        reading.post = post  # a partner's transaction could not fetch it
        announce(events.Confirmed(post.title, by.name), about=reading, by=by, at=at)
    return reading


def _lock(post: Post) -> int | None:
    """Keep a post's words and what is confirmed of them apart until the transaction ends; return its version."""
    rows = Post.objects.select_for_update(no_key=True).filter(pk=post.pk)
    return rows.values_list("version", flat=True).first()


def _require_unconfirmed(post: Post, touched: set[str]) -> None:
    if post.readings.filter(confirmed_at__isnull=False).exists():
        said = _("People have confirmed these words. Withdraw this post and write another one.")
        raise _wrong(**dict.fromkeys(touched, said))


def _require_reader(post: Post, by: Actor, at: datetime) -> UUID:
    """Return the person of a partner who may read this post; refuse whoever is none."""
    by.require(policies.VIEW)
    if by.kind != "person" or not by.is_partner or by.read_only or by.id is None:
        raise Forbidden(_("Only a partner's own people read and confirm news."))
    with queries.readable_by(by, at) as found:
        if not found.filter(pk=post.pk).exists():
            raise Missing(_("There is no such post."))
    return by.id


def _reading(post: Post, person: UUID, by: Actor, at: datetime) -> Reading:
    """Return the person's reading, locked; made if there is none."""
    made = Reading(post_id=post.pk, partner_id=by.company_id, person_id=person, created_at=at, updated_at=at)
    Reading.objects.bulk_create([made], ignore_conflicts=True)
    return Reading.objects.select_for_update().get(post_id=post.pk, person_id=person)


def _go_live(post: Post, *, by: Actor, at: datetime) -> Post:
    post.announced_at = at
    post.write("starts_at", "announced_at", at=at)
    announce(events.Published(post.title, post.ends_at, post.to_confirm), about=post, by=by, at=at)
    return post


def _fill(post: Post, given: Mapping[str, Any], at: datetime) -> list[str]:
    """Put what is given into a post and return the fields that changed; Invalid says what is wrong with which."""
    wrong: dict[str, str] = {}
    new: dict[str, Any] = {name: given[name] for name in ("pinned", "to_confirm") if name in given}
    for name, most in LONGEST.items():
        if name in given:
            new[name] = given[name].strip().replace("\r\n", "\n")
            if not new[name]:
                wrong[name] = _("Fill this in.")
            elif len(new[name]) > most:
                wrong[name] = _("At most %(most)s characters.") % {"most": most}
    if "audience" in given:
        try:
            new["audience"] = audiences.validate(given["audience"], subject="partner")
        except Invalid as problem:
            wrong |= problem.fields
    if "until" in given:
        new["ends_at"] = when.end(given["until"])
        if new["ends_at"] is not None and new["ends_at"] <= max(at, post.starts_at or at):
            wrong["until"] = _("Give a day to come, not before it goes live. To end it now, withdraw the post.")
    if wrong:
        raise _wrong(**wrong)
    changed = [name for name, value in new.items() if getattr(post, name) != value]
    for name in changed:
        setattr(post, name, new[name])
    return changed


def _wrong(**fields: str) -> Invalid:
    return Invalid(_("Some fields need your attention."), fields=fields)
