"""What the tests of programmes share."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openprm.deals import services as deals
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.partners.models import Partner
from openprm.program import services
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme
from tests.world import NOW, World

LADDER: dict[str, Any] = {
    "name": "Reseller",
    "place": 1,
    "tiers": [
        {"code": "registered", "name": "Registered", "benefits": [
            {"code": "margin", "kind": "discount", "amount": "5"},
        ]},
        {"code": "silver", "name": "Silver", "grace_days": 30, "requirements": [
            {"criteria": [{"kpi": "deals.won_revenue", "at_least": "20000"}]},
        ], "benefits": [
            {"code": "margin", "kind": "discount", "amount": "10"},
            {"code": "window", "kind": "protection", "amount": "120"},
        ]},
        {"code": "gold", "name": "Gold", "grace_days": 60, "requirements": [
            {"criteria": [{"kpi": "deals.won_revenue", "at_least": "60000"}]},
            {"need": "any", "criteria": [
                {"kpi": "program.certified_people", "at_least": "2", "months": None},
                {"kpi": "program.satisfaction", "at_least": "80", "months": None},
            ]},
        ], "benefits": [
            {"code": "margin", "kind": "discount", "amount": "15"},
            {"code": "cloud", "kind": "discount", "amount": "20", "line": "cloud"},
            {"code": "window", "kind": "protection", "amount": "180"},
            {"code": "funds", "kind": "funds", "amount": "2"},
        ]},
    ],
}  # fmt: skip


def ladder(**changed: Any) -> Definition:
    """Return the definition of the tests' programme."""
    return Definition.model_validate({**LADDER, **changed})


@pytest.fixture
def reseller(world: World) -> Programme:
    """The tests' programme in force; it began a year before."""
    assert world.cloud
    with as_system():
        programme = services.create(code="reseller", definition=ladder(), by=SYSTEM, at=NOW)
        services.publish(programme=programme, by=SYSTEM, at=NOW)
    return programme


@pytest.fixture
def alfa(world: World, reseller: Programme) -> Membership:
    """Alfa as a member at the lowest tier."""
    with as_system():
        return services.enroll(partner=world.alfa, programme=reseller, by=SYSTEM, at=NOW)


@pytest.fixture
def win(world: World) -> Callable[..., None]:
    """Have a partner win a deal of so much."""
    number = iter(range(1, 10_000))

    def won(partner: Partner, value: int, *, at: Any = NOW, currency: str = "EUR") -> None:
        customer = NAMES[next(number) % len(NAMES)]
        deal = world.approved(
            partner,
            at=at,
            customer=customer,
            value=Decimal(value),
            currency=currency,
            close_date=(at + timedelta(days=60)).date(),
        )
        manager = world.actor("channel_manager")
        with enter(manager):
            deals.win(deal=deal, by=manager, at=at)

    return won


NAMES = ("Brandenburg Optik", "Sauerland Holz", "Weser Logistik", "Isar Druck", "Harz Metall", "Eifel Keramik")
