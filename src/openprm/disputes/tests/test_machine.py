"""A dispute may be pushed about in any order: it only goes where the table leads, and its promises hold."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from openprm.deals import services as deals
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import services
from openprm.disputes.lifecycle import ENDED, MOVES, WITH_VENDOR, State
from openprm.disputes.models import Dispute
from openprm.disputes.rules import APPEAL, Outcome
from openprm.disputes.tests.conftest import WHY
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from tests.world import NOW, World

VERBS = sorted(set(MOVES) - {"close"})
FACTS = {
    "start_review": "dispute.review_started",
    "ask": "dispute.evidence_requested",
    "answer": "dispute.evidence_given",
    "decide": "dispute.decided",
    "withdraw": "dispute.withdrawn",
    "appeal": "dispute.appealed",
    "decide_on_appeal": "dispute.appeal_decided",
    "accept": "dispute.closed",
}
CODE = {"upheld": "vendor_mistake", "partly": "shared_customer", "rejected": "rules_applied"}


class Disputes(RuleBasedStateMachine):
    """The partner, a competitor and three of the vendor do as they please with one case."""

    world: World  # given by the test

    @initialize()
    def begin(self) -> None:
        world = type(self).world
        self.people: dict[str, Actor] = {
            "alfa": world.actor("sales", world.alfa),
            "beta": world.actor("sales", world.beta),
            **{role: world.actor(role) for role in ("channel_manager", "legal", "admin")},
        }
        with as_system():
            for model in (Dispute, DealRegistration):
                model.objects.all().delete()
        self.now = NOW
        deal = world.submitted(world.alfa)
        with enter(self.people["channel_manager"]) as manager:
            deals.reject(deal=deal, code="other", by=manager, at=NOW)
        with enter(self.people["alfa"]) as sales:
            self.dispute = services.contest(deal=deal, subject="rejection", text=WHY, by=sales, at=NOW)
        self.due = self.dispute.due_at

    @rule(
        who=st.sampled_from(["alfa", "alfa", "beta", "channel_manager", "legal", "admin"]),
        verb=st.sampled_from(VERBS),
        outcome=st.sampled_from(list(Outcome)),
        hours=st.integers(1, 24 * 20),
    )
    def somebody_does_something(self, who: str, verb: str, outcome: Outcome, hours: int) -> None:
        self.now += timedelta(hours=hours)
        actor, before, facts = self.people[who], State(self.dispute.state), self._facts()
        with enter(actor):
            try:
                self._do(verb, actor, outcome)
            except (Refusal, Forbidden, Invalid):
                self._reload()
                assert State(self.dispute.state) is before
                assert self._facts() == facts
                return
        assert before in MOVES[verb].before
        assert actor.side in MOVES[verb].sides
        assert who != "beta"
        assert self._facts()[len(facts)] == FACTS[verb]
        self._reload()

    @rule(days=st.integers(1, 30))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with as_system():
            services.escalate_due(at=self.now)
            services.close_due(at=self.now)
        self._reload()
        if self.dispute.state in WITH_VENDOR and self.dispute.due_at <= self.now:
            assert self.dispute.escalated_at is not None

    @rule(who=st.sampled_from(["channel_manager", "legal", "alfa"]))
    def somebody_carries_it_out(self, who: str) -> None:
        due = self.dispute.remedy_is_due and self.dispute.state in (State.DECIDED, State.DECIDED_ON_APPEAL)
        with enter(self.people[who]) as actor:
            try:
                services.carry_out(dispute=self.dispute, by=actor, at=self.now)
            except (Refusal, Forbidden):
                assert not due or who != "channel_manager"
            else:
                assert due
                assert who == "channel_manager"
        self._reload()

    @invariant()
    def an_appeal_is_decided_by_another_and_every_level_once(self) -> None:
        if not hasattr(self, "dispute"):
            return
        with as_system():
            decisions = list(self.dispute.decisions.order_by("level"))
        assert len({row.decided_by for row in decisions}) == len(decisions) <= APPEAL
        assert bool(decisions) == bool(self.dispute.outcome)
        assert len(decisions) < APPEAL or self.dispute.level == APPEAL

    @invariant()
    def what_is_closed_owes_nothing_and_the_deal_is_reopened_by_a_remedy_alone(self) -> None:
        if not hasattr(self, "dispute"):
            return
        assert not (self.dispute.state in ENDED and self.dispute.remedy_is_due)
        with as_system():
            reopened = Event.objects.filter(name="deal.reopened", subject_id=self.dispute.deal_id).exists()
        assert self._deal() == (DealState.IN_REVIEW if reopened else DealState.REJECTED)
        assert reopened or self.dispute.remedy_done_at is None

    def _do(self, verb: str, by: Actor, outcome: Outcome) -> Any:
        common: dict[str, Any] = {"dispute": self.dispute, "by": by, "at": self.now}
        match verb:
            case "decide" | "decide_on_appeal":
                remedy = "none" if outcome is Outcome.REJECTED or self._deal() != DealState.REJECTED else "reopen"
                words = {"outcome": outcome, "code": CODE[outcome], "text": "We looked at it.", "remedy": remedy}
                return getattr(services, verb)(**common, **words)
            case "ask" | "answer" | "appeal":
                return getattr(services, verb)(**common, text=WHY)
            case _:
                return getattr(services, verb)(**common)

    def _reload(self) -> None:
        with as_system():
            self.dispute = Dispute.objects.select_related("partner", "deal__partner").get(pk=self.dispute.pk)

    def _deal(self) -> str:
        with as_system():
            return DealRegistration.objects.get(pk=self.dispute.deal_id).state

    def _facts(self) -> list[str]:
        with as_system():
            rows = Event.objects.filter(name__startswith="dispute.", payload__reference=self.dispute.reference)
            return list(rows.order_by("id").values_list("name", flat=True))


@pytest.mark.django_db
def test_disputes_only_go_where_the_table_leads(world: World) -> None:
    Disputes.world = world
    run_state_machine_as_test(
        Disputes,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
