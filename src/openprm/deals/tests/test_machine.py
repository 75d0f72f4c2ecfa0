"""A deal may be pushed about in any order: it only ever goes where the table leads, and stays consistent."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from openprm.deals import services
from openprm.deals.lifecycle import CLOSED, MOVES, OPEN, State
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.services.content import content_of
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from tests.world import NOW, World

VERBS = sorted(set(MOVES) - {"expire", "end"})
FACTS = {
    "submit": "deal.submitted",
    "start_review": "deal.review_started",
    "ask": "deal.action_requested",
    "answer": "deal.answered",
    "approve": "deal.approved",
    "reject": "deal.rejected",
    "mark_duplicate": "deal.marked_duplicate",
    "withdraw": "deal.withdrawn",
    "win": "deal.won",
    "lose": "deal.lost",
    "reopen": "deal.reopened",
    "extend": "deal.extended",
}


class Deals(RuleBasedStateMachine):
    """Two partners and a channel manager do as they please with deals for the same customer."""

    world: World  # given by the test

    @initialize()
    def begin(self) -> None:
        world = type(self).world
        self.people: dict[str, Actor] = {
            "alfa": world.actor("sales", world.alfa),
            "beta": world.actor("sales", world.beta),
            "manager": world.actor("channel_manager"),
        }
        self.now = NOW
        with as_system():
            DealRegistration.objects.all().delete()
        self.deals = {name: world.draft(getattr(world, name)) for name in ("alfa", "beta")}

    @rule(whose=st.sampled_from(["alfa", "beta"]), who=st.sampled_from(["alfa", "beta", "manager"]),
          verb=st.sampled_from(VERBS), hours=st.integers(1, 60 * 24))  # fmt: skip
    def somebody_does_something(self, whose: str, who: str, verb: str, hours: int) -> None:
        self.now += timedelta(hours=hours)
        actor, deal = self.people[who], self.deals[whose]
        before, facts = State(deal.state), self._facts(deal)
        with enter(actor):
            try:
                self._do(verb, deal, actor)
            except (Refusal, Forbidden, Invalid):
                self._reload()
                assert State(self.deals[whose].state) is before
                assert self._facts(deal) == facts
                return
        move = MOVES[verb]
        assert before in move.before
        assert actor.side in move.sides
        assert who in ("manager", whose)
        assert self._facts(deal)[len(facts)] == FACTS[verb]
        self._reload()

    @precondition(lambda self: hasattr(self, "now"))
    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with as_system():
            services.expire_due(at=self.now)
        self._reload()
        for deal in self.deals.values():
            assert deal.state != State.APPROVED or deal.protected_until > self.now

    @invariant()
    def protection_is_held_by_at_most_one_and_only_while_approved(self) -> None:
        if not hasattr(self, "deals"):
            return
        with as_system():
            running = Protection.objects.filter(period__contains=self.now).values_list("deal_id", flat=True)
            holders = set(running)
        approved = {deal.pk for deal in self.deals.values() if deal.state == State.APPROVED}
        assert len(holders) <= 1
        assert holders <= approved

    @invariant()
    def what_is_closed_says_why_and_what_is_open_does_not(self) -> None:
        for deal in getattr(self, "deals", {}).values():
            assert bool(deal.closing_code) == (deal.state in CLOSED)
            assert (deal.submitted_at is not None) == (deal.state in OPEN | CLOSED)

    def _do(self, verb: str, deal: DealRegistration, by: Actor) -> Any:
        common: dict[str, Any] = {"deal": deal, "by": by, "at": self.now}
        match verb:
            case "submit":
                return services.submit(**common, evidence="The customer has chosen us already.")
            case "ask":
                return services.ask(**common, fields=["description"], text="More, please.")
            case "answer":
                content = content_of(deal)
                return services.answer(**common, content=content)
            case "extend":
                return services.extend(**common, days=30)
            case "reject" | "mark_duplicate" | "withdraw" | "lose" | "reopen":
                return getattr(services, verb)(**common, code=MOVES[verb].reasons[0])
            case _:
                return getattr(services, verb)(**common)

    def _reload(self) -> None:
        with as_system():
            for name, deal in self.deals.items():
                self.deals[name] = DealRegistration.objects.get(pk=deal.pk)

    @staticmethod
    def _facts(deal: DealRegistration) -> list[str]:
        with as_system():
            return list(Event.objects.filter(subject_id=deal.pk).order_by("id").values_list("name", flat=True))


@pytest.mark.django_db
def test_deals_only_go_where_the_table_leads(world: World) -> None:
    Deals.world = world
    run_state_machine_as_test(
        Deals,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
