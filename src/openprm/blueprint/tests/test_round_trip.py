"""Whatever is set up can be exported, applied to an empty programme, and exported again: not a byte differs."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from openprm.blueprint import folder, services, zipped
from openprm.blueprint.tests.programmes import Programme, programmes
from openprm.engagement import defaults
from openprm.engagement.blueprint import RuleDocument, RulesDocument
from openprm.engagement.plain import dump
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.blueprints import sections
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
    from openprm.partners import services as partners

    here = {"field": "partner.parent", "op": "in", "value": [str(world.delta.pk)]}
    with as_system():
        partners.save_audience(name="Below Delta", subject="partner", predicate=here, by=SYSTEM, at=NOW)
        deals.save_window(product_line=world.cloud, days=60, by=SYSTEM, at=NOW)
    exported = services.export(by=SYSTEM)
    assert "value: [Delta]" in exported["audiences/below-delta.yaml"]
    assert "line.cloud: 60" in exported["protection_windows.yaml"]
    for row in (world.delta, world.cloud):
        assert not any(str(row.pk) in text for text in exported.values())


def test_the_demo_programme_is_taken_to_another_server_without_loss(db: None) -> None:
    from openprm.demo import services as demo

    with transaction.atomic():
        demo.load(accounts=300, deals=40)
        exported = services.export(by=SYSTEM)
        transaction.set_rollback(True)
    assert services.export(by=SYSTEM) != exported
    services.apply(files=exported, keep=False, source="test", by=SYSTEM, at=timezone.now())
    again = services.export(by=SYSTEM)
    assert {name: text for name, text in again.items() if exported.get(name) != text} == {}
    assert set(exported) == set(again)
