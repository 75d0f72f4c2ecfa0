"""The verbs of news."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.kernel import audiences
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal
from openprm.kernel.events import announce
from openprm.news import events, policies, queries
from openprm.news.models import Post, Reading, everybody
from openprm.news.rules import State
from openprm.pricing import when

MOST_AT_ONCE = 100  # planned posts that one run of the clock publishes


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
    until: date | None = None,
) -> Post:
    """Write a post, as a draft. ``until`` is the last day on which it is shown."""
    policies.require_write(by)
    post = Post(author_id=by.id, author_name=by.name, created_at=at, updated_at=at)
    given = {"title": title, "text": text, "audience": audience or everybody(), "pinned": pinned, "until": until}
    _fill(post, given, at)
    post.save(force_insert=True)
    announce(events.Written(post.title), about=post, by=by, at=at)
    return post


@transaction.atomic
def change(*, post: Post, by: Actor, at: datetime, **given: Any) -> Post:
    """Change what is given of a post; readers see the change at once. Nobody is told again."""
    policies.require_write(by)
    if post.state_at(at) is State.ARCHIVED:
        raise NotNow(_("This post is archived. Publish it again, then change it."))
    fields = _fill(post, given, at)
    if fields:
        post.write(*fields, at=at)
        announce(events.Changed(post.title, fields), about=post, by=by, at=at)
    return post


@transaction.atomic
def publish(*, post: Post, by: Actor, at: datetime, on: date | None = None) -> Post:
    """Publish a post now, or at the beginning of a day to come. An archived one is published anew."""
    policies.require_write(by)
    standing = post.state_at(at)
    if standing is State.PUBLISHED:
        raise NotNow(_("This post is published already."))
    if on is not None and on < when.today(at):
        raise Invalid(_("Some fields need your attention."), fields={"on": _("Give today, or a day to come.")})
    starts_at = when.begin(on) if on is not None and on > when.today(at) else at
    if standing is State.ARCHIVED:
        post.ends_at = None
    if post.ends_at is not None and post.ends_at <= starts_at:
        message = _("It would be shown until an earlier day. Change that day first, or publish it sooner.")
        raise Invalid(_("Some fields need your attention."), fields={"on": message})
    post.starts_at, post.told_at = starts_at, at if starts_at <= at else None
    post.write("starts_at", "ends_at", "told_at", at=at)
    if post.told_at is None:
        announce(events.Scheduled(post.title, starts_at), about=post, by=by, at=at)
    else:
        announce(events.Published(post.title, post.ends_at), about=post, by=by, at=at)
    return post


@transaction.atomic
def archive(*, post: Post, by: Actor, at: datetime) -> Post:
    """Take a post away from its readers; the vendor keeps it."""
    policies.require_write(by)
    standing = post.state_at(at)
    if standing is State.ARCHIVED:
        raise NotNow(_("This post is archived already."))
    if standing is State.PLANNED:
        post.starts_at = None
    post.ends_at = at
    post.write("starts_at", "ends_at", at=at)
    announce(events.Archived(post.title), about=post, by=by, at=at)
    return post


@transaction.atomic
def publish_due(*, at: datetime) -> int:
    """Announce the planned posts whose day has come, and return how many."""
    due = Post.objects.filter(starts_at__lte=at, told_at=None).exclude(ends_at__lte=at).order_by("starts_at")
    posts = list(due.select_for_update(skip_locked=True)[:MOST_AT_ONCE])
    for post in posts:
        post.told_at = at
        post.write("told_at", at=at)
        announce(events.Published(post.title, post.ends_at), about=post, by=SYSTEM, at=at)
    return len(posts)


@transaction.atomic
def mark_read(*, post: Post, by: Actor, at: datetime) -> None:
    """Note that a person of a partner has opened a post that is for their company."""
    if by.kind != "person" or not by.is_partner or by.read_only or by.id is None:
        raise Forbidden(_("Only a partner's own people mark news as read."))
    with queries.readable_by(by, at) as found:
        if not found.filter(pk=post.pk).exists():
            raise Missing(_("There is no such post."))
    Reading.objects.bulk_create(
        [Reading(post_id=post.pk, partner_id=by.company_id, person_id=by.id, at=at)], ignore_conflicts=True
    )


def _fill(post: Post, given: Mapping[str, Any], at: datetime) -> list[str]:
    """Put what is given into a post and return the fields that changed; Invalid says what is wrong with which."""
    wrong: dict[str, str] = {}
    new: dict[str, Any] = {}
    for name, most in (("title", 200), ("text", 20_000)):
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
    if "pinned" in given:
        new["pinned"] = given["pinned"]
    if "until" in given:
        new["ends_at"] = when.end(given["until"])
        if new["ends_at"] is not None and new["ends_at"] <= max(at, post.starts_at or at):
            wrong["until"] = _("Give a day to come, not before it is published. To end it now, archive the post.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    changed = [name for name, value in new.items() if getattr(post, name) != value]
    for name in changed:
        setattr(post, name, new[name])
    return changed
