"""What partners did about their protected deals, and who asked for more time."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from openprm.accounts import actors
from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import Content
from openprm.demo.personas import RESELLER
from openprm.demo.programme import Programme
from openprm.extensions import services
from openprm.extensions.rules import Kind
from openprm.kernel import events
from openprm.kernel import services as kernel
from openprm.kernel.access import SYSTEM, Actor
from openprm.kernel.errors import Problem

SOON = timedelta(days=28)
ASKING = 14  # requests at most
DONE: tuple[tuple[Kind, str, str], ...] = (
    (Kind.CALL, "Call with the IT lead", "Budget is confirmed; the decision moved to the next board meeting."),
    (Kind.MEETING, "Workshop on site", "Twelve people from IT and purchasing. Open point: the migration weekend."),
    (Kind.MAIL, "Offer sent", "Three years, with care. They compare it with staying where they are."),
    (Kind.STAGE, "Moved to negotiation", ""),
    (Kind.MEETING, "Demo for the management", "They liked the reports. A reference in their industry would help."),
    (Kind.CALL, "Purchasing asked about terms", "Payment in four parts would settle it."),
    (Kind.NOTE, "Tender is being written", "Publication expected in two weeks."),
)
DECLINED = "Weserwerft Ausrüstung GmbH"  # whose extension is declined, and contested
MINE = (  # days left, and asked
    ("Elbtal Präzisionstechnik GmbH", 9, False),
    ("Fördeblick Logistik AG", 17, True),
    (DECLINED, 12, True),
)
REASONS = (
    "The board decides on its next meeting; the offer is on the agenda.",
    "Purchasing needs a second signature, and its owner is away until the end of the month.",
    "The pilot runs two weeks longer than planned. It goes well.",
    "Their budget year begins later than we thought.",
)


def set_up(programme: Programme) -> None:
    """Say how long deals are protected, and who may extend them how often."""
    at, insight = programme.at, next(line for line in programme.lines if line.key == "insight")
    kernel.change_setting(key="extensions.mail_domain", value="deals.halden.example", by=SYSTEM, at=at)
    deals.save_window(tier="platinum", days=120, by=SYSTEM, at=at)
    deals.save_window(product_line=insight, days=60, by=SYSTEM, at=at)
    best = {"field": "partner.tier", "op": "in", "value": ["gold", "platinum"]}
    services.save_rule(
        name="Gold and platinum", position=10, audience=best, allowed="unlimited", most_days=60, grant_from=3,
        grant_days=30, by=SYSTEM, at=at,
    )  # fmt: skip
    services.save_rule(
        name="All others", position=20, allowed="once", most_days=30, grant_from=5, grant_days=45, quiet_days=45,
        by=SYSTEM, at=at,
    )  # fmt: skip


def live(programme: Programme, *, now: datetime, rng: Random) -> None:
    """Log what was done about the deals that are protected now, and let some ask for more time."""
    protected = DealRegistration.objects.filter(state=State.APPROVED).exclude(owner=None)
    with events.silently():
        for customer, left, asks in MINE:
            _protect(programme, customer, now - timedelta(days=90 - left), now if asks else None)
    rows = list(protected.select_related("partner", "owner").order_by("submitted_at", "pk"))
    with events.silently():
        for deal in rows:
            _work(deal, now, rng)
        ending = [deal for deal in rows if deal.protected_until and deal.protected_until < now + SOON]
        others = [deal for deal in ending if deal.partner.trading_name != RESELLER]
        for deal in others[:ASKING]:
            with suppress(Problem):
                _ask(deal, now, rng)


def _protect(programme: Programme, customer: str, since: datetime, asked: datetime | None) -> None:
    """Give the persona of the demo a deal that is protected since then, and let them ask for more time."""
    partner = programme.partner(RESELLER)
    lena = next(person for person in programme.sales[partner.pk] if person.name == "Lena Brandt")
    edge = next(line for line in programme.lines if line.key == "edge")
    content = Content(
        customer_name=customer, country="DE", product_lines=frozenset({edge.pk}), value=Decimal(64_500),
        currency="EUR", close_date=(since + timedelta(days=80)).date(),
        description="Wants one platform for its plants.",
    )  # fmt: skip
    by = actors.of(lena)
    deal = deals.save_draft(content=content, by=by, at=since - timedelta(days=1))
    deals.submit(deal=deal, by=by, at=since - timedelta(days=1))
    deals.approve(deal=deal, by=actors.of(programme.managers["emea"]), at=since)
    title, text = DONE[0][1:]
    services.log(deal=deal, kind=Kind.CALL, title=title, text=text, by=by, at=since + timedelta(days=60))
    if asked:
        services.ask(deal=deal, days=30, reason=REASONS[0], by=by, at=asked - timedelta(hours=20))


def _work(deal: DealRegistration, now: datetime, rng: Random) -> None:
    by, since = _owner(deal), deal.decided_at or now
    for _number in range(rng.choice((0, 0, 1, 2, 2, 3, 4, 6))):
        kind, title, text = rng.choice(DONE)
        when = since + rng.random() * (now - since)
        uploads = [SimpleUploadedFile("minutes.txt", text.encode())] if kind is Kind.MEETING else []
        services.log(deal=deal, kind=kind, title=title, text=text, uploads=uploads, by=by, at=when)


def _ask(deal: DealRegistration, now: datetime, rng: Random) -> None:
    at = now - timedelta(hours=rng.randrange(2, 60))
    services.ask(deal=deal, days=rng.choice((14, 21, 30)), reason=rng.choice(REASONS), by=_owner(deal), at=at)


def _owner(deal: DealRegistration) -> Actor:
    owner: Any = deal.owner
    return actors.of(owner)
