"""A handful of disputes in different states, lived through by the same services that people use."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from openprm.accounts import actors
from openprm.accounts.models import Person
from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import Content
from openprm.demo.efforts import DECLINED
from openprm.demo.history import FRESH
from openprm.demo.personas import RESELLER, RIVAL
from openprm.demo.programme import CURRENCY
from openprm.disputes import services
from openprm.disputes.models import Dispute, Review
from openprm.extensions import services as extensions
from openprm.extensions.models import ExtensionRequest
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.errors import Problem

CHOSEN = "The customer's head of IT chose us in writing; the letter is attached."
LETTER = b"To whom it may concern: we asked for this offer ourselves, after two workshops in our office.\n"


class NobodyLeft(Exception):
    """No registration is left that somebody could stand against: a small programme has few."""


@dataclass
class Court:
    """Who takes part, and the registrations that stand on the other side."""

    now: datetime
    rivals: Iterator[DealRegistration]
    partner: Actor = field(init=False)
    rival: Actor = field(init=False)
    manager: Actor = field(init=False)
    legal: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.partner, self.rival = (_person(name) for name in ("Lena Brandt", "Mila Gruber"))
        self.manager, self.legal = (_person(name) for name in ("Maren Vogt", "Pierre Lambert"))

    def ago(self, **time: float) -> datetime:
        """Return a moment before the present."""
        return self.now - timedelta(**time)


def live(*, now: datetime) -> None:
    """Let partners contest, and the vendor answer: one case each that waits, asks, is late, is appealed, is upheld."""
    court = Court(now, _rivals())
    for tell in (_just_opened, _asked, _overdue, _appealed, _upheld):
        try:
            tell(court)
        except NobodyLeft:
            break
    services.escalate_due(at=now)


def contest_an_extension(*, now: datetime) -> None:
    """Let the vendor decline an extension, and the partner contest it."""
    court = Court(now, iter(()))
    request = ExtensionRequest.objects.select_related("deal__partner").get(deal__customer_name=DECLINED)
    text = "We see one call in two months. What has changed since?"
    extensions.decline(request=request, code="no_progress", text=text, by=court.manager, at=court.ago(hours=9))
    words = "Their plant manager and ours met three times in October; the minutes are attached. They sign in two weeks."
    _contest(request.deal, "extension", words, court.partner, court.ago(hours=2))


def _just_opened(court: Court) -> None:
    deal, _rival = _blocked(court, court.partner, court.ago(hours=7))
    _contest(deal, "verdict", CHOSEN, court.partner, court.ago(hours=4))


def _asked(court: Court) -> None:
    deal, rival = _refused(court, court.partner, court.ago(days=4))
    dispute = _contest(deal, "rejection", CHOSEN, court.partner, court.ago(days=3))
    with _quiet(court, court.ago(days=2, hours=20)):
        services.start_review(dispute=dispute, by=court.manager, at=court.ago(days=2, hours=20))
        hearing = services.ask_other_side(dispute=dispute, deal=rival, by=court.manager, at=court.ago(days=2, hours=19))
        services.add_note(
            dispute=dispute, text="Both were there in spring; ask for dates.", by=court.manager, at=court.ago(days=2)
        )
    holder = court.rival if rival.partner_id == court.rival.partner_id else None
    if holder is not None:
        review = Review.objects.select_related("deal").get(pk=hearing.review_id)
        words = "We installed their test environment in June; the acceptance is signed."
        services.answer_review(review=review, text=words, by=holder, at=court.ago(days=1))
    question = "When were the two workshops, and who took part for the customer?"
    services.ask(dispute=dispute, text=question, by=court.manager, at=court.ago(hours=6))


def _overdue(court: Court) -> None:
    deal, _rival = _refused(court, court.partner, court.ago(days=7))
    with events.silently():
        dispute = _contest(deal, "rejection", CHOSEN, court.partner, court.ago(days=5))
        services.start_review(dispute=dispute, by=court.manager, at=court.ago(days=4))


def _appealed(court: Court) -> None:
    deal, _rival = _refused(court, court.partner, court.ago(days=14))
    with events.silently():
        dispute = _contest(deal, "rejection", CHOSEN, court.partner, court.ago(days=12))
        services.decide(
            dispute=dispute,
            outcome="rejected",
            code="evidence_insufficient",
            text="The letter is undated, and the customer's purchasing names somebody else.",
            by=court.manager,
            at=court.ago(days=9),
        )
    words = "The dated original has come in the meantime; purchasing confirms it, too."
    services.appeal(dispute=dispute, text=words, uploads=[_letter()], by=court.partner, at=court.ago(days=1))


def _upheld(court: Court) -> None:
    deal, _rival = _refused(court, court.rival, court.ago(days=3))
    with events.silently():
        dispute = _contest(deal, "rejection", CHOSEN, court.rival, court.ago(days=2, hours=12))
    services.decide(
        dispute=dispute,
        outcome="upheld",
        code="engagement_proven",
        text="The letter and the invitations show that the customer asked for this offer.",
        remedy="reopen",
        by=court.legal,
        at=court.ago(hours=3),
    )


def _rivals() -> Iterator[DealRegistration]:
    """Yield protected registrations that somebody could contest, those of the competing persona first."""
    protected = DealRegistration.objects.filter(state=State.APPROVED).exclude(partner__trading_name=RESELLER)
    protected = protected.filter(partner__parent=None).select_related("partner").prefetch_related("lines")
    yield from sorted(protected, key=lambda deal: (deal.partner.trading_name != RIVAL, deal.submitted_at))


def _blocked(court: Court, by: Actor, at: datetime) -> tuple[DealRegistration, DealRegistration]:
    """Return a registration that is blocked by another partner's, and that one."""
    for rival in court.rivals:
        if rival.partner_id == by.partner_id or rival.decided_at is None or rival.decided_at > at:
            continue
        with events.silently():
            draft = deals.save_draft(content=_content(rival, at), by=by, at=at)
            try:
                return deals.submit(deal=draft, by=by, at=at, evidence=CHOSEN), rival
            except Problem:
                draft.delete()
    raise NobodyLeft


def _refused(court: Court, by: Actor, at: datetime) -> tuple[DealRegistration, DealRegistration]:
    deal, rival = _blocked(court, by, at)
    with events.silently():
        deals.reject(deal=deal, code="protected_by_another", text="", by=court.manager, at=at + timedelta(hours=9))
    return deal, rival


def _contest(deal: DealRegistration, subject: str, text: str, by: Actor, at: datetime) -> Dispute:
    return services.contest(deal=deal, subject=subject, text=text, uploads=[_letter()], by=by, at=at)


def _content(rival: DealRegistration, at: datetime) -> Content:
    lines = frozenset(line.product_line_id for line in rival.lines.all())
    return Content(
        customer_name=rival.customer_name,
        website=rival.website,
        country=rival.country,
        product_lines=lines,
        value=Decimal(64_000),
        currency=CURRENCY.get(rival.country, "EUR"),
        close_date=_later(at),
        description="Wants one partner for the roll-out in all branches.",
    )


def _later(at: datetime) -> date:
    return (at + timedelta(days=75)).date()


def _letter() -> Any:
    return SimpleUploadedFile("letter-of-the-customer.txt", LETTER)


def _quiet(court: Court, at: datetime) -> AbstractContextManager[Any]:
    return events.silently() if at < court.now - FRESH else nullcontext()


def _person(name: str) -> Actor:
    return actors.of(Person.objects.select_related("partner").get(name=name))
