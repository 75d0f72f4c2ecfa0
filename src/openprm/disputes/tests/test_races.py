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
from openprm.disputes.models import Decision, Dispute
from openprm.disputes.tests.conftest import WHY
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.errors import Problem
from openprm.kernel.events.models import Event
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
