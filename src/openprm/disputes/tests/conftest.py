"""A rejected deal, a dispute about it, and the people around it."""

from collections.abc import Callable
from typing import Any

import pytest

from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.disputes import services
from openprm.disputes.models import Dispute
from openprm.kernel.access import enter
from openprm.partners.models import Partner
from tests.world import NOW, World

WHY = "The customer asked us for this offer in writing before anybody else."


@pytest.fixture
def rejected(world: World) -> Callable[..., DealRegistration]:
    """Return what makes a deal that a channel manager rejected."""

    def make(company: Partner | None = None, **details: Any) -> DealRegistration:
        deal = world.submitted(company or world.alfa, **details)
        manager = world.actor("channel_manager")
        with enter(manager):
            return deals.reject(deal=deal, code="existing_customer", by=manager, at=NOW)

    return make


@pytest.fixture
def contested(world: World, rejected: Callable[..., DealRegistration]) -> Callable[..., Dispute]:
    """Return what makes a dispute about a rejection."""

    def make(company: Partner | None = None, *, uploads: Any = (), **details: Any) -> Dispute:
        partner = company or world.alfa
        deal = rejected(partner, **details)
        sales = world.actor("sales", partner)
        with enter(sales):
            return services.contest(deal=deal, subject="rejection", text=WHY, uploads=uploads, by=sales, at=NOW)

    return make


@pytest.fixture
def decided(world: World, contested: Callable[..., Dispute]) -> Callable[..., Dispute]:
    """Return what makes a dispute that the channel manager rejected."""

    def make(outcome: str = "rejected", code: str = "rules_applied", remedy: str = "none", **details: Any) -> Dispute:
        dispute = contested(**details)
        manager = world.actor("channel_manager")
        with enter(manager):
            return services.decide(
                dispute=dispute,
                outcome=outcome,
                code=code,
                text="We looked at both.",
                remedy=remedy,
                by=manager,
                at=NOW,
            )

    return make
