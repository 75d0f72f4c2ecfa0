"""What a tier gives comes on top of the book, from the moment on at which the partner has the tier."""

from datetime import timedelta

import pytest

from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.pricing import queries
from openprm.pricing.tests.making import book, points
from openprm.program import services as program
from openprm.program.definition import Definition
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LADDER = Definition.model_validate(
    {
        "name": "Reseller",
        "place": 1,
        "tiers": [
            {"code": "registered", "name": "Registered"},
            {"code": "gold", "name": "Gold", "benefits": [
                {"code": "margin", "kind": "discount", "amount": "5"},
                {"code": "cloud", "kind": "discount", "amount": "8", "line": "cloud"},
            ], "requirements": [{"criteria": [{"kpi": "program.satisfaction", "at_least": "80", "months": None}]}]},
        ],
    }
)  # fmt: skip


def test_gold_adds_its_points_from_its_day_on_and_last_months_deals_keep_theirs(world: World) -> None:
    alfa, lines = world.alfa, [world.cloud.pk, world.edge.pk]
    book(world, "standard")
    gold = {"field": "partner.tier", "op": "in", "value": ["gold"]}
    book(world, "promotion", points(30, world.edge), priority=20, adds_tier_points=False, audience=gold)
    with as_system():
        programme = program.create(code="reseller", definition=LADDER, by=SYSTEM, at=NOW)
        program.publish(programme=programme, by=SYSTEM, at=NOW)
        member = program.enroll(partner=alfa, programme=programme, by=SYSTEM, at=NOW)
        program.set_tier(member=member, tier="gold", reason="A strategic partner", by=SYSTEM, at=NOW + 10 * DAY)
        jobs.work_off()
        before, after = (queries.margins(alfa.pk, lines, NOW + days * DAY) for days in (9, 11))
        now = queries.margins(alfa.pk, lines, NOW + 60 * DAY)
    assert [one.points for one in before] == [20, 20]
    assert [one.points for one in after] == [28, 25]
    assert [one.points for one in now] == [28, 30]
    assert "Your tier adds 8 points." in after[0].why
    assert "The 5 points of your tier do not come on top of these prices." in now[1].why
