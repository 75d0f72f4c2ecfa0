"""What Halden tells its partners: one post that everybody shall confirm, two for some, and what is to come."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openprm.accounts import actors
from openprm.accounts.models import Person
from openprm.demo.personas import RESELLER
from openprm.demo.programme import Programme
from openprm.kernel import events
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.errors import Missing
from openprm.news import queries, services
from openprm.news.models import Post, Reading

WRITTEN_BEFORE = timedelta(hours=5)  # it went live
READERS = 14  # companies whose people have read something
CONFIRM = "Partner agreement 2027: please read it before 15 December"
AGREEMENT = (
    "From 1 January the new partner agreement holds. Three things change for you:\n\n"
    "Protection: a registered deal is yours for 90 days as before, and you can now ask for an extension up to the "
    "last day.\n\n"
    "Data: customer data may be kept for as long as a deal is open, and for twelve months after it.\n\n"
    "Benefits: training days are part of every tier, from Registered upward.\n\n"
    "The whole text is at https://halden.example/agreement-2027. If something is unclear, ask your channel "
    "manager; nobody has to sign anything before they have understood it."
)
MARGINS = (
    "Gold and platinum partners earn two points more on Halden Cloud from 1 January, on new business and on "
    "renewals.\n\n"
    "You need not do anything: the new margin stands in your price book from that day on, and beside the verdict "
    "when you register a deal.\n\n"
    "Deals that were approved before keep the margin they were approved with, or get the new one, whichever is "
    "higher."
)
ROADSHOW = (
    "We come to you: Hamburg, Munich, Vienna and Zurich, each on one afternoon in January. Bring a customer, stay "
    "for dinner.\n\n"
    "What you see: Halden Edge in a real branch office, prices and offers for the first half of the year, and an "
    "hour with the engineers.\n\n"
    "Seats are for two people of each partner. Write to roadshow@halden.example by 20 December."
)
EDGE = (
    "Halden Edge 4.2 is there. It updates itself at night, needs half the memory, and tells you which branch is "
    "next to fail.\n\n"
    "The data sheet and a recorded demonstration are at https://halden.example/edge. There is no other price."
)
MAINTENANCE = (
    "The portal is not available on Saturday from 6 to 8 in the morning (CET). What you have typed by then is "
    "kept.\n\n"
    "Registrations that come by the API are answered as soon as we are back; send them again with the same key."
)
STORY = (
    "Tell us about a customer whom you moved to Halden Cloud this year. The best three stories become films that "
    "we make and pay for, and you may show them wherever you like."
)
AUTUMN = (
    "For four weeks every new Halden Insight customer gets the first three months for free, and you earn on them as "
    "if they were paid."
)


@dataclass(frozen=True, slots=True)
class Told:
    """A post: who wrote it, how long ago it went live, and for whom it is."""

    title: str
    text: str
    author: str
    age: timedelta
    audience: Mapping[str, Any]
    pinned: bool = False
    to_confirm: bool = False
    shown: int = 0  # days, if not until further notice


BEST = {"field": "partner.tier", "op": "in", "value": ["gold", "platinum"]}
NEAR = {"field": "partner.country", "op": "in", "value": ["AT", "CH", "DE"]}
POSTS = (
    Told("Three months of Halden Insight for free", AUTUMN, "marketing", timedelta(days=40), EVERYBODY, shown=28),
    Told(CONFIRM, AGREEMENT, "channel-manager", timedelta(days=9), EVERYBODY, pinned=True, to_confirm=True),
    Told("Two points more on Halden Cloud", MARGINS, "channel-manager", timedelta(days=6), BEST),
    Told("Halden Edge 4.2 is there", EDGE, "enablement", timedelta(days=4), EVERYBODY),
)
NEWEST = Told("Roadshow in January: four cities", ROADSHOW, "marketing", timedelta(hours=20), NEAR, shown=45)
FOR_VISITORS = (CONFIRM, "Two points more on Halden Cloud")


def live(programme: Programme, *, now: datetime) -> None:
    """Let the posts go live one after another, be told and be read; one is scheduled, and one still a draft.

    Who was told of the older ones is noted as history; of the newest, people are told by the ordinary way.
    """
    with events.silently():
        for told in POSTS:
            _told(_publish(programme, told, now))
        _read(programme)
        manager = programme.vendor["channel-manager"]
        rest = _write("Saturday morning: the portal rests for two hours", MAINTENANCE, manager, now)
        services.publish(post=rest, on=now + timedelta(days=3), by=actors.of(manager), at=now)
        _write("Your best customer story", STORY, programme.vendor["marketing"], now - timedelta(hours=1))
    _publish(programme, NEWEST, now)


def _publish(programme: Programme, told: Told, now: datetime) -> Post:
    at, author = now - told.age, programme.vendor[told.author]
    post = _write(
        told.title, told.text, author, at - WRITTEN_BEFORE, audience=told.audience, pinned=told.pinned,
        to_confirm=told.to_confirm, until=(at + timedelta(days=told.shown)).date() if told.shown else None,
    )  # fmt: skip
    return services.publish(post=post, by=actors.of(author), at=at)


def _write(title: str, text: str, author: Person, at: datetime, **more: Any) -> Post:
    return services.write(title=title, text=text, by=actors.of(author), at=at, **more)


def _told(post: Post) -> None:
    at = post.starts_at
    Reading.objects.bulk_create(
        Reading(post=post, partner_id=partner, person_id=person, told_at=at)
        for person, partner in queries.to_be_told_of(post).values_list("pk", "partner_id")
    )


def _read(programme: Programme) -> None:
    """Let somebody of each of some companies read what is for them, and confirm what is to be confirmed."""
    posts = list(Post.objects.filter(announced_at__isnull=False).order_by("starts_at"))
    for number, partner in enumerate(programme.partners[:READERS]):
        reader = actors.of(programme.sales[partner.pk][0])
        for post in posts:
            if partner.trading_name == RESELLER and post.title in FOR_VISITORS:
                continue  # a visitor finds something that is new
            assert post.starts_at
            verb = services.confirm if post.to_confirm and number % 3 else services.mark_read
            with suppress(Missing):  # it is not for them
                verb(post=post, by=reader, at=post.starts_at + timedelta(hours=1 + number * 3))
