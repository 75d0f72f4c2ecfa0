"""The console's pages about customers: who may open them, what they show, how many queries they need."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openprm.customers import services
from openprm.customers.models import Account, Import, Opportunity, ProductLine
from openprm.kernel import access, jobs
from openprm.kernel.access import SYSTEM

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MOST_QUERIES = 20

Make = Callable[..., Account]


@pytest.fixture
def manager(world: Any) -> Client:
    """The browser of a channel manager."""
    client: Client = world.browser("channel_manager")
    return client


@pytest.fixture
def hansa(db: None) -> Account:
    """An account with an opportunity."""
    with access.as_system():
        made = services.create_account(
            name="Hansa Logistik GmbH", website="hansa-logistik.de", country="DE", external_id="A1", by=SYSTEM, at=AT
        )
        services.create_opportunity(account=made, name="Rollout", amount=5000, currency="EUR", by=SYSTEM, at=AT)
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hansa log", True),
        ("LOGISTIK hansa gmbh", True),
        ("hanza logistik", True),  # nothing begins so: what is like it
        ("www.hansa-logistik.de", True),
        ("A1", True),
        ("quite another", False),
    ],
)
def test_the_search_finds_accounts_by_beginnings_domain_id_and_likeness(
    manager: Client, hansa: Account, typed: str, found: bool
) -> None:
    page = manager.get("/console/accounts/", {"q": typed})
    assert page.status_code == 200
    assert (hansa.name in page.content.decode()) is found


def test_an_opportunity_is_found_by_its_account_and_its_own_name(manager: Client, hansa: Account) -> None:
    for typed in ("hansa", "roll"):
        assert "Rollout" in manager.get("/console/opportunities/", {"q": typed}).content.decode()
    assert "Rollout" not in manager.get("/console/opportunities/", {"outcome": "won"}).content.decode()


def test_a_list_of_many_needs_no_more_queries_than_a_list_of_few(manager: Client, hansa: Account) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert manager.get(url).status_code == 200
        return len(captured)

    pages = ("/console/accounts/", "/console/opportunities/", "/console/accounts/?q=firm")
    few = [queries(url) for url in pages]
    with access.as_system():
        for number in range(40):
            made = services.create_account(name=f"Firm {number}", by=SYSTEM, at=AT)
            services.create_opportunity(account=made, name=f"Sale {number}", by=SYSTEM, at=AT)
    many = [queries(url) for url in pages]
    assert all(after <= before + 1 for before, after in zip(few, many, strict=True))  # one for the count
    assert max(many) <= MOST_QUERIES


def test_an_account_is_added_shown_changed_and_removed(manager: Client) -> None:
    added = manager.post(
        "/console/accounts/new/", {"name": "Rhein Stahl AG", "aliases": "RS\nRheinstahl", "country": "DE"}
    )
    account = _only(Account)
    assert added.url == f"/console/accounts/{account.pk}/"
    assert account.aliases == ["RS", "Rheinstahl"]
    shown = manager.get(added.url).content.decode()
    assert "Rheinstahl" in shown
    manager.post(f"{added.url}edit/", {"name": "Rhein Stahl SE", "country": "DE"})
    assert _only(Account).name == "Rhein Stahl SE"
    assert manager.post(f"{added.url}remove/").status_code == 302
    with access.as_system():
        assert not Account.objects.exists()


def test_a_form_that_is_wrong_says_so_beside_the_field(manager: Client, hansa: Account) -> None:
    page = manager.post("/console/accounts/new/", {"name": "Other", "website": "no address", "external_id": "A1"})
    assert page.status_code == 422
    assert "web address" in page.content.decode()
    taken = manager.post("/console/accounts/new/", {"name": "Other", "external_id": "A1"})
    assert "has this external id already" in taken.content.decode()


def test_a_twin_is_pointed_out_on_the_page_of_an_account(manager: Client, hansa: Account) -> None:
    with access.as_system():
        twin = services.create_account(name="HANSA LOGISTIK", by=SYSTEM, at=AT)
    page = manager.get(f"/console/accounts/{hansa.pk}/").content.decode()
    assert "May be the same company" in page
    assert f"/console/accounts/{twin.pk}/" in page


def test_a_name_that_is_hardly_the_same_companys_is_not_put_to_people(manager: Client) -> None:
    with access.as_system():
        account = services.create_account(name="Nordic Express Payments Europe S.L.", country="AT", by=SYSTEM, at=AT)
        twin = services.create_account(name="Nordic Express Payments Europe Slu", country="ES", by=SYSTEM, at=AT)
        other = services.create_account(name="Nordic Limited", country="US", by=SYSTEM, at=AT)
    page = manager.get(f"/console/accounts/{account.pk}/").content.decode()
    assert f"like-{twin.pk}" in page
    assert f"like-{other.pk}" not in page


def test_an_opportunity_is_added_and_won(manager: Client, hansa: Account) -> None:
    url = f"/console/accounts/{hansa.pk}/opportunities/new/"
    added = manager.post(url, {"name": "Cranes", "outcome": "open", "value": "1500", "value_currency": "EUR"})
    assert added.status_code == 302
    manager.post(f"{added.url}edit/", {"name": "Cranes", "outcome": "won", "stage": "Closed"})
    with access.as_system():
        stored = Opportunity.objects.get(name="Cranes")
    assert (stored.outcome, stored.amount) == ("won", None)
    assert manager.get(added.url).status_code == 200


def test_a_file_goes_from_upload_to_undo(manager: Client) -> None:
    file = SimpleUploadedFile("crm.csv", b"Id;Company;Land\n1;Alpha Werke;DE\n2;;DE\n3;=Beta;FR\n")
    uploaded = manager.post("/console/imports/new/", {"kind": "accounts", "file": file})
    preview = manager.get(uploaded.url).content.decode()
    assert "Alpha Werke" in preview
    assert "needs one" in preview
    again = manager.post(
        f"{uploaded.url}columns/", {"column_name": "1", "same_company": "skip"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in again.content.decode()
    chosen = {"column_external_id": "0", "column_name": "1", "column_country": "2", "same_company": "update"}
    assert manager.post(f"{uploaded.url}start/", chosen).status_code == 302
    assert "Waiting" in manager.get(uploaded.url).content.decode()
    with access.as_system():
        jobs.work_off()
    assert "Rows with a problem" in manager.get(uploaded.url).content.decode()
    item = _only(Import)
    assert (item.created, item.failed) == (2, 1)
    bad = manager.get(f"{uploaded.url}problems.csv").content.decode("utf-8-sig").splitlines()
    assert bad[0] == "Id,Company,Land,Row,Problem"
    assert bad[1].startswith("2,,DE,3,Name:")
    manager.post(f"{uploaded.url}undo/")
    with access.as_system():
        jobs.work_off()
    assert "was undone" in manager.get(uploaded.url).content.decode()
    with access.as_system():
        assert not Account.objects.exists()


def test_a_file_that_is_none_is_refused_beside_the_field(manager: Client) -> None:
    file = SimpleUploadedFile("x.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00")
    page = manager.post("/console/imports/new/", {"kind": "accounts", "file": file})
    assert page.status_code == 422
    assert "neither CSV nor Excel" in page.content.decode()


def test_product_lines_are_added_and_taken_out_of_use(world: Any) -> None:
    admin = world.browser("admin")
    admin.post("/console/product-lines/", {"name": "Edge Gateways", "active": "on"})
    line = _only(ProductLine)
    assert (line.key, line.active) == ("edge-gateways", True)
    assert admin.get("/console/product-lines/").status_code == 200
    admin.post(f"/console/product-lines/{line.pk}/", {"name": "Edge Gateways"})
    assert not _only(ProductLine).active


PAGES = [
    ("accounts/", 403, 200, 200),
    ("accounts/new/", 403, 403, 200),
    ("opportunities/", 403, 200, 200),
    ("imports/", 403, 403, 200),
    ("imports/new/", 403, 403, 200),
    ("product-lines/", 403, 403, 403),
]


@pytest.mark.parametrize(("path", "partner", "finance", "manager"), PAGES)
def test_who_may_open_which_page(world: Any, path: str, partner: int, finance: int, manager: int) -> None:
    url = f"/console/{path}"
    assert world.browser("admin", world.alfa).get(url).status_code == partner
    assert world.browser("finance").get(url).status_code == finance
    assert world.browser("channel_manager").get(url).status_code == manager
    assert Client().get(url).status_code == 302


def _only(model: Any) -> Any:
    with access.as_system():
        return model.objects.get()
