"""Batches by external id: sending them twice changes nothing the second time."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from openprm.customers import rules, services
from openprm.customers.models import Account, Opportunity
from openprm.kernel.access import SYSTEM
from openprm.kernel.errors import Invalid
from openprm.kernel.models import Event
from openprm.matching import Query

pytestmark = pytest.mark.usefixtures("as_system")

AT = datetime.fromisoformat("2026-03-02T09:30:00+00:00")
ACCOUNTS = [
    {"external_id": "A1", "name": "Hansa Logistik GmbH", "country": "Germany", "website": "https://hansa-logistik.de"},
    {"external_id": "A2", "name": "Øresund Shipping A/S", "country": "dk", "is_customer": "yes"},
]


def accounts(rows: list[dict[str, Any]], **options: Any) -> list[str]:
    return [str(one.outcome) for one in services.upsert_accounts(rows=rows, by=SYSTEM, at=AT, **options)]


def opportunities(rows: list[dict[str, Any]]) -> list[Any]:
    return services.upsert_opportunities(rows=rows, by=SYSTEM, at=AT)


def test_sending_a_batch_twice_is_sending_it_once() -> None:
    assert accounts(ACCOUNTS) == ["created", "created"]
    events = Event.objects.count()
    assert accounts(ACCOUNTS) == ["unchanged", "unchanged"]
    assert Account.objects.count() == 2
    assert Event.objects.count() == events


def test_a_known_id_changes_only_the_fields_that_are_given() -> None:
    accounts(ACCOUNTS)
    assert accounts([{"external_id": "A1", "owner_name": "Ines"}]) == ["updated"]
    stored = Account.objects.get(external_id="A1")
    assert (stored.name, stored.owner_name, stored.country, stored.version) == ("Hansa Logistik GmbH", "Ines", "DE", 2)
    assert Event.objects.get(name="account.changed").payload["changes"] == {"owner_name": ["", "Ines"]}


def test_a_renamed_account_is_found_by_its_new_name() -> None:
    accounts(ACCOUNTS)
    accounts([{"external_id": "A1", "name": "Nordfracht AG"}])
    assert services.find(Query("Nordfracht"))[0].name == "Nordfracht AG"
    assert not [match for match in services.find(Query("Hansa Logistik")) if match.name.startswith("Hansa")]


def test_a_bad_row_says_why_and_the_others_are_written() -> None:
    rows = [
        *ACCOUNTS,
        {"external_id": "A3", "name": "…"},
        {"external_id": "A4", "name": "Fine Ltd", "country": "Atlantis"},
    ]
    result = services.upsert_accounts(rows=rows, by=SYSTEM, at=AT)
    assert [str(one.outcome) for one in result] == ["created", "created", "failed", "failed"]
    assert "country" in result[3].problems
    assert Account.objects.count() == 2


def test_an_id_that_comes_twice_in_a_batch_counts_once() -> None:
    assert accounts([ACCOUNTS[0], {**ACCOUNTS[0], "name": "Other"}]) == ["created", "failed"]


def test_an_account_from_a_registration_gets_the_id_of_the_crm(at: datetime) -> None:
    registered = services.identify(query=Query("hansa logistik"), by=SYSTEM, at=at)
    assert accounts(ACCOUNTS[:1]) == ["updated"]
    registered.refresh_from_db()
    assert registered.external_id == "A1"


def test_two_records_of_the_crm_stay_two_even_if_they_are_one_company() -> None:
    twins = [{"external_id": "A1", "name": "Twin Ltd"}, {"external_id": "A2", "name": "TWIN LIMITED"}]
    assert accounts(twins) == ["created", "created"]


def test_the_same_company_twice_in_a_file_without_ids_is_noticed() -> None:
    rows = [{"name": "Twin Ltd"}, {"name": "TWIN LIMITED"}]
    assert accounts(rows, same_company="skip") == ["created", "skipped"]
    assert accounts([{"name": "Twin Ltd"}], same_company="create") == ["created"]
    assert Account.objects.count() == 2


def test_a_batch_has_an_end() -> None:
    with pytest.raises(Invalid):
        accounts([{"name": "x"}] * 1001)


def test_opportunities_name_their_account_by_id_or_by_name(account: Callable[..., Account], at: datetime) -> None:
    accounts(ACCOUNTS)
    services.create_product_line(name="Edge Gateways", by=SYSTEM, at=at)
    rows = [
        {"external_id": "O1", "account_external_id": "A1", "name": "Rollout", "amount": "1.234,50", "currency": "eur",
         "close_date": "31.3.2026", "product_lines": "edge gateways"},
        {"external_id": "O2", "account_name": "ORESUND SHIPPING", "name": "Renewal", "is_won": "yes"},
        {"external_id": "O3", "account_name": "Nobody Knows Them", "name": "Lost cause"},
        {"external_id": "O4", "account_external_id": "A1", "name": "No currency", "amount": 5},
    ]  # fmt: skip
    assert [str(one.outcome) for one in opportunities(rows)] == ["created", "created", "failed", "failed"]
    first = Opportunity.objects.get(external_id="O1")
    assert (first.amount, first.currency, first.close_date) == (Decimal("1234.50"), "EUR", date(2026, 3, 31))
    assert [line.key for line in first.product_lines.all()] == ["edge-gateways"]
    assert not Opportunity.objects.get(external_id="O2").is_open
    assert [str(one.outcome) for one in opportunities(rows)] == ["unchanged", "unchanged", "failed", "failed"]


def test_a_stage_that_moves_is_a_fact_of_its_own() -> None:
    accounts(ACCOUNTS)
    row = {"external_id": "O1", "account_external_id": "A1", "name": "Rollout", "stage": "Qualify"}
    opportunities([row])
    opportunities([{**row, "stage": "Closed", "is_won": True}])
    moved = Event.objects.get(name="opportunity.stage_moved")
    assert moved.payload == {"before": "Qualify", "after": "Closed", "outcome": "won"}


@pytest.mark.parametrize(
    ("written", "code"),
    [("de", "DE"), ("Turkey", "TR"), ("Czech Republic", "CZ"), ("CÔTE D'IVOIRE", "CI"), ("XK", "XK"), ("Macau", "MO")],
)
def test_countries_are_read_as_people_write_them(written: str, code: str) -> None:
    assert rules.country(written) == code
