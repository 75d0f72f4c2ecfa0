"""Importing partners and people: what is read, what cannot be, and that all of it can be taken back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openprm.accounts.models import Invitation, Person
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.jobs import work_off
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.recruiting import columns, services
from openprm.recruiting.models import PartnerImport, PartnerOrigin
from tests.world import NOW, World

FILE = """Company;Country;Website;Types;Contact;E-mail;Role
Norrland IT AB;SE;norrland-it.se;reseller, msp;Ada Berg;ada@norrland-it.se;
Norrland IT AB;SE;norrland-it.se;reseller, msp;Bo Ek;bo@norrland-it.se;technical
Alfa GmbH;Germany;alfa.de;;;;
Nowhere Ltd;Atlantis;;;;;
;DE;;;;;
Nameless Person SA;FR;;;Chloé;;
"""


def brought(world: World, text: str = FILE, *, invite: bool = False) -> PartnerImport:
    """Return an import that has run."""
    by = world.actor("admin")
    with as_system():
        item = services.upload_import(
            file=SimpleUploadedFile("partners.csv", text.encode()), name="p.csv", by=by, at=NOW
        )
        services.choose_columns(item=item, mapping=item.mapping, invite=invite, status="active", by=by, at=NOW)
        services.start_import(item=item, by=by, at=NOW)
        work_off()
        item.refresh_from_db()
    return item


def taken_back(item: PartnerImport, world: World) -> None:
    """Have an import taken back, to the end."""
    services.undo_import(item=item, by=world.actor("admin"), at=NOW)
    work_off()


@pytest.fixture(autouse=True)
def kept_outside(settings: Any, tmp_path: Any) -> None:
    """Keep files of tests apart."""
    settings.MEDIA_ROOT = tmp_path


def test_headings_say_which_column_is_which() -> None:
    headers = ["Company", "Country", "Website", "Types", "Contact", "E-mail", "Role"]
    fields = ("legal_name", "country", "website", "partner_types", "person_name", "person_email", "person_role")
    assert columns.guess(headers) == {name: at for at, name in enumerate(fields)}


def test_a_file_brings_partners_people_and_reasons(world: World) -> None:
    world.alfa  # noqa: B018 - known already
    item = brought(world)
    assert (item.state, item.problem) == ("finished", "")
    assert (item.created, item.updated, item.unchanged, item.failed, item.people) == (1, 1, 1, 3, 2)
    with as_system():
        made = Partner.objects.get(legal_name="Norrland IT AB")
        assert (made.status, made.partner_types, made.domain) == ("active", ["reseller", "msp"], "norrland-it.se")
        assert PartnerOrigin.objects.get(partner=made).source == "import"
        roles = {person.email: person.roles.get().key for person in Person.objects.filter(partner=made)}
        assert roles == {"ada@norrland-it.se": "admin", "bo@norrland-it.se": "technical"}
        assert Partner.objects.get(pk=world.alfa.pk).domain == "alfa.de"
        problems = list(item.rows.filter(outcome="failed").order_by("number").values_list("number", "problem"))
    assert [number for number, _text in problems] == [5, 6, 7]
    assert "no country" in problems[0][1]
    assert "no legal name" in problems[1][1]
    assert "e-mail" in problems[2][1]


def test_an_import_can_be_taken_back(world: World) -> None:
    world.alfa  # noqa: B018 - known already
    item = brought(world)
    with as_system():
        taken_back(item, world)
        item.refresh_from_db()
        assert not Partner.objects.filter(legal_name="Norrland IT AB").exists()
        assert not Person.objects.filter(email="ada@norrland-it.se").exists()
        assert Partner.objects.get(pk=world.alfa.pk).website == ""
    assert (item.state, item.kept) == ("undone", 0)


def test_what_somebody_changed_since_stays_and_says_why(world: World) -> None:
    item = brought(world)
    with as_system():
        made = Partner.objects.get(legal_name="Norrland IT AB")
        partners.change_profile(partner=made, tier="gold", by=SYSTEM, at=NOW)
        taken_back(item, world)
        item.refresh_from_db()
        assert Partner.objects.filter(legal_name="Norrland IT AB").exists()
        assert "changed since" in item.rows.exclude(kept_because="")[0].kept_because


def test_people_are_invited_where_that_is_wanted(world: World) -> None:
    brought(world, invite=True)
    with as_system():
        assert set(Invitation.objects.values_list("email", flat=True)) == {"ada@norrland-it.se", "bo@norrland-it.se"}
        assert not Person.objects.filter(email="ada@norrland-it.se").exists()


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    brought(world)
    again = brought(world)
    assert (again.created, again.updated, again.people) == (0, 0, 0)


def test_a_file_that_cannot_be_read_is_refused(world: World) -> None:
    by = world.actor("admin")
    with enter(by), pytest.raises(Invalid):
        services.upload_import(file=SimpleUploadedFile("p.csv", b"\x00\x01"), name="p.csv", by=by, at=NOW)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        services.upload_import(file=SimpleUploadedFile("p.csv", FILE.encode()), name="p.csv", by=manager, at=NOW)


def test_the_pages_lead_from_file_to_result(world: World) -> None:
    admin = world.browser("admin")
    upload = SimpleUploadedFile("partners.csv", FILE.encode())
    page = admin.post("/console/recruiting/imports/upload/", {"file": upload}).url  # type: ignore[attr-defined]
    assert b"Norrland IT AB" in admin.get(page).content
    with as_system():
        mapping = {f"column_{name}": at for name, at in PartnerImport.objects.get().mapping.items()}
    assert admin.post(page, {**mapping, "status": "active", "start": "1"}).status_code == 302
    with as_system():
        work_off()
    assert b"Rows with a problem" in admin.get(page).content
    assert b"Atlantis" in admin.get(f"{page}problems.csv").content
    assert admin.post(f"{page}undo/").status_code == 302
    assert b"Being undone" in admin.get(page).content
    assert admin.post(f"{page}undo/").status_code == 409  # once is enough
    with as_system():
        work_off()
    assert b"This import was undone" in admin.get(page).content


TWICE = """Company;Country;Website;Types;Contact;E-mail;Role
Norrland IT AB;SE;;reseller;Ada Berg;ada@norrland-it.se;
Norrland IT AB;SE;norrland-it.se;;Bo Ek;bo@norrland-it.se;technical
Alfa GmbH;Germany;alfa.de;;;;
Alfa GmbH;Germany;;msp;;;
"""


def test_what_two_rows_say_of_one_partner_is_taken_back_whole(world: World) -> None:
    world.alfa  # noqa: B018 - known already
    before = list(world.alfa.partner_types)
    item = brought(world, TWICE)
    assert (item.created, item.updated) == (1, 3)
    with as_system():
        taken_back(item, world)
        item.refresh_from_db()
        assert not Partner.objects.filter(legal_name="Norrland IT AB").exists()
        alfa = Partner.objects.get(pk=world.alfa.pk)
    assert (alfa.website, alfa.partner_types) == ("", before)
    assert (item.undone, item.kept) == (4, 0)


def test_what_somebody_changed_between_two_rows_of_a_partner_stays(world: World) -> None:
    item = brought(world, TWICE)
    with as_system():
        made = Partner.objects.get(legal_name="Norrland IT AB")
        first, second = item.rows.filter(partner=made).order_by("number")
        made.trading_name = "Norrland"
        made.write("trading_name", at=NOW)
        type(second).objects.filter(pk=second.pk).update(version_after=made.version)  # as if it had come before the row
        taken_back(item, world)
        first.refresh_from_db()
    assert "changed since" in first.kept_because


def test_an_undo_that_stops_half_way_says_so_and_goes_on(world: World) -> None:
    world.alfa  # noqa: B018 - known already
    item = brought(world)
    page, admin = f"/console/recruiting/imports/{item.pk}/", world.browser("admin")
    with as_system():
        row = item.rows.get(outcome="updated")
        before, row.before = row.before, {"damaged": "beyond use"}
        row.save()
        assert admin.post(f"{page}undo/").status_code == 302
        work_off()
    assert b"Undoing stopped" in admin.get(page).content
    with as_system():
        row.before = before
        row.save()
        assert admin.post(f"{page}undo/").status_code == 302
        work_off()
        item.refresh_from_db()
        assert not Partner.objects.filter(legal_name="Norrland IT AB").exists()
    assert (item.state, item.problem) == ("undone", "")
