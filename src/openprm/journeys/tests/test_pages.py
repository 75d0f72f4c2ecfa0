"""The pages: a partner's checklist, the console's board and inbox, and the editor."""

from typing import Any

import pytest

from openprm.journeys import services
from openprm.journeys.content import TaskDoc
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.tests.makers import ANSWERS, again, hand_in, started, task, template
from openprm.journeys.tests.test_journeys import upload
from openprm.kernel.access import SYSTEM, as_system
from tests.world import NOW, World


def url(found: Task, verb: str = "") -> str:
    return f"/portal/checklist/tasks/{found.pk}/{verb}"


def test_the_home_page_shows_what_is_due_first_with_progress(world: World) -> None:
    started(world.alfa)
    page = world.browser("sales", world.alfa).get("/portal/").content.decode()
    assert page.index("Tell us about your team") < page.index("Code of conduct") < page.index("Subscribe")
    assert "0 of 6" in page


def test_a_form_keeps_what_was_typed_says_what_is_wrong_and_is_handed_in(world: World) -> None:
    about, browser = task(started(world.alfa), "about"), world.browser("sales", world.alfa)
    assert browser.post(url(about, "draft/"), {"a_people": "twelve", "a_focus": "SMB"}).status_code == 204
    assert 'value="twelve"' in browser.get(url(about)).content.decode()
    wrong = browser.post(url(about, "hand-in/"), {"a_people": "twelve", "a_focus": "SMB"})
    assert (wrong.status_code, "Give a number." in wrong.content.decode()) == (422, True)
    both = browser.post(url(about, "hand-in/"), {"a_people": "twelve", "a_focus": ""}).content.decode()
    assert "Give a number." in both
    assert "Please answer this." in both
    assert browser.post(url(about, "hand-in/"), {"a_people": "12", "a_focus": "SMB"}).status_code == 302
    page = browser.get(url(about)).content.decode()
    assert "Waiting for approval" in page
    assert "alfa.sales" in page


def test_a_document_is_uploaded_on_its_page(world: World) -> None:
    raw = [{"key": "a", "name": "A", "tasks": [
        {"key": "nda", "title": "NDA", "kind": "document", "approval": True, "text": "Sign it."}]}]  # fmt: skip
    nda, browser = task(started(world.alfa, template("docs", raw)), "nda"), world.browser("sales", world.alfa)
    assert browser.post(url(nda, "hand-in/"), {}).status_code == 422
    assert browser.post(url(nda, "files/"), {"file": upload()}).status_code == 302
    assert "contract.pdf" in browser.get(url(nda)).content.decode()
    assert browser.post(url(nda, "hand-in/"), {"note": "Signed."}).status_code == 302
    manager = world.browser("channel_manager")
    inbox = manager.get("/console/journey-approvals/").content.decode()
    assert "contract.pdf" in inbox
    assert "Signed." in inbox
    assert manager.post(f"/console/journey-tasks/{nda.pk}/approve/").status_code == 302
    assert again(Journey(pk=nda.journey_id)).state == "completed"


def test_the_vendor_sends_back_with_a_reason_that_the_partner_reads(world: World) -> None:
    about = task(started(world.alfa), "about")
    hand_in(about, ANSWERS, world.actor("sales", world.alfa))
    manager = world.browser("channel_manager")
    assert manager.post(f"/console/journey-tasks/{about.pk}/send-back/", {"text": ""}).status_code == 422
    sent = manager.post(f"/console/journey-tasks/{about.pk}/send-back/", {"text": "Count everybody."})
    assert sent.status_code == 302
    assert "Count everybody." in world.browser("sales", world.alfa).get(url(about)).content.decode()


def test_the_board_shows_stages_and_narrows_to_a_team_and_to_stuck_ones(world: World) -> None:
    drawn = template()
    started(world.alfa, drawn)
    started(world.beta, drawn)
    browser = world.browser("channel_manager")
    page = browser.get("/console/journeys/").content.decode()
    assert all(text in page for text in ("Basics", "Ready to sell", "Alfa", "Beta"))
    me = world.person("channel_manager").pk
    narrow = browser.get(f"/console/journeys/?member={me}").content.decode()
    board = narrow[narrow.index('id="board"') :]
    assert "Alfa" in board
    assert "Beta" not in board
    assert "Stuck" in browser.get("/console/journeys/?stuck=1").content.decode()
    assert browser.get("/console/journeys/?template=nonsense&member=nonsense").status_code == 200


def test_every_number_of_the_board_opens_its_list(world: World) -> None:
    journey = started(world.alfa)
    with as_system():
        for found in journey.tasks.exclude(state__in=["completed", "skipped"]):
            services.skip(task=found, text="Known already.", by=SYSTEM, at=NOW)
    world.submitted(world.alfa)
    browser = world.browser("channel_manager")
    for reached in ("activation", "first-deal"):
        assert "Alfa" in browser.get(f"/console/journeys/time/{reached}/?template=reseller").content.decode()
    assert browser.get("/console/journeys/time/nonsense/").status_code == 404
    assert browser.get("/console/journeys/all/?stuck=yes&state=running").status_code == 200
    for query in ("?whose=vendor", "?whose=partner", "?late=yes", "?single=1"):
        assert browser.get(f"/console/journey-tasks/{query}").status_code == 200


def test_a_journey_is_started_for_one_and_for_many(world: World) -> None:
    drawn = template()
    browser = world.browser("admin")
    world.alfa, world.beta  # noqa: B018
    one = {"template": drawn.pk, "whom": "one", "partner": world.alfa.pk}
    assert browser.post("/console/journeys/start/", {**one, "partner": ""}).status_code == 422
    assert browser.post("/console/journeys/start/", one).status_code == 302
    again_ = browser.post("/console/journeys/start/", one)
    assert (again_.status_code, "already" in again_.content.decode()) == (422, True)
    many = {"template": drawn.pk, "whom": "many", "audience": '{"all": []}'}
    assert browser.post("/console/journeys/start/", many).status_code == 302
    with as_system():
        assert set(Journey.objects.values_list("partner__trading_name", flat=True)) == {"Alfa", "Beta"}


@pytest.mark.parametrize("kind", ["document", ""])
def test_a_single_task_is_given_on_a_page(world: World, kind: str) -> None:
    browser = world.browser("channel_manager")
    page = browser.get(f"/console/journeys/give-task/?kind={kind}&partner={world.alfa.pk}")
    assert page.status_code == 200
    form: dict[str, Any] = {"partner": world.alfa.pk, "title": "Insurance", "kind": "document", "owner": "partner",
            "due_days": "7", "form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}  # fmt: skip
    assert browser.post("/console/journeys/give-task/", {**form, "kind": "link"}).status_code == 422
    assert browser.post("/console/journeys/give-task/", form).status_code == 302
    assert "Insurance" in browser.get(f"/console/partners/{world.alfa.pk}/").content.decode()
    assert "Insurance" in world.browser("sales", world.alfa).get("/portal/checklist/").content.decode()


def test_a_template_is_drawn_arranged_previewed_and_published(world: World) -> None:
    browser = world.browser("channel_manager")
    assert browser.post("/console/journey-templates/new/", {"name": "MSP"}).status_code == 302
    with as_system():
        drawn = JourneyTemplate.objects.get(code="msp")
    base = f"/console/journey-templates/{drawn.pk}/"
    assert "Add a stage with at least one task." in browser.get(base).content.decode()
    for name in ("Contract", "Training"):
        assert browser.post(f"{base}stage/", {"name": name}).status_code == 302
    form: dict[str, Any] = {
        "title": "Questions", "kind": "form", "owner": "partner", "stage": "contract", "due_from": "start",
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-label": "How many?", "form-0-kind": "number", "form-0-required": "on",
        "form-1-label": "", "form-1-kind": "text",
    }  # fmt: skip
    assert browser.post(f"{base}task/", form).status_code == 302
    assert browser.post(f"{base}task/?key=questions", {**form, "title": "Some questions"}).status_code == 302
    link = {**form, "title": "Kit", "kind": "link", "link": "https://example.com/", "depends_on": "questions"}
    assert browser.post(f"{base}task/", {**link, "link": "nowhere"}).status_code == 422
    assert browser.post(f"{base}task/", link).status_code == 302
    browser.post(f"{base}arrange/", {"part": "task", "key": "kit", "step": "down"})
    assert [[t["key"] for t in s.get("tasks", [])] for s in _stages(drawn)] == [["questions"], ["kit"]]
    browser.post(f"{base}arrange/", {"part": "task", "key": "kit", "stage": "contract", "place": "0"})
    assert [[t["key"] for t in s.get("tasks", [])] for s in _stages(drawn)] == [["kit", "questions"], []]
    assert browser.post(f"{base}publish/").status_code == 422
    browser.post(f"{base}arrange/", {"part": "stage", "key": "training", "step": "up"})
    assert [s["key"] for s in _stages(drawn)] == ["training", "contract"]
    browser.post(f"{base}remove/", {"part": "stage", "key": "training"})
    assert browser.post(f"{base}publish/").status_code == 302
    preview = browser.get(f"{base}preview/").content.decode()
    assert "Some questions" in preview
    circle = {**form, "title": "Some questions", "depends_on": "kit"}
    refused = browser.post(f"{base}task/?key=questions", circle)
    assert (refused.status_code, "wait for each other" in refused.content.decode()) == (422, True)
    assert browser.post(f"{base}archive/").status_code == 302
    assert browser.post(f"{base}restore/").status_code == 302


def test_a_removed_task_frees_what_waited_for_it(world: World) -> None:
    drawn = template()
    browser = world.browser("channel_manager")
    browser.post(f"/console/journey-templates/{drawn.pk}/remove/", {"part": "task", "key": "kickoff"})
    tasks = {t["key"]: t for s in _stages(drawn) for t in s["tasks"]}
    assert "depends_on" not in tasks["portal"]


def test_pages_of_a_journey_show_its_tasks_to_both_sides(world: World) -> None:
    journey = started(world.alfa)
    console = world.browser("channel_manager")
    for found in [task(journey, key) for key in ("about", "kickoff", "portal", "release")]:
        assert console.get(f"/console/journey-tasks/{found.pk}/").status_code == 200
        assert world.browser("viewer", world.alfa).get(url(found)).status_code == 200
    for address in (f"/console/journeys/{journey.pk}/", f"/console/partners/{world.alfa.pk}/", "/console/"):
        assert "Reseller" in console.get(address).content.decode() or address == "/console/"
    assert "Kick-off meeting" in world.browser("sales", world.alfa).get(journey.portal_url).content.decode()
    assert console.post(f"/console/journeys/{journey.pk}/cancel/", {"text": "Later."}).status_code == 302


def _stages(drawn: JourneyTemplate) -> list[dict[str, Any]]:
    with as_system():
        drawn.refresh_from_db()
    return list(drawn.stages)


def test_the_list_of_tasks_can_be_narrowed_to_what_is_mine_to_do(world: World) -> None:
    with as_system():
        for partner in (world.alfa, world.beta):  # the channel manager looks after the first of them only
            doc = TaskDoc(key="call", title=f"Call {partner.name}", kind="confirm", owner="channel_manager", text="Do.")
            services.assign_task(partner=partner, task=doc, by=SYSTEM, at=NOW)
    browser = world.browser("channel_manager")
    every = browser.get("/console/journey-tasks/?whose=vendor").content.decode()
    mine = browser.get("/console/journey-tasks/?whose=todo").content.decode()
    file = browser.get("/console/journey-tasks/?whose=todo&export=csv").content.decode()
    assert "Call Alfa" in every
    assert "Call Beta" in every
    for shown in (mine, file):
        assert "Call Alfa" in shown
        assert "Call Beta" not in shown
