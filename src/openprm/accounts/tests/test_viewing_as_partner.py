"""Looking at the portal as a partner: read-only, marked, logged."""

from types import SimpleNamespace

import pytest
from django.test import Client

from openprm.accounts import services
from openprm.accounts.models import Role
from openprm.accounts.tests.conftest import NOW, act, browser
from openprm.kernel.access import as_system
from openprm.kernel.errors import Forbidden
from openprm.kernel.events.models import Event


@pytest.fixture
def viewing(cast: SimpleNamespace) -> Client:
    """Vera's browser while she views as Alfa."""
    with as_system():
        for role in Role.objects.filter(side="vendor", key="admin"):
            role.grants = {**role.grants, "partners.view_as": "all"}
            role.save()
    client = browser(cast.vera)
    assert client.post(f"/account/view-as/{cast.alfa.pk}/").headers["Location"] == "/portal/"
    return client


def test_the_vendor_sees_what_the_partner_sees(viewing: Client) -> None:
    page = viewing.get("/portal/colleagues/").content.decode()
    assert "sam@alfa.example" in page
    assert "bert@beta.example" not in page
    assert "viewing as" in page.lower()


def test_a_view_changes_nothing(viewing: Client, cast: SimpleNamespace) -> None:
    answers = [
        viewing.post(f"/portal/colleagues/{cast.sam.pk}/deactivate/"),
        viewing.post("/portal/colleagues/invite/", {"email": "x@alfa.example", "roles": ["sales"]}),
        viewing.post("/account/", {"name": "X"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_view_is_logged_with_who_looked(viewing: Client, cast: SimpleNamespace) -> None:
    with as_system():
        event = Event.objects.get(name="partner.viewed_as")
    assert (event.actor_name, event.partner_id, event.shared) == ("Vera", cast.alfa.pk, False)


def test_the_console_is_closed_until_the_view_is_left(viewing: Client) -> None:
    assert viewing.get("/console/people/").status_code == 403
    assert viewing.post("/account/stop-viewing/").status_code == 302
    assert viewing.get("/console/people/").status_code == 200


def test_a_view_ends_when_the_right_to_it_does(viewing: Client) -> None:
    with as_system():
        for role in Role.objects.filter(side="vendor", key="admin"):
            role.grants = {verb: scope for verb, scope in role.grants.items() if verb != "partners.view_as"}
            role.save()
    assert viewing.get("/console/people/").status_code == 200


def test_a_partner_cannot_view_as_another(cast: SimpleNamespace) -> None:
    assert browser(cast.anna).post(f"/account/view-as/{cast.beta.pk}/").status_code == 403
    with pytest.raises(Forbidden):
        services.start_viewing(partner=cast.beta, by=act(cast.anna), at=NOW)
