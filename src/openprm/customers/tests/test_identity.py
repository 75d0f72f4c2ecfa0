"""Who a company is: its names by kind, numbers, domains and parent, however they came in."""

import pytest
from django.db import IntegrityError, connection, transaction

from openprm.customers import registrations, services
from openprm.customers.models import Account, CompanyName
from openprm.customers.tests.conftest import AT
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.matching import Decision, Query
from tests.world import World

pytestmark = pytest.mark.django_db


def found(name: str, domain: str | None = None) -> list[str]:
    return [m.company_id for m in services.find(Query(name, domain)) if m.decision is not Decision.DIFFERENT]


@pytest.mark.parametrize("kind", ["aliases", "former_names", "acronyms", "foreign_names"])
def test_every_kind_of_name_finds_the_account(world: World, kind: str) -> None:
    account = world.account("Granitwerk AG", **{kind: ["Quarzhütte Lindau"]})
    assert found("Quarzhütte Lindau") == [str(account.pk)]


def test_a_further_domain_finds_the_account_and_goes_with_it(world: World) -> None:
    account = world.account("Granitwerk AG", website="granitwerk.de", further_domains=["shop.quarz-lindau.com"])
    assert account.further_domains == ["quarz-lindau.com"]
    assert found("Something else", "quarz-lindau.com") == [str(account.pk)]
    with as_system():
        services.edit_account(account=account, further_domains=[], by=SYSTEM, at=AT)
        assert found("Something else", "quarz-lindau.com") == []
        assert CompanyName.objects.filter(account_id=account.pk).count() == 1


def test_a_name_remembers_where_it_came_from(world: World) -> None:
    account = world.account("Granitwerk AG", external_id="A-1", aliases=["Granit"])
    with as_system():
        services.upsert_accounts(
            rows=[{"external_id": "A-1", "aliases": "Granit; Granite Works"}], origin="import", by=SYSTEM, at=AT
        )
        account.refresh_from_db()
        assert account.name_sources == {"Granite Works": "import"}
        services.edit_account(account=account, former_names=["Steinbruch Lindau"], by=SYSTEM, at=AT)
    assert account.name_sources == {"Granite Works": "import", "Steinbruch Lindau": "manual"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("LEI:529900T8BM49AURSDO55", "LEI:529900T8BM49AURSDO55"),
        ("LEI:529900T8BM49AURSDO56", None),
        ("vat: de 136 695 976", "VAT:DE136695976"),
        ("VAT:136695976", None),
        ("DUNS:31-682-6456", "DUNS:316826456"),
        ("CIK:320193", "CIK:0000320193"),
        ("DE-HRB:6684", "DE-HRB:6684"),
        ("Handelsregister:6684", None),
        ("136695976", None),
    ],
)
def test_registration_numbers_are_kept_one_way_or_refused(given: str, kept: str | None) -> None:
    if kept:
        assert registrations.read(given) == kept
    else:
        with pytest.raises(registrations.Wrong):
            registrations.read(given)


def test_a_telephone_that_is_none_is_refused_with_its_field(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.account("Granitwerk AG", phone="ask Heidi")
    assert "phone" in refused.value.fields


def test_parents_come_by_import_and_close_no_circle(world: World) -> None:
    rows = [{"external_id": "P", "name": "Fjordbank ASA"}]
    with as_system():
        services.upsert_accounts(rows=rows, by=SYSTEM, at=AT)
        rows = [
            {"external_id": "C", "name": "Granitwerk AG", "parent_external_id": "P"},
            {"external_id": "D", "name": "Quarzwerk AG", "parent_external_id": "nobody"},
        ]
        child, lost = services.upsert_accounts(rows=rows, by=SYSTEM, at=AT)
        assert child.instance is not None
        assert child.instance.parent == Account.objects.get(external_id="P")
        assert "Import that account first" in lost.problem
        rows = [{"external_id": "P", "parent_external_id": "C"}]
        (circle,) = services.upsert_accounts(rows=rows, by=SYSTEM, at=AT)
    assert "belongs to this account itself" in circle.problem


def test_an_account_below_another_is_not_its_parent(world: World) -> None:
    top = world.account("Fjordbank ASA")
    middle = world.account("Granitwerk AG", parent=top)
    bottom = world.account("Quarzwerk AG", parent=middle)
    with as_system(), pytest.raises(Invalid) as refused:
        services.edit_account(account=top, parent=bottom, by=SYSTEM, at=AT)
    assert refused.value.problem_code == "parent_circle"


def test_the_database_refuses_a_circle_whatever_the_code_does(world: World) -> None:
    top = world.account("Fjordbank ASA")
    bottom = world.account("Quarzwerk AG", parent=world.account("Granitwerk AG", parent=top))
    with as_system(), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update customers_account set parent_id = %s where id = %s", [bottom.pk, top.pk])


def test_a_company_with_subsidiaries_stays(world: World) -> None:
    top = world.account("Fjordbank ASA")
    world.account("Granitwerk AG", parent=top)
    with as_system(), pytest.raises(Refusal):
        services.remove_account(account=top, by=SYSTEM, at=AT)


def test_a_registration_number_finds_the_company_under_any_name(world: World) -> None:
    account = world.account("Nordlicht Werke GmbH")
    with as_system():
        services.edit_account(account=account, registration_ids="DUNS:804735132", by=SYSTEM, at=AT)
    matches = services.find(Query("Entirely Other Holdings", registration="804735132"))
    assert [match.company_id for match in matches[:1]] == [str(account.pk)]
