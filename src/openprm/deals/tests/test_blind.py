"""Asking blind: what is said in plain is applied, what could not be looked at is said, and families count."""

from typing import Any

import pytest

from openprm.customers import services as customers
from openprm.customers.blind import digests
from openprm.customers.models import Account
from openprm.customers.tests.test_api import Program
from openprm.deals.tests.test_engagement import TERRITORY, publish
from openprm.engagement.defaults import SHIPPED
from openprm.kernel.access import SYSTEM, as_system
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def asked(world: World, name: str, **said: Any) -> dict[str, Any]:
    with as_system():
        customers.shelve_blind()
    blind = digests.of(name)
    body = {"name": blind.name.hex(), "beginning": blind.beginning.hex(), **said}
    answer = Program(world, "sales", world.alfa)("POST", "/checks/blind", body)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_country_said_in_plain_lets_territories_count(world: World) -> None:
    publish(world, *SHIPPED, TERRITORY)
    lines = [world.cloud.key]
    assert asked(world, "Quixotic", product_lines=lines) == {
        "answer": "clear",
        "not_considered": ["spelling", "country"],
    }
    assert asked(world, "Quixotic", country="FR", product_lines=lines)["answer"] == "not_clear"
    assert asked(world, "Quixotic", country="de") == {
        "answer": "clear",
        "not_considered": ["spelling", "product_lines"],
    }


def test_an_unknown_country_is_refused(world: World) -> None:
    program = Program(world, "sales", world.alfa)
    answer = program("POST", "/checks/blind", {"name": digests.of("Quixotic").name.hex(), "country": "ZZ"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "country")


def test_the_family_of_the_company_counts_as_in_an_open_check(world: World) -> None:
    deal = world.approved(world.beta, customer="Fjordbank ASA")
    with as_system():
        group = Account.objects.get(pk=deal.account_id)
        customers.create_account(name="Nordlys Leasing AS", parent=group, by=SYSTEM, at=NOW)
    assert asked(world, "Nordlys Leasing", country="NO")["answer"] == "not_clear"


def test_the_page_says_what_was_not_considered(world: World) -> None:
    with as_system():
        customers.shelve_blind()
    blind = digests.of("Quixotic")
    sales = world.browser("sales", world.alfa)
    form = {"key": "019f0000-0000-7000-8000-000000000001", "name": blind.name.hex(), "made_with": blind.made_with}
    page = sales.post("/portal/check/blind/", form).content.decode()
    assert "no country was chosen" in page
    page = sales.post("/portal/check/blind/", {**form, "country": "DE"}).content.decode()
    assert "no country was chosen" not in page
