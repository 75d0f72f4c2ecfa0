"""What journeys give and take by declaration: kinds of tasks, actions, audiences, a KPI, and the programme as text."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from openprm.journeys import services
from openprm.journeys.blueprint import SECTION, JourneyDocument
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.tests.makers import STAGES, YES, again, hand_in, stages, started, task, template
from openprm.kernel import actions, audiences, events, kpis, task_kinds
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.actions import Occasion, Parameter
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.jobs import work_off
from openprm.partners import services as partners
from tests.world import NOW, World

MET: set[UUID] = set()
KIND = task_kinds.TaskKind(
    "testing.website",
    "Have a website",
    is_met=lambda partner, _given: partner in MET,
    completed_by=["partner.profile_changed"],
    parameters=[Parameter("level", "Level", "choice", choices=[("one", "One"), ("two", "Two")])],
    link=lambda given: f"/portal/?level={given['level']}",
)
RAW: list[dict[str, Any]] = [{"key": "a", "name": "A", "tasks": [
    {"key": "site", "title": "Website", "kind": "testing.website", "details": {"level": "one"}},
    {"key": "then", "title": "Then", "kind": "confirm", "text": "Yes?", "depends_on": ["site"]}]}]  # fmt: skip


@pytest.fixture
def kind() -> Iterator[None]:
    """Declare a kind, as a feature would, and forget it afterwards."""
    task_kinds.register(KIND)
    MET.clear()
    yield
    task_kinds._kinds.pop(KIND.key)
    events.subscribers().pop(f"journeys.complete.{KIND.key}")


def test_a_task_of_a_declared_kind_completes_itself_by_what_happens_elsewhere(world: World, kind: None) -> None:
    journey = started(world.alfa, template("site", RAW))
    sales = world.actor("sales", world.alfa)
    with pytest.raises(Refusal, match="completes itself"):
        hand_in(task(journey, "site"), YES, sales)
    assert (
        "/portal/?level=one"
        in world.browser("sales", world.alfa).get(task(journey, "site").portal_url).content.decode()
    )
    with as_system():
        partners.change_profile(partner=world.alfa, website="https://a.example", by=SYSTEM, at=NOW)
        work_off()
    assert task(journey, "site").state == "pending"
    MET.add(world.alfa.pk)
    with as_system():
        partners.change_profile(partner=world.alfa, website="https://alfa.example", by=SYSTEM, at=NOW)
        work_off()
    assert (task(journey, "site").state, task(journey, "then").opened_at) == ("completed", NOW)


def test_what_a_partner_has_done_before_is_completed_at_once(world: World, kind: None) -> None:
    MET.add(world.alfa.pk)
    journey = started(world.alfa, template("site", RAW))
    assert (task(journey, "site").state, again(journey).done) == ("completed", 1)
    assert task(journey, "then").opened_at is not None


def test_a_declared_kind_is_told_what_it_needs(kind: None, db: None) -> None:
    raw = [{"key": "a", "name": "A", "tasks": [{**RAW[0]["tasks"][0], "details": {"level": "three"}}]}]
    with pytest.raises(Invalid, match="Choose from the list"):
        template("site", raw)
    raw[0]["tasks"][0]["kind"] = "nobody.declares"
    with pytest.raises(Invalid, match="there is no kind of task"):
        template("site", raw)


def test_a_single_task_of_a_declared_kind_is_given_with_what_it_needs(world: World, kind: None) -> None:
    browser = world.browser("channel_manager")
    address = reverse("console:journey_assign_task")
    name = "details_testing.website_level"
    assert f'name="{name}"' in browser.get(address).content.decode()
    given = {
        "partner": str(world.alfa.pk), "title": "Website", "kind": "testing.website", "owner": "partner",
        "form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", name: "three",
    }  # fmt: skip
    refused = browser.post(address, given)
    assert (refused.status_code, "Choose from the list" in refused.content.decode()) == (422, True)
    assert browser.post(address, {**given, name: "two"}).status_code == 302
    with as_system():
        assert Task.objects.get().detail["details"] == {"level": "two"}


def occasion(world: World, key: str = "run-1") -> Occasion:
    return Occasion(world.alfa.pk, SYSTEM, NOW, key)


def run(key: str, world: World, given: dict[str, Any], again_: str = "run-1") -> str:
    action = actions.action(key)
    with as_system():
        return action.run(occasion(world, again_), action.check(given))


def test_an_action_assigns_a_journey_once_for_each_occasion(world: World) -> None:
    template()
    assert run("journeys.assign", world, {"journey": "reseller"}) == "assigned the journey Reseller"
    run("journeys.assign", world, {"journey": "reseller"})
    assert "already" in run("journeys.assign", world, {"journey": "reseller"}, "run-2")
    with as_system():
        assert Journey.objects.count() == 1
    with pytest.raises(Invalid):
        run("journeys.assign", world, {"journey": "nonsense"})


@pytest.mark.parametrize(
    ("key", "given", "kind_", "owner"),
    [
        ("journeys.assign_task", {"title": "Call them", "owner": "technical_account_manager"}, "confirm",
         "technical_account_manager"),
        ("journeys.assign_task", {"title": "Read", "owner": "partner", "link": "https://a.example"}, "link", "partner"),
        ("journeys.request_document", {"title": "Insurance", "due_days": 14}, "document", "partner"),
    ],
)  # fmt: skip
def test_an_action_gives_a_single_task_once(
    world: World, key: str, given: dict[str, Any], kind_: str, owner: str
) -> None:
    for _time in range(2):
        run(key, world, given)
    with as_system():
        made = Task.objects.get()
    assert (made.kind, made.owner, made.title, made.journey) == (kind_, owner, given["title"], None)
    assert made.approval is (kind_ == "document")
    assert actions.action(key).describe(given)


def test_audiences_speak_of_journeys_that_run_and_that_are_completed(world: World) -> None:
    short = [{"key": "a", "name": "A", "tasks": [{"key": "c", "title": "C", "kind": "confirm", "text": "C"}]}]
    drawn = template("short", short)
    world.beta  # noqa: B018
    hand_in(task(started(world.alfa, drawn), "c"), YES, world.actor("sales", world.alfa))
    started(world.delta, drawn)

    def names(field: str, op: str) -> set[str]:
        with as_system():
            found = audiences.members({"field": field, "op": op, "value": ["short"]}, subject="partner")
            return {partner.name for partner in found}

    assert names("partner.journey_completed", "in") == {"Alfa"}
    assert names("partner.journey_running", "in") == {"Delta"}
    assert names("partner.journey_completed", "not_in") == {"Beta", "Delta"}


def test_completed_journeys_are_a_figure_with_its_rows(world: World) -> None:
    short = [{"key": "a", "name": "A", "tasks": [{"key": "c", "title": "C", "kind": "confirm", "text": "C"}]}]
    hand_in(task(started(world.alfa, template("short", short)), "c"), YES, world.actor("sales", world.alfa))
    figure, period = kpis.kpi("journeys.completed"), kpis.Period(None, timezone.now().max.replace(tzinfo=NOW.tzinfo))
    with as_system():
        assert figure.measure(period, None) == {world.alfa.pk: Decimal(1)}
        assert figure.measure(period, [world.beta.pk]) == {}
        assert [row.label for row in figure.rows(world.alfa.pk, period)] == ["Short"]
        assert figure.measure(kpis.Period(None, NOW), None) == {}


def test_templates_come_back_from_their_text_as_they_were(world: World) -> None:
    template("one")
    template("two", publish=False)
    edited = template("three")
    with as_system():
        services.save_template(template=edited, name="Three", stages=stages(STAGES[:1]), by=SYSTEM, at=NOW)
        services.archive(template=template("four"), by=SYSTEM, at=NOW)
        services.archive(template=template("five", publish=False), by=SYSTEM, at=NOW)
        written = list(SECTION.read())
        texts = [document.model_dump_json(exclude_defaults=True) for document in written]
        JourneyTemplate.objects.all().delete()
        for text in texts:
            SECTION.write(JourneyDocument.model_validate_json(text), SYSTEM, NOW)
        assert list(SECTION.read()) == written
        numbers = dict(JourneyTemplate.objects.values_list("code", "number"))
        for document in written:
            SECTION.write(document, SYSTEM, NOW)
        assert dict(JourneyTemplate.objects.values_list("code", "number")) == numbers


def test_a_template_is_changed_and_taken_away_by_its_text(world: World) -> None:
    drawn = template("one")
    journey = started(world.alfa, drawn)
    template("two")
    with as_system():
        document = next(iter(SECTION.read())).model_copy(update={"stages": stages(STAGES[:1]), "name": "First"})
        SECTION.write(document, SYSTEM, NOW)
        assert next(iter(SECTION.read())) == document
        assert SECTION.remove is not None
        for code in ("one", "two", "three"):
            SECTION.remove(code, SYSTEM, NOW)
        assert dict(JourneyTemplate.objects.values_list("code", "state")) == {"one": "archived"}
        with pytest.raises(Invalid):
            SECTION.write(document.model_copy(update={"published": False}), SYSTEM, NOW)
    assert again(journey).total == 6
