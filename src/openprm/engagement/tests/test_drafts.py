"""Of the draft of the rules nothing is lost, however many people work on it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from openprm.accounts import services as accounts
from openprm.engagement import plain, policies, services, versions
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.models import Draft
from openprm.kernel import drafts
from openprm.kernel.access import as_system
from openprm.kernel.errors import Stale
from tests.beside import beside
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

ONE, TWO = replace(SHIPPED[4], told="One has said this"), replace(SHIPPED[5], told="Two has said that")
CONSOLE = "/console/rules-of-engagement/"
Verb = Callable[..., Any]


@pytest.fixture
def doing(world: World) -> Verb:
    """Return what lets the vendor's administrator use a verb."""
    admin = world.actor("admin")

    def do(verb: Verb, **details: Any) -> Any:
        with as_system():
            return verb(by=admin, at=NOW, **details)

    return do


def told() -> set[str]:
    """Return the words of the draft's rules."""
    with as_system():
        return {rule.told for rule in plain.load_all(Draft.objects.get().rules)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["put", "publish"])
def test_of_two_first_changes_at_once_both_are_kept(transactional_db: None, doing: Verb, verb: str) -> None:
    with beside(lambda: doing(services.put, rule=TWO)):
        doing(services.put, rule=ONE)
        if verb == "publish":
            doing(services.publish, note="")
    assert told() >= {ONE.told, TWO.told}


@pytest.mark.django_db(transaction=True)
def test_of_two_programs_that_put_the_first_draft_at_once_the_later_is_told(
    transactional_db: None, doing: Verb
) -> None:
    with pytest.raises(Stale), beside(lambda: doing(services.edit, rules=[TWO], seen=drafts.NONE)):
        doing(services.edit, rules=[ONE], seen=drafts.NONE)
    assert told() == {ONE.told}


def test_a_draft_that_a_colleague_began_or_changed_is_not_replaced_thrown_away_or_published(doing: Verb) -> None:
    with as_system():
        first = versions.newest()
    seen = drafts.stamp(doing(services.put, rule=ONE))
    with pytest.raises(Stale):
        doing(services.restore, version=first, seen=drafts.NONE)
    doing(services.put, rule=TWO)
    for verb, more in (
        (services.restore, {"version": first}),
        (services.discard, {}),
        (services.publish, {"note": ""}),
    ):
        with pytest.raises(Stale):
            doing(verb, seen=seen, **more)
    assert told() >= {ONE.told, TWO.told}


def test_a_draft_made_anew_is_another_than_the_one_that_was_thrown_away(doing: Verb) -> None:
    seen = drafts.stamp(doing(services.put, rule=ONE))
    doing(services.discard, seen=seen)
    doing(services.put, rule=TWO)
    with pytest.raises(Stale):
        doing(services.publish, note="", seen=seen)


def test_pages_say_which_draft_was_looked_at(world: World, doing: Verb) -> None:
    admin = world.browser("admin")
    with as_system():
        first = versions.newest()
    doing(services.publish, note="", seen=drafts.stamp(doing(services.put, rule=ONE)))
    page, restore = f"{CONSOLE}versions/{first.pk}/", f"{CONSOLE}versions/{first.pk}/restore/"
    assert f'name="draft" value="{drafts.NONE}"' in admin.get(page).content.decode()
    seen = drafts.stamp(doing(services.put, rule=TWO))
    assert admin.post(restore, {"draft": drafts.NONE}).status_code == 412
    shown = admin.get(page).content.decode()
    assert "Replace the draft?" in shown
    assert f'name="draft" value="{seen}"' in shown
    assert admin.get(CONSOLE).content.decode().count(f'name="draft" value="{seen}"') == 2
    doing(services.put, rule=replace(TWO, told="Two has thought again"))
    assert admin.post(f"{CONSOLE}discard/", {"draft": seen}).status_code == 412
    old = plain.stamp(TWO)
    assert admin.post(f"{CONSOLE}rules/{TWO.key}/act/", {"do": "remove", "seen": old}).status_code == 412
    assert "Two has thought again" in told()


def test_programs_say_which_draft_they_read(world: World, doing: Verb) -> None:
    admin = world.actor("admin")
    with as_system():
        secret = accounts.create_token(name="t", verbs=[policies.MANAGE], expires_at=None, by=admin, at=NOW)[1]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    path = "/api/v1/rules-of-engagement"
    doing(services.put, rule=ONE)
    read = program.get(f"{path}/draft")
    doing(services.put, rule=TWO)
    assert program.delete(f"{path}/draft", headers={"If-Match": read["ETag"]}).status_code == 412
    body = {"draft_version": read.json()["version"]}
    assert program.post(f"{path}/publish", body, content_type="application/json").status_code == 412
    body = {"draft_version": program.get(f"{path}/draft").json()["version"]}
    assert program.post(f"{path}/publish", body, content_type="application/json").status_code == 201
    assert program.delete(f"{path}/draft", headers={"If-Match": read["ETag"]}).status_code == 412
    assert program.delete(f"{path}/draft").status_code == 204
