"""Every page of accounts opens for those it is for, and for nobody else."""

from types import SimpleNamespace

import pytest
from django.test import Client, override_settings

from openprm.accounts import personas
from openprm.accounts.models import Invitation, Person, Role
from openprm.accounts.tests.conftest import browser
from openprm.kernel.access import as_system

PAGES = [
    # address, a guest, a partner's seller, their administrator, a channel manager, the vendor's administrator
    ("/account/", 302, 200, 200, 200, 200),
    ("/account/password/", 302, 200, 200, 200, 200),
    ("/account/sessions/", 302, 200, 200, 200, 200),
    ("/account/tokens/", 302, 200, 200, 200, 200),
    ("/account/protection/", 302, 200, 200, 200, 200),
    ("/account/protection/passkeys/", 302, 200, 200, 200, 200),
    ("/account/connections/", 302, 200, 200, 200, 200),
    ("/portal/colleagues/", 302, 200, 200, 403, 403),
    ("/portal/colleagues/{sam}/", 302, 200, 200, 403, 403),
    ("/portal/colleagues/{bert}/", 302, 404, 404, 403, 403),
    ("/portal/colleagues/invite/", 302, 403, 200, 403, 403),
    ("/portal/colleagues/clients/", 302, 403, 200, 403, 403),
    ("/console/people/", 302, 403, 403, 200, 200),
    ("/console/people/{sam}/", 302, 403, 403, 200, 200),
    ("/console/people/invite/", 302, 403, 403, 200, 200),
    ("/console/people/invite/{alfa}/", 302, 403, 403, 404, 200),
    ("/console/people/clients/", 302, 403, 403, 403, 200),
    ("/console/roles/", 302, 403, 403, 403, 200),
    ("/console/roles/{role}/", 302, 403, 403, 403, 200),
]


@pytest.mark.parametrize(("path", "guest", "sam", "anna", "carl", "vera"), PAGES)
def test_pages_open_for_those_they_are_for(
    cast: SimpleNamespace, path: str, guest: int, sam: int, anna: int, carl: int, vera: int
) -> None:
    with as_system():
        role = Role.objects.get(side="partner", key="sales")
    address = path.format(sam=cast.sam.pk, bert=cast.bert.pk, alfa=cast.alfa.pk, role=role.pk)
    people = [cast.sam, cast.anna, cast.carl, cast.vera]
    answers = [Client().get(address), *(browser(person).get(address) for person in people)]
    assert [answer.status_code for answer in answers] == [guest, sam, anna, carl, vera]


def test_a_partner_administrator_invites_from_the_page(cast: SimpleNamespace) -> None:
    client = browser(cast.anna)
    answer = client.post("/portal/colleagues/invite/", {"email": "nina@alfa.example", "roles": ["sales", "viewer"]})
    assert answer.headers["Location"] == "/portal/colleagues/"
    page = client.get("/portal/colleagues/").content.decode()
    assert "nina@alfa.example" in page
    again = client.post("/portal/colleagues/invite/", {"email": "nina@alfa.example", "roles": ["sales"]})
    assert (again.status_code, b"already invited" in again.content) == (422, True)
    with as_system():
        invitation = Invitation.objects.get()
    assert client.post(f"/portal/colleagues/invitations/{invitation.pk}/revoke/").status_code == 302
    client.get("/portal/colleagues/")  # says so once
    assert "nina@alfa.example" not in client.get("/portal/colleagues/").content.decode()


def test_the_vendor_chooses_the_partner_to_invite_to(cast: SimpleNamespace) -> None:
    client = browser(cast.vera)
    answer = client.get(f"/console/people/invite/?partner={cast.alfa.pk}")
    assert answer.headers["Location"] == f"/console/people/invite/{cast.alfa.pk}/"
    assert client.get("/console/people/invite/?partner=x").status_code == 404


def test_the_vendor_finds_people_by_name_role_and_side(cast: SimpleNamespace) -> None:
    client = browser(cast.vera)
    assert "bert@beta.example" in client.get("/console/people/?q=bert").content.decode()
    sellers = client.get("/console/people/?role=sales&side=partner").content.decode()
    assert "sam@alfa.example" in sellers
    assert "anna@alfa.example" not in sellers
    assert client.get("/console/people/?export=csv").headers["Content-Type"].startswith("text/csv")


def test_an_administrator_edits_a_role_in_the_console(cast: SimpleNamespace) -> None:
    with as_system():
        role = Role.objects.get(side="partner", key="viewer")
    client = browser(cast.vera)
    form = {"version": role.version, "accounts.view_people": "own"}
    assert client.post(f"/console/roles/{role.pk}/", form).status_code == 302
    assert client.post(f"/console/roles/{role.pk}/", {**form, "accounts.view_people": ""}).status_code == 412
    with as_system():
        role.refresh_from_db()
    assert role.grants["accounts.view_people"] == "own"


def test_people_choose_their_language_and_time_zone(cast: SimpleNamespace) -> None:
    form = {"name": "Sam Smith", "job_title": "Seller", "phone": "", "locale": "en", "timezone": "Europe/Berlin"}
    assert browser(cast.sam).post("/account/", form).status_code == 302
    with as_system():
        assert Person.objects.get(pk=cast.sam.pk).timezone == "Europe/Berlin"


def test_signing_out_everywhere_else_keeps_this_browser(cast: SimpleNamespace) -> None:
    here, there = browser(cast.sam), browser(cast.sam)
    assert here.post("/account/sessions/end/").status_code == 302
    assert here.get("/account/sessions/").status_code == 200
    assert there.get("/account/sessions/").status_code == 302


def test_signing_out_ends_the_session(cast: SimpleNamespace) -> None:
    client = browser(cast.sam)
    assert client.post("/sign-in/out/").headers["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302


def test_personas_exist_in_the_demo_only(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personas, "_introduced", {})
    personas.introduce([personas.Persona("sam", "Sam", "Sales", "Alfa", "partner", ("sales",))])
    with override_settings(DEMO=False):
        assert Client().post("/sign-in/demo/sam/").status_code == 404
        assert b"/sign-in/demo/" not in Client().get("/sign-in/").content
    with override_settings(DEMO=True):
        assert b"/sign-in/demo/sam/" in Client().get("/sign-in/").content
        assert Client().post("/sign-in/demo/sam/").headers["Location"] == "/portal/"
        assert Client().post("/sign-in/demo/nobody/").status_code == 404
        away = Client().post("/sign-in/demo/sam/", {"next": "https://elsewhere.example/"})
        assert away.headers["Location"] == "/portal/"


@pytest.mark.parametrize("path", ["/account/", "/portal/colleagues/", "/portal/colleagues/{sam}/"])
def test_pages_ask_the_database_a_bounded_number_of_questions(
    cast: SimpleNamespace, path: str, django_assert_max_num_queries: object
) -> None:
    client = browser(cast.anna)
    client.get("/account/")
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        client.get(path.format(sam=cast.sam.pk))
