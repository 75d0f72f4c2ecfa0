"""Two who take different steps with the same deals and customers at once: none of them fails by our fault."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from openprm.customers.models import Account
from openprm.deals import services
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.services.content import content_of
from openprm.deals.tests.test_races import _many_checks, all_at_once, unlike_all_others
from openprm.engagement import services as engagement
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.rules import Level
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.errors import Stale
from tests.world import NOW, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures(_many_checks.__name__)]

ROUNDS = 12
LATER = NOW + timedelta(days=1)
WHY = "They have signed our letter of intent already, long ago."


def read(deal: DealRegistration) -> DealRegistration:
    """Return a deal as a request of its own reads it."""
    with as_system():
        return DealRegistration.objects.select_related("partner", "account").get(pk=deal.pk)


def step(by: Actor, verb: Callable[..., Any], deal: DealRegistration, **more: Any) -> Callable[[], Any]:
    """Return a step that somebody takes with a deal that they have read before."""
    mine = read(deal)

    def take() -> Any:
        with enter(by):
            return verb(deal=mine, by=by, at=LATER, **more)

    return take


def test_an_answer_and_a_decision_about_its_company(world: World) -> None:
    manager, sales = world.actor("channel_manager"), world.actor("sales", world.alfa)
    for number in range(ROUNDS):
        deal = world.submitted(world.alfa, customer=unlike_all_others(number))
        with enter(manager):
            services.ask(deal=deal, fields=["description"], text="Say more, please.", by=manager, at=NOW)
        with as_system():
            said = replace(content_of(read(deal)), description="A longer text about what they need.")
            account = Account.objects.get(pk=deal.account_id)
        all_at_once([
            step(sales, services.answer, deal, content=said),
            step(manager, services.decide_company, deal, account=account, verdict="different"),
        ])  # fmt: skip


def test_a_win_and_an_extension(world: World) -> None:
    manager, sales = world.actor("channel_manager"), world.actor("sales", world.alfa)
    for number in range(ROUNDS):
        deal = world.approved(world.alfa, customer=unlike_all_others(number))
        all_at_once([step(sales, services.win, deal), step(manager, services.extend, deal, days=9)])
        with as_system():
            running = Protection.objects.filter(deal=deal, period__endswith__gt=LATER).exists()
        assert running == (read(deal).state == State.APPROVED)


def test_two_who_approve_many_deals_of_the_same_customers(world: World) -> None:
    queues = [world.browser("channel_manager"), world.browser("admin")]
    for number in range(4):
        one, other = unlike_all_others(2 * number), unlike_all_others(2 * number + 1)
        deals = [
            world.submitted(partner, customer=customer, evidence=WHY)
            for partner, customer in (
                (world.alfa, one), (world.beta, other), (world.beta, one), (world.alfa, other),
            )
        ]  # fmt: skip
        chosen = [[deals[0], deals[3]], [deals[1], deals[2]]]

        def approve(place: int, chosen: list[list[DealRegistration]] = chosen) -> int:
            ids = [str(deal.pk) for deal in chosen[place]]
            return queues[place].post("/console/review-queue/approve/", {"ids": ids}).status_code

        answers = all_at_once([lambda: approve(0), lambda: approve(1)])
        assert answers == [302, 302]
        assert sorted(read(deal).state for deal in deals) == ["approved", "approved", "submitted", "submitted"]


def test_a_draft_that_was_submitted_meanwhile_is_not_thrown_away(world: World) -> None:
    sales, draft = world.actor("sales", world.alfa), world.draft(world.alfa)
    seen = read(draft)
    with enter(sales):
        services.submit(deal=draft, by=sales, at=NOW)
        with pytest.raises(Stale):
            services.discard(deal=seen, by=sales)
    assert read(draft).state == State.SUBMITTED


def test_who_was_suspended_meanwhile_is_not_approved(world: World) -> None:
    manager, deal = world.actor("channel_manager"), world.submitted(world.alfa)
    with as_system():
        world.alfa.status = "suspended"
        world.alfa.save()
    with enter(manager), pytest.raises(services.PartnerNotActive):
        services.approve(deal=read(deal), by=manager, at=LATER)


def test_a_second_claim_that_the_rules_let_through_waits_for_a_person(world: World) -> None:
    admin = world.actor("admin")
    may = ["clear", "possible"]
    with enter(admin):
        services.save_rule(name="All", audience=EVERYBODY, most=10**6, currency="EUR", levels=may, by=admin, at=NOW)
        let_through = [
            replace(rule, verdict=Level.POSSIBLE) if rule.key in ("own_registration", "protected_by_another") else rule
            for rule in SHIPPED
        ]
        engagement.edit(rules=let_through, by=admin, at=NOW)
        engagement.publish(note="Several may claim one customer", by=admin, at=NOW)
    world.submitted(world.alfa)
    for partner in (world.alfa, world.beta):
        sales, draft = world.actor("sales", partner), world.draft(partner)
        with enter(sales):
            services.submit(deal=draft, by=sales, at=LATER)
        assert (read(draft).state, read(draft).verdict) == (State.SUBMITTED, "possible")
