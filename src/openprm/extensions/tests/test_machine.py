"""Whatever partners, manager, mail and clock do: requests are decided once, and ends are what was granted."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.extensions import services
from openprm.extensions.models import Activity, ExtensionRequest, ExtensionRule
from openprm.extensions.rules import Allowed, Kind
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Problem
from tests.world import NOW, World

ROUTES = st.sampled_from(["alfa", "manager", "beta"])


class Extensions(RuleBasedStateMachine):
    """A deal of Alfa's, its rival Beta, a channel manager, and time."""

    world: World  # given by the test

    @initialize(
        allowed=st.sampled_from(list(Allowed)), grant_from=st.integers(0, 3), quiet_days=st.sampled_from([0, 10, 40])
    )
    def begin(self, allowed: Allowed, grant_from: int, quiet_days: int) -> None:
        world = type(self).world
        with as_system():
            for table in (ExtensionRequest, Activity, ExtensionRule, Protection, DealRegistration):
                table.objects.all().delete()  # type: ignore[attr-defined]
            services.save_rule(
                name="R", allowed=allowed, grant_from=grant_from, quiet_days=quiet_days, by=SYSTEM, at=NOW
            )
        self.allowed = allowed
        self.people: dict[str, Actor] = {
            "alfa": world.actor("sales", world.alfa),
            "beta": world.actor("sales", world.beta),
            "manager": world.actor("channel_manager"),
        }
        self.now = NOW
        self.deal = world.approved(world.alfa, at=NOW)
        self.granted = 0

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with as_system():
            deals.expire_due(at=self.now)
            services.lapse_due(at=self.now)

    @rule(who=ROUTES, kind=st.sampled_from(list(Kind)), days_ago=st.integers(-2, 50))
    def somebody_logs(self, who: str, kind: Kind, days_ago: int) -> None:
        when = self.now - timedelta(days=days_ago)
        done = self._try(who, lambda by: services.log(
            deal=self._deal(), kind=kind, title="Did something", happened_at=when, by=by, at=self.now))  # fmt: skip
        assert not done or (who != "beta" and when <= self.now)

    @rule(who=ROUTES, days=st.integers(1, 40))
    def somebody_asks(self, who: str, days: int) -> None:
        before = self._deal()
        done = self._try(who, lambda by: services.ask(deal=self._deal(), days=days, reason="Late.", by=by, at=self.now))
        if done:
            assert who == "alfa"
            assert days <= 30
            assert self.allowed is not Allowed.NONE
            self._note(before, days)

    @rule(who=ROUTES, days=st.integers(1, 60))
    def somebody_grants(self, who: str, days: int) -> None:
        before, request = self._deal(), self._pending()
        if request and self._try(who, lambda by: services.grant(request=request, days=days, by=by, at=self.now)):
            assert who == "manager"
            self._note(before, days)

    @rule(who=ROUTES)
    def somebody_declines(self, who: str) -> None:
        before, request = self._deal(), self._pending()
        if request and self._try(who, lambda by: services.decline(request=request, code="other", by=by, at=self.now)):
            assert who == "manager"
            assert self._deal().protected_until == before.protected_until

    @rule(who=ROUTES)
    def somebody_takes_back(self, who: str) -> None:
        request = self._pending()
        if request and self._try(who, lambda by: services.withdraw(request=request, by=by, at=self.now)):
            assert who == "alfa"

    @rule()
    def beta_gets_it(self) -> None:
        by = self.people["beta"]
        with enter(by):
            draft = deals.save_draft(content=type(self).world.content(), by=by, at=self.now)
            try:
                deals.submit(deal=draft, by=by, at=self.now, evidence="The customer chose us, not them.")
            except Problem:
                return
        self._try("manager", lambda who: deals.approve(deal=draft, by=who, at=self.now))

    @invariant()
    def one_request_waits_and_granted_ones_are_within_the_rule(self) -> None:
        if not hasattr(self, "deal"):
            return
        with as_system():
            states = list(ExtensionRequest.objects.values_list("state", flat=True))
        assert states.count("pending") <= 1
        assert states.count("granted") == self.granted
        assert self.granted <= {Allowed.NONE: 0, Allowed.ONCE: 1, Allowed.UNLIMITED: 999}[self.allowed]

    @invariant()
    def the_deal_says_what_the_protections_say(self) -> None:
        if not hasattr(self, "deal"):
            return
        with as_system():
            deal = DealRegistration.objects.get(pk=self.deal.pk)
            ends = [row.period.upper for row in deal.protections.all()]
            holders = set(Protection.objects.filter(period__contains=self.now).values_list("deal_id", flat=True))
        assert max(ends) == deal.protected_until
        assert len(holders) <= 1
        assert (deal.pk in holders) == (deal.state == State.APPROVED)

    def _note(self, before: DealRegistration, days: int) -> None:
        """Check the new end where something was granted."""
        with as_system():
            granted = ExtensionRequest.objects.filter(state="granted").count()
        if granted > self.granted:
            self.granted = granted
            assert before.protected_until is not None
            assert self._deal().protected_until == max(before.protected_until, self.now) + timedelta(days=days)

    def _try(self, who: str, act: Any) -> bool:
        by = self.people[who]
        with enter(by):
            try:
                act(by)
            except (Problem, Forbidden, Invalid):
                return False
        return True

    def _deal(self) -> DealRegistration:
        with as_system():
            return DealRegistration.objects.select_related("partner").get(pk=self.deal.pk)

    @staticmethod
    def _pending() -> ExtensionRequest | None:
        with as_system():
            return ExtensionRequest.objects.filter(state="pending").select_related("deal__partner").first()


@pytest.mark.django_db
def test_requests_are_decided_once_and_ends_are_what_was_granted(world: World) -> None:
    Extensions.world = world
    run_state_machine_as_test(
        Extensions,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
