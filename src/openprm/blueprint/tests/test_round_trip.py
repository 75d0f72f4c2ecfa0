"""Whatever is set up can be exported, applied to an empty programme, and exported again: not a byte differs."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from openprm.accounts import services as accounts
from openprm.automation import services as automation
from openprm.blueprint import folder, services, zipped
from openprm.blueprint.tests.programmes import Programme, programmes
from openprm.engagement import defaults
from openprm.engagement.blueprint import RuleDocument, RulesDocument
from openprm.engagement.plain import dump
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.blueprints import sections
from openprm.kernel.errors import Problem
from openprm.partners import services as partners
from openprm.partners.models import Territory
from openprm.pricing import services as pricing
from openprm.program import services as program
from openprm.program.definition import Definition, Tier
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def emptied() -> None:
    """Take everything away that can be taken away."""
    shipped = RulesDocument(code="in_force", rules=[RuleDocument(**dump(rule)) for rule in defaults.SHIPPED])
    nothing: dict[str, Any] = {section.key: [] for section in sections()}
    services.apply(
        files=folder.write(nothing | {"rules_of_engagement": [shipped]}), keep=False, source="test", by=SYSTEM, at=NOW
    )


@given(programmes())
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would apply programmes for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_export_apply_and_export_again_is_the_same_to_the_byte(world: World, programme: Programme) -> None:
    world.delta  # noqa: B018 - audiences speak of it
    with transaction.atomic():
        services.apply(files=folder.write(programme), keep=True, source="test", by=SYSTEM, at=NOW)
        exported = services.export(by=SYSTEM)
        for key, documents in programme.items():
            for document in documents:
                assert any(document.code in text for name, text in exported.items() if name.startswith(key)) or any(
                    name.endswith(f"/{document.code}.yaml") for name in exported
                )
        emptied()
        assert services.export(by=SYSTEM) != exported or not any(programme.values())
        services.apply(files=zipped.unpack(zipped.pack(exported)), keep=False, source="test", by=SYSTEM, at=NOW)
        assert services.export(by=SYSTEM) == exported
        assert not services.plan(files=exported, keep=False, by=SYSTEM, at=NOW).size
        transaction.set_rollback(True)


def test_what_comes_with_openprm_can_be_exported_and_changes_nothing(world: World) -> None:
    exported = services.export(by=SYSTEM)
    assert "rules_of_engagement.yaml" in exported
    plan = services.plan(files=exported, keep=False, by=SYSTEM, at=NOW)
    assert (plan.size, plan.count("kept")) == (0, 0)


def test_no_id_of_this_server_is_in_an_export(world: World) -> None:
    from openprm.deals import services as deals

    here = {"field": "partner.parent", "op": "in", "value": [str(world.delta.pk)]}
    with as_system():
        partners.save_audience(name="Below Delta", subject="partner", predicate=here, by=SYSTEM, at=NOW)
        deals.save_window(product_line=world.cloud, days=60, by=SYSTEM, at=NOW)
    exported = services.export(by=SYSTEM)
    assert "value: [Delta]" in exported["audiences/below-delta.yaml"]
    assert "line.cloud: 60" in exported["protection_windows.yaml"]
    for row in (world.delta, world.cloud):
        assert not any(str(row.pk) in text for text in exported.values())


HERE = {"match": "all", "conditions": []}


def test_audiences_of_every_feature_can_be_taken_along(world: World) -> None:
    here = {"field": "partner.parent", "op": "in", "value": [str(world.delta.pk)]}
    runs = {
        "trigger": {"kind": "event", "event": "partner.team_changed"},
        "condition": {"audience": here, "payload": HERE},
        "steps": [
            {
                "key": "b",
                "kind": "branch",
                "condition": {"audience": {"not": here}, "payload": HERE},
                "then": [
                    {
                        "key": "a",
                        "kind": "action",
                        "action": "partners.set_field",
                        "values": {"change": "verticals-media"},
                    }
                ],
                "else": [],
            }
        ],
    }
    tiers = (Tier(code="one", name="One"),)
    with as_system():
        made = program.create(code="delta", definition=Definition(name="D", tiers=tiers, joins=here), by=SYSTEM, at=NOW)
        program.publish(programme=made, by=SYSTEM, at=NOW)
        pricing.create_book(code="delta", name="D", currency="EUR", priority=3, audience=here, by=SYSTEM, at=NOW)
        automation.publish(
            automation=automation.create(name="D", code="delta", definition=runs, by=SYSTEM, at=NOW), by=SYSTEM, at=NOW
        )
    exported = services.export(by=SYSTEM)
    for file in ("programmes/delta.yaml", "price_books/delta.yaml", "automations/delta.yaml"):
        assert "value: [Delta]" in exported[file]
        assert str(world.delta.pk) not in exported[file]
    assert not services.plan(files=exported, keep=False, by=SYSTEM, at=NOW).size


def test_territories_are_taken_along_with_whose_they_are(world: World) -> None:
    person = world.person("channel_manager")
    with as_system():
        partners.set_territory(person=person, duty="channel_manager", regions=["dach", "nordics"], by=SYSTEM, at=NOW)
    exported = services.export(by=SYSTEM)
    assert person.email in exported["territories.yaml"]
    assert not services.plan(files=exported, keep=False, by=SYSTEM, at=NOW).size
    with as_system():
        partners.set_territory(person=person, duty="channel_manager", regions=["benelux"], by=SYSTEM, at=NOW)
        partners.set_territory(person=person, duty="regional_director", regions=["benelux"], by=SYSTEM, at=NOW)
    assert services.plan(files=exported, keep=False, by=SYSTEM, at=NOW).size == 2
    services.apply(files=exported, keep=False, source="test", by=SYSTEM, at=NOW)
    assert services.export(by=SYSTEM) == exported
    strange = {**exported, "territories.yaml": exported["territories.yaml"].replace(person.email, "nobody@x.example")}
    with pytest.raises(Problem):
        services.apply(files=strange, keep=False, source="test", by=SYSTEM, at=NOW)


def test_the_demo_programme_is_taken_to_another_server_without_loss(db: None) -> None:
    from openprm.demo import services as demo

    with transaction.atomic():
        demo.load(accounts=300, deals=40)
        exported = services.export(by=SYSTEM)
        with as_system():
            people = set(Territory.objects.values_list("person__email", "person__name"))
        transaction.set_rollback(True)
    assert services.export(by=SYSTEM) != exported
    assert people
    with as_system():
        for email, name in people:  # a territory is somebody's, and people are no part of a programme
            accounts.create_person(email=email, name=name, roles=["channel_manager"], by=SYSTEM, at=NOW)
    services.apply(files=exported, keep=False, source="test", by=SYSTEM, at=timezone.now())
    again = services.export(by=SYSTEM)
    assert {name: text for name, text in again.items() if exported.get(name) != text} == {}
    assert set(exported) == set(again)
