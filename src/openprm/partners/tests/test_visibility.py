"""Who sees which partners, and what the database refuses whatever the code asks."""

from dataclasses import replace

import pytest
from django.db import connection

from openprm.kernel import access
from openprm.kernel.access import SYSTEM, Actor, Scope
from openprm.partners import policies, queries, services
from openprm.partners.models import Partner
from openprm.partners.tests.makers import NOW, actor, partner, person

pytestmark = pytest.mark.django_db


def names(rows: object) -> list[str]:
    return sorted(row.name for row in rows)  # type: ignore[attr-defined]


def reading(someone: Actor, scope: Scope) -> Actor:
    return replace(someone, grants={policies.VIEW: scope})


def test_the_vendors_people_see_their_own_their_teams_or_all_partners() -> None:
    alfa, beta, _gamma = partner("Alfa"), partner("Beta"), partner("Gamma")
    boss, carla = actor("boss@vendor.example", "channel_manager"), person("carla@vendor.example", "channel_manager")
    mine = replace(boss, team_ids=frozenset({boss.id, carla.pk}))
    services.assign_team(partner=beta, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    services.assign_team(
        partner=alfa, person=carla.__class__.objects.get(pk=boss.id), role="marketing_manager", by=SYSTEM, at=NOW
    )
    assert names(policies.visible_to(reading(mine, Scope.OWN))) == ["Alfa"]
    assert names(policies.visible_to(reading(mine, Scope.TEAM))) == ["Alfa", "Beta"]
    assert names(policies.visible_to(reading(mine, Scope.ALL))) == ["Alfa", "Beta", "Gamma"]
    assert names(policies.visible_to(replace(mine, grants={}))) == []


def test_a_partner_on_two_roles_of_mine_is_listed_once() -> None:
    alfa, carla = partner("Alfa"), person("carla@vendor.example", "channel_manager")
    for role in ("channel_manager", "marketing_manager"):
        services.assign_team(partner=alfa, person=carla, role=role, by=SYSTEM, at=NOW)
    someone = actor("someone@vendor.example", "analyst")
    assert names(policies.visible_to(reading(replace(someone, id=carla.pk), Scope.OWN))) == ["Alfa"]


def test_a_distributor_sees_the_resellers_below_it_and_they_do_not_see_it() -> None:
    delta = partner("Delta", partner_types=["distributor"])
    epsilon = partner("Epsilon", parent=delta)
    partner("Zeta")
    above, below = actor("d@delta.example", "sales", delta), actor("e@epsilon.example", "sales", epsilon)
    with access.enter(above):
        assert names(Partner.objects.all()) == names(policies.visible_to(above)) == ["Delta", "Epsilon"]
    with access.enter(below):
        assert names(Partner.objects.all()) == ["Epsilon"]


def test_a_partner_knows_who_looks_after_it_and_its_distributors_name() -> None:
    delta = partner("Delta", partner_types=["distributor"])
    epsilon = partner("Epsilon", parent=delta)
    carla = person("carla@vendor.example", "channel_manager")
    services.assign_team(partner=epsilon, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    with access.enter(actor("e@epsilon.example", "sales", epsilon)):
        assert [(entry.role, entry.email) for entry in queries.team(epsilon)] == [
            ("channel_manager", "carla@vendor.example")
        ]
        assert queries.distributor(epsilon) == delta


@pytest.fixture
def as_alfa() -> Actor:
    """Somebody of Alfa, in a programme where there is also Beta."""
    alfa, beta = partner("Alfa", external_ids={"erp": "1"}), partner("Beta", external_ids={"erp": "2"})
    carla = person("carla@vendor.example", "channel_manager")
    for company in (alfa, beta):
        services.assign_team(partner=company, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    services.save_audience(name="All", subject="partner", predicate={"all": []}, by=SYSTEM, at=NOW)
    return actor("anna@alfa.example", "admin", alfa)


@pytest.mark.parametrize(
    ("table", "seen"),
    [("partners_partner", 1), ("partners_teammember", 1), ("partners_externalid", 0), ("partners_audience", 0)],
)
def test_the_database_shows_a_partner_its_own_rows_only(as_alfa: Actor, table: str, seen: int) -> None:
    with access.enter(as_alfa), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        assert cursor.fetchone() == (seen,)


@pytest.mark.parametrize(
    "statement",
    [
        "update partners_partner set status = 'active', tier = 'platinum'",
        "delete from partners_teammember",
        "update partners_externalid set value = 'x'",
        "delete from partners_audience",
    ],
)
def test_the_database_lets_a_partner_change_nothing_itself(as_alfa: Actor, statement: str) -> None:
    with access.enter(as_alfa), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0
