"""Who reaches which deal: a deal at hand is judged as the lists are."""

from dataclasses import replace
from itertools import product

import pytest

from openprm.deals import policies
from openprm.deals.models import DealRegistration
from openprm.kernel.access import SYSTEM, Actor, Scope, as_system
from tests.world import World

pytestmark = pytest.mark.django_db


def with_scope(actor: Actor, scope: Scope | None) -> Actor:
    return replace(actor, grants={policies.VIEW: scope} if scope else {})


def test_a_deal_at_hand_is_reached_exactly_where_it_is_in_the_list(world: World) -> None:
    deals = [world.draft(world.alfa), world.submitted(world.alfa, customer="Fabrikam Inc")]
    deals += [world.draft(world.epsilon), world.submitted(world.epsilon, customer="Litware AG")]
    people = [
        *(world.actor(role) for role in ("admin", "channel_manager", "analyst")),
        *(world.actor(role, world.alfa) for role in ("admin", "sales", "viewer")),
        world.actor("sales", world.beta),
        world.actor("admin", world.delta),
        SYSTEM,
    ]
    leader = replace(world.actor("admin", world.alfa), team_ids=frozenset([world.person("sales", world.alfa).pk]))
    with as_system():
        DealRegistration.objects.filter(pk=deals[1].pk).update(owner=None)
        deals[1].refresh_from_db()
        answers = set()
        for person, scope in product([*people, leader], [None, *Scope]):
            actor = person if person is SYSTEM else with_scope(person, scope)
            listed = set(policies.visible_to(actor).values_list("pk", flat=True))
            for deal in deals:
                assert policies.reaches(actor, policies.VIEW, deal) is (deal.pk in listed), (actor.name, scope, deal)
                answers.add(deal.pk in listed)
    assert answers == {True, False}
