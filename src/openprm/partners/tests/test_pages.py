"""The pages of partners, audiences and both homes, as their readers see them."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openprm.accounts.models import Person
from openprm.accounts.services import invite
from openprm.kernel.access import SYSTEM
from openprm.partners import services
from openprm.partners.models import Audience, Partner
from openprm.partners.tests.makers import NOW, partner, person

pytestmark = pytest.mark.django_db


def browser(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


@pytest.fixture
def carla() -> Person:
    return person("carla.manager@vendor.example", "channel_manager")


@pytest.fixture
def alfa(carla: Person) -> Partner:
    made = partner("Alfa Software GmbH", trading_name="Alfa", website="alfa.example.net", partner_types=["reseller"])
    services.assign_team(partner=made, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    return made


def text(response: Any) -> str:
    return str(response.content.decode())


def test_everybody_comes_home_to_their_side(carla: Person, alfa: Partner) -> None:
    assert browser(carla).get("/home/").url == "/console/"  # type: ignore[attr-defined]
    assert browser(person("a@alfa.example", "sales", alfa)).get("/home/").url == "/portal/"  # type: ignore[attr-defined]


def test_the_two_homes_greet_and_show_cards(carla: Person, alfa: Partner) -> None:
    console = browser(carla).get("/console/")
    portal = browser(person("anna@alfa.example", "sales", alfa)).get("/portal/")
    assert (console.status_code, portal.status_code) == (200, 200)
    assert ", Carla" in text(console)
    assert "Who to ask" in text(portal)
    assert "carla.manager@vendor.example" in text(portal)


def test_the_list_finds_and_filters(carla: Person, alfa: Partner) -> None:
    partner("Bravo", country="FR", partner_types=["msp"])
    client, address = browser(carla), reverse("console:partners")
    assert {"Alfa", "Bravo"} <= names(client.get(address))
    for query in (
        "q=alfa.example.net",
        "type=reseller",
        "region=dach",
        f"manager={carla.pk}",
        "country=DE&tier=registered",
    ):
        assert names(client.get(f"{address}?{query}")) == {"Alfa"}, query
    assert names(client.get(f"{address}?unmanaged=1")) == {"Bravo"}


def names(response: Any) -> set[str]:
    return {row.object.name for row in response.context["table"].rows}


def test_the_list_asks_a_fixed_number_of_questions(carla: Person, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        made = partner(f"Partner {number}")
        services.assign_team(partner=made, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    client = browser(carla)
    with django_assert_max_num_queries(30):
        client.get(reverse("console:partners"))


def test_the_list_comes_as_a_file(carla: Person, alfa: Partner) -> None:
    lines = b"".join(browser(carla).get(reverse("console:partners") + "?export=csv")).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith("Partner,Status,Country")
    assert lines[1].startswith("Alfa,Active,Germany,DACH,Reseller,Registered,Carla Manager")


def test_a_partners_page_tells_all(carla: Person, alfa: Partner) -> None:
    person("anna@alfa.example", "admin", alfa)
    page = text(browser(carla).get(reverse("console:partner", args=[alfa.pk])))
    for said in ("Alfa Software GmbH", "DACH", "Carla Manager", "anna@alfa.example", "Suspend", "View as partner"):
        assert said in page


def test_an_analyst_reads_and_changes_nothing(alfa: Partner) -> None:
    client = browser(person("ana@vendor.example", "analyst"))
    page = text(client.get(reverse("console:partner", args=[alfa.pk])))
    assert "Alfa Software GmbH" in page
    assert "Suspend" not in page
    for name in ("partner_edit", "partner_team", "partner_parent", "partner_logo", "partner_external_ids"):
        assert client.post(reverse(f"console:{name}", args=[alfa.pk]), {}).status_code == 403


def test_a_channel_manager_adds_a_partner(carla: Person) -> None:
    client, address = browser(carla), reverse("console:partner_create")
    assert client.get(address).status_code == 200
    wrong = client.post(
        address, {"legal_name": "Nova", "country": "DE", "website": "no web", "tier": "gold", "status": "active"}
    )
    assert wrong.status_code == 422
    assert "web address" in text(wrong)
    client.post(
        address, {"legal_name": "Nova", "country": "DE", "tier": "gold", "status": "active", "verticals": ["retail"]}
    )
    nova = Partner.objects.get()
    assert (nova.region, nova.tier, nova.verticals) == ("dach", "gold", ["retail"])


def test_a_channel_manager_edits_a_profile(carla: Person, alfa: Partner) -> None:
    address = reverse("console:partner_edit", args=[alfa.pk])
    client = browser(carla)
    assert 'value="Alfa Software GmbH"' in text(client.get(address))
    sent = client.post(address, {"legal_name": "Alfa SE", "country": "FR", "region": "", "tier": "gold"})
    assert sent.status_code == 302
    alfa.refresh_from_db()
    assert (alfa.name, alfa.country, alfa.region, alfa.tier) == ("Alfa SE", "FR", "france", "gold")


def test_suspending_asks_why_and_says_what_follows(carla: Person, alfa: Partner) -> None:
    person("anna@alfa.example", "admin", alfa)
    client, address = browser(carla), reverse("console:partner_status", args=[alfa.pk, "suspended"])
    assert "One person loses access" in text(client.get(address))
    assert client.post(address, {"reason": "other"}).status_code == 422
    client.post(address, {"reason": "payment_overdue", "note": "Three invoices."})
    page = text(client.get(reverse("console:partner", args=[alfa.pk])))
    assert "Payment overdue – Three invoices." in page
    assert client.get(reverse("console:partner_status", args=[alfa.pk, "applicant"])).status_code == 302


def test_a_team_is_assigned_one_by_one_and_many_at_once(alfa: Partner, carla: Person) -> None:
    admin, tam = person("boss@vendor.example", "admin"), person("tam@vendor.example", "enablement")
    bravo = partner("Bravo")
    client = browser(admin)
    role = {"role": "technical_account_manager", "person": tam.pk}
    client.post(reverse("console:partner_team", args=[alfa.pk]), role)
    many = {"ids": [alfa.pk, bravo.pk], "next": reverse("console:partners") + "?status=active"}
    assert "Bravo" in text(client.post(reverse("console:partners_assign"), many))
    done = client.post(reverse("console:partners_assign"), {**many, "role": "channel_manager", "person": carla.pk})
    assert done.url == many["next"]  # type: ignore[attr-defined]
    assert bravo.team.get().person == carla
    client.post(reverse("console:partner_team_remove", args=[alfa.pk, "technical_account_manager"]))
    assert [member.role for member in alfa.team.all()] == ["channel_manager"]


def test_distributor_and_other_systems_are_set_on_pages(alfa: Partner) -> None:
    delta = partner("Delta", partner_types=["distributor"])
    client = browser(person("boss@vendor.example", "admin"))
    client.post(reverse("console:partner_parent", args=[alfa.pk]), {"parent": delta.pk})
    client.post(reverse("console:partner_external_ids", args=[alfa.pk]), {"system": "SAP", "value": "4711"})
    page = text(client.get(reverse("console:partner", args=[alfa.pk])))
    assert "Delta" in page
    assert "4711" in page
    assert client.post(reverse("console:partner_parent", args=[delta.pk]), {"parent": alfa.pk}).status_code == 422


def test_an_administrator_of_the_partner_keeps_its_profile(alfa: Partner) -> None:
    client = browser(person("anna@alfa.example", "admin", alfa))
    page = text(client.get(reverse("portal:company")))
    assert "Carla Manager" in page
    assert "Edit our profile" in page
    sent = {"trading_name": "Alfa Cloud", "website": "alfa.cloud", "tier": "platinum", "legal_name": "Other"}
    client.post(reverse("portal:company_edit"), sent)
    alfa.refresh_from_db()
    assert (alfa.name, alfa.domain, alfa.tier, alfa.legal_name) == (
        "Alfa Cloud",
        "alfa.cloud",
        "registered",
        "Alfa Software GmbH",
    )


def test_a_sales_person_reads_the_companys_profile_only(alfa: Partner) -> None:
    client = browser(person("sam@alfa.example", "sales", alfa))
    assert "Edit our profile" not in text(client.get(reverse("portal:company")))
    assert client.post(reverse("portal:company_edit"), {}).status_code == 403


def test_a_distributor_opens_its_resellers_and_nobody_elses(alfa: Partner) -> None:
    delta = partner("Delta", partner_types=["distributor"])
    epsilon = partner("Epsilon", parent=delta)
    client = browser(person("dora@delta.example", "sales", delta))
    assert "Epsilon" in text(client.get(reverse("portal:company")))
    assert client.get(reverse("portal:reseller", args=[epsilon.pk])).status_code == 200
    assert client.get(reverse("portal:reseller", args=[alfa.pk])).status_code == 404


def test_partners_do_not_reach_the_console(alfa: Partner) -> None:
    client = browser(person("anna@alfa.example", "admin", alfa))
    for address in (
        reverse("console:home"),
        reverse("console:partner", args=[alfa.pk]),
        reverse("console:audience_preview"),
    ):
        assert client.get(address).status_code == 403


GERMANS = json.dumps({"all": [{"field": "partner.country", "op": "in", "value": ["DE"]}]})


def test_the_preview_says_who_is_in_it_right_now(carla: Person, alfa: Partner) -> None:
    answer = text(browser(carla).get(reverse("console:audience_preview"), {"audience": GERMANS}))
    assert "One partner right now" in answer
    assert "Alfa" in answer
    assert "Country is one of Germany" in answer


@pytest.mark.parametrize("sent", ["", "{", '{"field": "partner.mood"}', '{"all": 5}', "null", "[]"])
def test_the_preview_of_anything_is_an_answer(carla: Person, sent: str) -> None:
    assert browser(carla).get(reverse("console:audience_preview"), {"audience": sent}).status_code == 200


def test_an_audience_is_made_changed_and_deleted_on_pages(carla: Person) -> None:
    client, add = browser(carla), reverse("console:audience_create")
    assert client.get(add).status_code == 200
    assert client.post(add, {"name": "", "audience": GERMANS}).status_code == 422
    client.post(add, {"name": "Germans", "audience": GERMANS, "subject": "partner"})
    saved = Audience.objects.get()
    assert "Country is one of Germany" in text(client.get(reverse("console:audiences")))
    assert "Germans" in text(client.get(reverse("console:audience", args=[saved.pk])))
    client.post(reverse("console:audience_delete", args=[saved.pk]))
    assert not Audience.objects.exists()


def test_an_analyst_sees_audiences_but_saves_none() -> None:
    saved = services.save_audience(name="All", subject="partner", predicate={"all": []}, by=SYSTEM, at=NOW)
    client = browser(person("ana@vendor.example", "analyst"))
    address = reverse("console:audience", args=[saved.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Mine", "audience": GERMANS}).status_code == 403
    assert client.post(reverse("console:audience_delete", args=[saved.pk])).status_code == 403


def test_who_is_invited_to_a_partner_stands_on_its_page_until_they_join(carla: Person, alfa: Partner) -> None:
    address = reverse("console:partner", args=[alfa.pk])
    page = text(browser(carla).get(address))
    assert "Nobody here yet" in page
    invite(email="anna@alfa.example", name="Anna", partner=alfa, roles=["sales"], by=SYSTEM, at=timezone.now())
    page = text(browser(carla).get(address))
    assert "anna@alfa.example" in page
    assert "Nobody here yet" not in page


def test_a_page_that_the_browser_no_longer_knows_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "load the page again" in text(answer)
