"""Eighteen months of deals, lived through in the order of time by the same services that people use."""

import heapq
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from random import Random
from typing import Any

from openprm.accounts import actors
from openprm.customers.models import Account
from openprm.deals import services
from openprm.deals.lifecycle import LOST_BECAUSE, UNDECIDED, State
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import Content, content_of
from openprm.demo.personas import RESELLER, RIVAL
from openprm.demo.programme import CURRENCY, Programme
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.errors import Problem
from openprm.partners.models import Partner

MONTHS = 18
DEALS = 420
WAITING = 16  # registrations that nobody has decided yet
FRESH = timedelta(days=2)  # what happened since then is told to people as news
NEEDS = (
    "Replaces servers that reach their end of support next spring.",
    "Wants one platform for twelve branches instead of four.",
    "Needs encrypted backups after an audit.",
    "Plans to move its warehouse software to the cloud.",
    "Opens a new plant and wants everything managed from outside.",
    "Wants reports every morning instead of every month.",
)
COMMENTS = (
    "The customer has confirmed the budget for the next quarter.",
    "We showed the demo to their IT lead last week; they liked the dashboards.",
    "Is there a reference in the same industry that we could name?",
    "The purchasing department asks for a three-year price.",
)
NOTES = (
    "Talked to the account team: no objection.",
    "Check the credit limit before the order.",
    "Strong partner here.",
)


@dataclass
class Story:
    """The queue of what will happen, and the hand that deals the chances."""

    programme: Programme
    now: datetime
    rng: Random
    queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    actors: dict[Any, Actor] = field(default_factory=dict)
    order: Any = field(default_factory=count)

    def later(self, when: datetime, what: Callable[[datetime], None]) -> None:
        """Let something happen, if its time comes before the present."""
        if when < self.now:
            heapq.heappush(self.queue, (when, next(self.order), what))

    def run(self) -> None:
        """Live through everything in order. What was refused did not happen: partners are told no, too."""
        while self.queue:
            when, _order, what = heapq.heappop(self.queue)
            quiet = events.silently() if when < self.now - FRESH else nullcontext()
            with quiet:
                try:
                    what(when)
                except Problem:
                    continue

    def actor(self, person: Any) -> Actor:
        """Return a person as the one who acts."""
        if person.pk not in self.actors:
            self.actors[person.pk] = actors.of(person)
        return self.actors[person.pk]


def live(programme: Programme, *, now: datetime, rng: Random, many: int = DEALS) -> None:
    """Let the partners register deals, and the vendor decide, until now."""
    story = Story(programme, now, rng)
    start = now - timedelta(days=30 * MONTHS)
    active = [partner for partner in programme.partners if partner.status == Partner.Status.ACTIVE]
    pool = _customers(active, rng)
    for _number in range(many):
        partner = rng.choices(active, weights=[4 if p.trading_name in (RESELLER, RIVAL) else 1 for p in active])[0]
        growing = rng.random() ** 0.75  # more deals towards the present
        when = _office_hours(start + growing * (now - start), rng)
        customer = rng.choice(pool[partner.country])
        story.later(when, partial(_register, story, partner, customer))
    for day in range(0, 30 * MONTHS, 4):
        story.later(start + timedelta(days=day, hours=3), _clock)
    story.run()
    _queue(story, active, pool)
    _present(story, pool)


def _customers(partners: list[Partner], rng: Random) -> dict[str, list[str]]:
    """Return by country whom partners can sell to: many companies, and all that the vendor's own team works on."""
    accounts = Account.objects.order_by("external_id").values_list("name", flat=True)
    pool = {}
    for country in sorted({partner.country for partner in partners}):
        known = list(accounts.filter(country=country))
        worked_on = list(accounts.filter(country=country, opportunities__is_open=True).distinct())
        pool[country] = rng.sample(known, min(len(known), 250)) + worked_on
    return pool


def _register(story: Story, partner: Partner, customer: str, at: datetime) -> None:
    rng = story.rng
    by = story.actor(rng.choice(story.programme.sales[partner.pk]))
    evidence = "The customer asked us for this offer; their e-mail is with us." if rng.random() < 0.3 else ""
    deal = _submit(_content(story, partner, customer, at), by, at, evidence)
    if deal is None:
        return
    if deal.state == State.APPROVED:
        _work_on(story, deal, at)
    else:
        wait = timedelta(hours=min(rng.lognormvariate(2.6, 0.9), 160))
        story.later(_office_hours(at + wait, rng, after=at), lambda when: _decide(story, _fresh(deal), when))


def _decide(story: Story, deal: DealRegistration, at: datetime) -> None:
    rng = story.rng
    by = story.actor(_manager(story, deal))
    fate = rng.random()
    if fate < 0.12:
        question = "Which company of the group buys, and for how many users?"
        services.ask(deal=deal, fields=["website", "description"], text=question, by=by, at=at)
        answered = _office_hours(at + timedelta(hours=rng.randrange(3, 90)), rng, after=at)
        story.later(answered, lambda when: _answer(story, _fresh(deal), when))
        return
    refuse = {"clear": 0.06, "possible": 0.3, "blocked": 0.75}[deal.verdict]
    if rng.random() < refuse:
        code = {"clear": "not_qualified", "possible": "existing_customer", "blocked": "direct_opportunity"}[
            deal.verdict
        ]
        services.reject(deal=deal, code=code, text="Please talk to us before the next one.", by=by, at=at)
        return
    try:
        services.approve(deal=deal, by=by, at=at)
    except services.AlreadyProtected:
        services.mark_duplicate(deal=deal, code="another_registration", by=by, at=at)
        return
    if rng.random() < 0.15:
        services.add_note(deal=deal, text=rng.choice(NOTES), by=by, at=at)
    _work_on(story, deal, at)


def _answer(story: Story, deal: DealRegistration, at: datetime) -> None:
    by = story.actor(deal.owner)
    content = content_of(deal)
    said = Content(
        **{**content.plain(), "product_lines": content.product_lines, "description": f"{content.description} 80 users."}
    )
    services.answer(deal=deal, content=said, by=by, at=at)
    decided = _office_hours(at + timedelta(hours=20), story.rng, after=at)
    story.later(decided, lambda when: _decide(story, _fresh(deal), when))


def _work_on(story: Story, deal: DealRegistration, at: datetime) -> None:
    rng = story.rng
    if rng.random() < 0.4:
        soon = _office_hours(at + timedelta(days=rng.randrange(2, 25)), rng)
        story.later(soon, lambda when: _talk(story, _fresh(deal), when))
    ending = _office_hours(at + timedelta(days=min(rng.lognormvariate(3.9, 0.6), 88)), rng, after=at)
    fate = rng.random()
    if fate < 0.46:
        story.later(ending, lambda when: _win(story, _fresh(deal), when))
    elif fate < 0.78:
        story.later(ending, lambda when: _lose(story, _fresh(deal), when))
    elif fate < 0.84:
        story.later(ending, lambda when: _withdraw(story, _fresh(deal), when))


def _talk(story: Story, deal: DealRegistration, at: datetime) -> None:
    who = deal.owner if story.rng.random() < 0.7 else _manager(story, deal)
    services.comment(deal=deal, text=story.rng.choice(COMMENTS), by=story.actor(who), at=at)


def _win(story: Story, deal: DealRegistration, at: datetime) -> None:
    assert deal.value is not None
    value = (deal.value * Decimal(story.rng.randrange(80, 125)) / 100).quantize(Decimal("0.01"))
    services.win(deal=deal, value=value, by=story.actor(deal.owner), at=at)


def _lose(story: Story, deal: DealRegistration, at: datetime) -> None:
    services.lose(deal=deal, code=story.rng.choice(LOST_BECAUSE), by=story.actor(deal.owner), at=at)


def _withdraw(story: Story, deal: DealRegistration, at: datetime) -> None:
    services.withdraw(deal=deal, code="customer_cancelled", by=story.actor(deal.owner), at=at)


def _clock(at: datetime) -> None:
    services.expire_due(at=at)
    services.remind_due(at=at)
    services.tell_overdue(at=at)


def _queue(story: Story, active: list[Partner], pool: dict[str, list[str]]) -> None:
    """Leave registrations of the last days to be decided: some are late, some are in conflict."""
    rng = story.rng
    evidence = "The customer asked us for this offer; their e-mail is with us."
    contested = _contested()
    for number in range(WAITING):
        at = story.now - timedelta(hours=5 * number + 2)
        partner = rng.choice(active)
        fits = [name for name, country in contested if country == partner.country]
        customer = rng.choice(fits) if fits and number % 2 else rng.choice(pool[partner.country])
        by = story.actor(rng.choice(story.programme.sales[partner.pk]))
        content = _content(story, partner, customer, at, value=Decimal(rng.randrange(21, 240) * 1000))
        with events.silently():
            _submit(content, by, at, evidence)


def _contested() -> list[tuple[str, str]]:
    """Return customers that somebody is protected for already."""
    protected = DealRegistration.objects.filter(state=State.APPROVED).order_by("submitted_at")
    return list(protected.values_list("customer_name", "country"))


def _submit(content: Content, by: Actor, at: datetime, evidence: str = "") -> DealRegistration | None:
    """Register a deal; what is refused leaves nothing behind."""
    deal = services.save_draft(content=content, by=by, at=at)
    try:
        return services.submit(deal=deal, by=by, at=at, evidence=evidence)
    except Problem:
        deal.delete()
        return None


def _present(story: Story, pool: dict[str, list[str]]) -> None:
    """Give the persona of the demo something of everything: a draft, a question to answer, a fresh approval."""
    with events.silently():
        services.expire_due(at=story.now)
    partner = story.programme.partner(RESELLER)
    lena = next(person for person in story.programme.sales[partner.pk] if person.name == "Lena Brandt")
    by = story.actor(lena)
    customers = iter(story.rng.sample(pool["DE"], 40))
    services.save_draft(content=Content(customer_name=next(customers), country="DE"), by=by, at=story.now)
    for verb in (_ask_now, _approve_now, None):
        deal = _submitted_now(story, partner, by, customers)
        if verb is not None:
            verb(story, deal)


def _submitted_now(story: Story, partner: Partner, by: Actor, customers: Any) -> DealRegistration:
    """Return a deal that waits for a decision: too large for the rule of automatic approval."""
    at = story.now - timedelta(hours=30)
    for customer in customers:
        deal = _submit(_content(story, partner, customer, at, value=Decimal(48_000)), by, at)
        if deal is not None and deal.state in UNDECIDED:
            return deal
    raise RuntimeError("no free customer left")


def _ask_now(story: Story, deal: DealRegistration) -> None:
    services.ask(
        deal=deal,
        fields=["website", "contact"],
        text="Who buys there, and which website is theirs?",
        by=story.actor(_manager(story, deal)),
        at=story.now - timedelta(hours=4),
    )


def _approve_now(story: Story, deal: DealRegistration) -> None:
    services.approve(deal=deal, by=story.actor(_manager(story, deal)), at=story.now - timedelta(hours=2))


def _content(story: Story, partner: Partner, customer: str, at: datetime, value: Decimal | None = None) -> Content:
    rng = story.rng
    lines = rng.sample(story.programme.lines, rng.choices([1, 2], weights=[3, 1])[0])
    worth = value or Decimal(int(min(rng.lognormvariate(10.2, 0.8), 900_000) / 100) * 100 + 900)
    return Content(
        customer_name=customer,
        country=partner.country,
        product_lines=frozenset(line.pk for line in lines),
        value=worth,
        currency=CURRENCY.get(partner.country, "EUR"),
        close_date=(at + timedelta(days=rng.randrange(25, 150))).date(),
        contact="",
        description=rng.choice(NEEDS),
    )


def _fresh(deal: DealRegistration) -> DealRegistration:
    """Return the deal as it is by now: time has passed, and reminders were given."""
    return DealRegistration.objects.select_related("partner", "owner").get(pk=deal.pk)


def _manager(story: Story, deal: DealRegistration) -> Any:
    area = {"US": "americas", "CA": "americas", "IN": "apac", "AU": "apac"}.get(deal.partner.country, "emea")
    return story.programme.managers[area]


def _office_hours(when: datetime, rng: Random, *, after: datetime | None = None) -> datetime:
    """Return a moment of a working day near ``when``, and after what led to it."""
    moment = _at_work(when).replace(hour=rng.randrange(7, 17), minute=rng.randrange(60))
    while after is not None and moment <= after:
        moment = _at_work(moment + timedelta(days=1))
    return moment


def _at_work(when: datetime) -> datetime:
    while when.weekday() >= 5:
        when += timedelta(days=1)
    return when
