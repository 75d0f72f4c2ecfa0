"""Figures of the vendor's own: recorded from files, asked for by audiences, and taken back."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from openprm.accounts import services as accounts
from openprm.customers import services as imports
from openprm.customers.models import Import
from openprm.kernel import audiences, jobs
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.partners.models import Partner
from openprm.program import forms, services
from openprm.program.models import KpiValue
from tests.world import NOW, World

FIELD = "partner.kpi.custom.happiness"
HAPPY = {"field": FIELD, "op": "gte", "value": "80"}


@pytest.fixture(autouse=True)
def happiness(world: World) -> Iterator[None]:
    """A figure that the vendor made up."""
    with as_system():
        services.define_kpi(code="happiness", label="Happiness", unit="score", by=SYSTEM, at=NOW)
        yield


def members() -> list[Partner]:
    return list(audiences.members(HAPPY, subject="partner"))


def bring(text: str, by: Actor) -> Import:
    file = io.BytesIO(text.encode())
    item = imports.upload_import(kind="figures", file=file, name="Survey 2027.csv", by=by, at=NOW)
    imports.start_import(item=item, by=by, at=NOW)
    jobs.work_off()
    item.refresh_from_db()
    return item


def test_a_figure_of_ones_own_is_a_field_of_audiences(world: World) -> None:
    assert FIELD in audiences.fields_for("partner")
    assert audiences.describe(HAPPY, subject="partner") == "Happiness is at least 80"
    services.record_value(partner=world.alfa, kpi="custom.happiness", value=85, source="Survey", by=SYSTEM, at=NOW)
    services.record_value(partner=world.beta, kpi="custom.happiness", value=70, source="Survey", by=SYSTEM, at=NOW)
    jobs.work_off()
    assert members() == [world.alfa]
    assert "partner.kpi.custom.nonsense" not in audiences.fields_for("partner")
    with pytest.raises(Invalid):
        audiences.validate({**HAPPY, "field": "partner.kpi.custom.nonsense"}, subject="partner")


def test_a_file_of_figures_comes_in_once_and_can_be_taken_back(world: World) -> None:
    text = (
        "Partner;Metric;Score;Date\n"
        f"{world.alfa.legal_name};Happiness;92,5 %;{NOW:%Y-%m-%d}\n"
        f"{world.beta.legal_name};custom.happiness;60;\n"
        "Nobody Knows Ltd;Happiness;50;\n"
        f"{world.alfa.legal_name};Sunshine;50;\n"
        f"{world.alfa.legal_name};Happiness;many;\n"
    )
    boss = world.actor("admin")
    item = bring(text, boss)
    assert (item.state, item.created, item.failed) == ("finished", 2, 3)
    problems = list(item.rows.filter(outcome="failed").order_by("number").values_list("problem", flat=True))
    assert "Nobody Knows Ltd" in problems[0]
    assert "Sunshine" in problems[1]
    assert KpiValue.objects.get(partner=world.alfa).source == "Survey 2027.csv"
    assert members() == [world.alfa]

    again = bring(text, boss)
    assert (again.created, again.unchanged) == (0, 2)

    imports.undo_import(item=item, by=boss, at=NOW + timedelta(hours=1))
    jobs.work_off()
    item.refresh_from_db()
    assert (item.state, item.undone, KpiValue.objects.count()) == ("undone", 2, 0)
    assert members() == []


def test_a_preview_says_what_would_become_of_each_row_and_writes_nothing(world: World) -> None:
    file = io.BytesIO(f"Partner,Figure,Value\n{world.alfa.legal_name},happiness,7\nX,happiness,7\n".encode())
    item = imports.upload_import(kind="figures", file=file, name="f.csv", by=world.actor("admin"), at=NOW)
    outcomes = [row.planned.outcome for row in imports.preview_import(item).rows]
    assert outcomes == ["created", "failed"]
    assert not KpiValue.objects.exists()


def test_a_file_cannot_say_more_than_whoever_brings_it(world: World) -> None:
    manager = world.actor("channel_manager")
    item = bring(f"Partner,Figure,Value\n{world.beta.legal_name},happiness,99\n", manager)
    assert (item.created, item.failed) == (0, 1)
    assert "Ask its channel manager" in item.rows.get().problem
    with pytest.raises(Forbidden):
        bring("Partner,Figure,Value\nX,happiness,99\n", world.actor("sales", world.alfa))


def test_programs_bring_files_of_figures_too(world: World) -> None:
    by = world.actor("enablement")
    secret = accounts.create_token(name="survey", verbs=["*"], expires_at=None, by=by, at=NOW)[1]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    file = io.BytesIO(f"Partner,Figure,Value\n{world.alfa.legal_name},Happiness,81\n".encode())
    file.name = "survey.csv"
    sent = client.post("/api/v1/imports", {"kind": "figures", "file": file})
    assert sent.status_code == 201, sent.content
    jobs.work_off()
    assert client.get(f"/api/v1/imports/{sent.json()['id']}").json()["created"] == 1
    assert client.post("/api/v1/imports", {"kind": "accounts", "file": io.BytesIO(b"Name\nX\n")}).status_code == 403


def test_the_list_of_figures_leads_to_the_import(world: World, client: Client) -> None:
    client.force_login(world.person("admin"))
    assert "?kind=figures" in client.get(reverse("console:kpi_values")).content.decode()
    page = client.get(reverse("console:import_upload") + "?kind=figures").content.decode()
    assert 'value="figures"' in page


def test_the_last_day_that_a_file_names_counts_as_on_the_page(world: World) -> None:
    last = NOW.date() + timedelta(days=3)
    bring(
        f"Partner;Figure;Value;Counts until\n{world.alfa.legal_name};Happiness;92;{last:%Y-%m-%d}\n",
        world.actor("admin"),
    )
    form = forms.Recording(Partner.objects.all(), {"valid_until": last.isoformat()})
    form.is_valid()
    assert KpiValue.objects.get(partner=world.alfa).valid_until == form.cleaned_data["valid_until"]
