"""Two at once: one winner, a clean refusal for the other, and nothing half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import services
from openprm.disputes.models import Decision, Dispute, Hearing, Review
from openprm.disputes.tests.conftest import WHY
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.errors import Problem, Stale
from openprm.kernel.events.models import Event
from tests.beside import beside
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15
Make = Callable[..., Any]


def at_once(calls: list[tuple[Actor, Callable[[Actor], Any]]]) -> list[Any]:
    """Run the calls at the same moment, each on its own connection; a Problem is an answer, anything else is raised."""
    start = Barrier(len(calls))

    def run(call: tuple[Actor, Callable[[Actor], Any]]) -> Any:
        try:
            start.wait(30)
            with enter(call[0]):
                return call[1](call[0])
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_deciders_at_once_one_decides(world: World, contested: Make) -> None:
    deciders = [world.actor("channel_manager"), world.actor("legal")]
    decision = {"outcome": "rejected", "code": "other", "text": "We looked at it."}
    for number in range(ROUNDS):
        key = contested(customer=f"{chr(97 + number) * 5} Works").pk

        def decide(by: Actor, key: Any = key) -> Any:
            return services.decide(dispute=Dispute.objects.get(pk=key), **decision, by=by, at=NOW)

        answers = at_once([(by, decide) for by in deciders])
        won = [answer for answer in answers if isinstance(answer, Dispute)]
        lost = [answer for answer in answers if isinstance(answer, Problem)]
        assert len(won) == len(lost) == 1
        assert lost[0].problem_code in ("stale", "dispute_not_in_this_state")
        with as_system():
            assert Decision.objects.get(dispute=key).decided_by == won[0].first_decider
            assert Event.objects.filter(name="dispute.decided", payload__reference=won[0].reference).count() == 1


def test_of_four_who_contest_the_same_at_once_one_opens_a_case(world: World, rejected: Make) -> None:
    sales = world.actor("sales", world.alfa)
    for number in range(ROUNDS):
        deal = rejected(customer=f"{chr(97 + number) * 5} Works")

        def contest(by: Actor, deal: DealRegistration = deal) -> Any:
            return services.contest(deal=deal, subject="rejection", text=WHY, by=by, at=NOW)

        answers = at_once([(sales, contest)] * 4)
        assert sorted(getattr(answer, "problem_code", "") for answer in answers) == ["", *["already_contested"] * 3]


def test_a_remedy_is_carried_out_once(world: World, decided: Make) -> None:
    people = [world.actor("channel_manager"), world.actor("admin")]
    for number in range(ROUNDS):
        key = decided("upheld", "goodwill", "reopen", customer=f"{chr(97 + number) * 5} Works").pk

        def carry_out(by: Actor, key: Any = key) -> Any:
            return services.carry_out(dispute=Dispute.objects.get(pk=key), by=by, at=NOW)

        answers = at_once([(by, carry_out) for by in people])
        assert sum(isinstance(answer, Dispute) for answer in answers) == 1
        assert {getattr(answer, "problem_code", "") for answer in answers} <= {"", "stale", "dispute_dealt_with"}
        with as_system():
            dispute = Dispute.objects.select_related("deal").get(pk=key)
            assert dispute.deal.state == DealState.IN_REVIEW
            assert Event.objects.filter(name="deal.reopened", subject_id=dispute.deal_id).count() == 1


@pytest.fixture
def third(world: World) -> DealRegistration:
    """A registration of Beta's that stands in others' way."""
    return world.submitted(world.beta, customer="Third Works")


def ask(dispute: Dispute, deal: DealRegistration, by: Actor) -> Hearing:
    """Let the vendor ask the holder of a registration for evidence."""
    return services.ask_other_side(dispute=Dispute.objects.get(pk=dispute.pk), deal=deal, by=by, at=NOW)


def withdraw(dispute: Dispute, by: Actor) -> Dispute:
    """Let the partner give its dispute up."""
    return services.withdraw(dispute=Dispute.objects.get(pk=dispute.pk), by=by, at=NOW)


def open_reviews() -> list[Review]:
    with as_system():
        return list(Review.objects.filter(closed_at__isnull=True))


def test_the_review_ends_with_the_last_of_two_disputes_that_end_at_once(
    world: World, contested: Make, third: DealRegistration
) -> None:
    manager = world.actor("channel_manager")
    ours, theirs = world.actor("sales", world.alfa), world.actor("sales", world.delta)
    mine, other = contested(), contested(world.delta, customer="Zanzibar Holdings")
    for dispute in (mine, other):
        with enter(manager):
            ask(dispute, third, manager)
    with beside(lambda: withdraw(other, theirs)):
        withdraw(mine, ours)
    assert open_reviews() == []
    with as_system():
        assert Event.objects.filter(name="registration_review.closed").count() == 1


def test_who_is_asked_while_the_last_dispute_ends_is_asked_in_a_review_that_is_open(
    world: World, contested: Make, third: DealRegistration
) -> None:
    manager, ours = world.actor("channel_manager"), world.actor("sales", world.alfa)
    mine, other = contested(), contested(world.delta, customer="Zanzibar Holdings")
    with enter(manager):
        ask(mine, third, manager)
    with beside(lambda: ask(other, third, manager)):
        withdraw(mine, ours)
    [review] = open_reviews()
    with as_system():
        assert Hearing.objects.get(dispute=other).review == review


def test_a_review_that_is_asked_for_while_another_dispute_ends_stays_open(
    world: World, contested: Make, third: DealRegistration
) -> None:
    manager, ours = world.actor("channel_manager"), world.actor("sales", world.alfa)
    mine, other = contested(), contested(world.delta, customer="Zanzibar Holdings")
    with enter(manager):
        ask(mine, third, manager)
    with beside(lambda: withdraw(mine, ours)):
        ask(other, third, manager)
    [review] = open_reviews()
    with as_system():
        assert Hearing.objects.get(dispute=other).review == review


def test_nobody_is_asked_for_a_dispute_that_ends_at_that_moment(
    world: World, contested: Make, third: DealRegistration
) -> None:
    manager, ours, mine = world.actor("channel_manager"), world.actor("sales", world.alfa), contested()
    with as_system():
        read = Dispute.objects.get(pk=mine.pk)

    def ask_late() -> Hearing:
        return services.ask_other_side(dispute=read, deal=third, by=manager, at=NOW)

    with pytest.raises(Stale), beside(ask_late):
        withdraw(mine, ours)
    assert open_reviews() == []
