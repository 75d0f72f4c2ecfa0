"""The founding example in a real browser: from an application to the first deal, and the tier that it earns."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from openprm.accounts.models import Person
from openprm.journeys import services as journeys
from openprm.journeys.content import StageDoc
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.settings_store import StoredSetting
from openprm.partners import services as partners
from openprm.partners.models import TeamMember
from openprm.pricing.tests.making import book
from openprm.program import services as programmes
from openprm.program.tests.conftest import ladder
from openprm.recruiting import services as recruiting
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import FormDefinition, FormQuestion
from tests.browser.conftest import CONFETTI, MARK, PHONE, Visitors, Worker, assert_nobody_reloaded, link, type_password
from tests.browser.test_accessibility import WIDER
from tests.world import NOW, PASSWORD, World

pytestmark = pytest.mark.browser

ADDRESS = "ida@klinik-it.example.org"
ASKED = FormDefinition(
    questions=[
        FormQuestion(key="verticals", field="verticals", required=True, step="Business"),
        FormQuestion(key="types", field="partner_types", required=True, step="Business"),
    ]
)
STAGES = [
    {"key": "start", "name": "Start", "tasks": [
        {"key": "security", "title": "Training: the security baseline", "kind": "confirm", "text": "Be careful.",
         "due_days": 3},
        {"key": "desk", "title": "Tell us about your service desk", "kind": "form", "approval": True, "due_days": 9,
         "questions": [{"key": "engineers", "label": "How many engineers?", "kind": "number"}]}]},
]  # fmt: skip
TRAINING, READY = "Training: the security baseline", "Take in new managed service providers for healthcare"


def set_up(world: World) -> None:
    """Have a programme, a price book, a journey, a form and people for the region."""
    now = timezone.now()
    assert world.cloud
    book(world, "msp", name="MSP price book")
    with as_system():
        StoredSetting.objects.create(key="recruiting.least_seconds", value=0)
        programme = programmes.create(code="reseller", definition=ladder(), by=SYSTEM, at=NOW)
        programmes.publish(programme=programme, by=SYSTEM, at=NOW)
        stages = [StageDoc.model_validate(stage) for stage in STAGES]
        drawn = journeys.save_template(code="msp", name="MSP onboarding", stages=stages, by=SYSTEM, at=now)
        journeys.publish(template=drawn, by=SYSTEM, at=now)
        values = FormValues(title="Become a partner", programme="reseller", definition=ASKED)
        form = recruiting.save_form(form=None, code="partner", values=values, by=SYSTEM, at=NOW)
        recruiting.publish_form(form=form, by=SYSTEM, at=NOW)
        for role, name, duty in (
            ("analyst", "Rita Director", "regional_director"),
            ("enablement", "Bea Busy", "technical_account_manager"),
            ("marketing", "Finn Free", "technical_account_manager"),
        ):
            person = world.person(role)
            Person.objects.filter(pk=person.pk).update(name=name)
            partners.set_territory(person=person, duty=duty, regions=["dach"], by=SYSTEM, at=NOW)
        busy = world.person("enablement")
        TeamMember.objects.create(partner=world.alfa, person=busy, role="technical_account_manager")


def build_the_automation(desk: Page) -> None:
    """Begin with the ready automation, add the journey and the price book, and take it live."""
    desk.goto("/console/automations/gallery/")
    desk.locator("li.card", has_text=READY).get_by_role("button").click()
    for action, choice in (("Assign a journey", "MSP onboarding"), ("Assign a price book", "MSP price book")):
        desk.get_by_role("link", name=re.compile("Add a step")).last.click()
        desk.get_by_role("link", name=action, exact=True).click()
        desk.locator("form select").first.select_option(label=choice)
        desk.get_by_role("button", name="Add the step").click()
        expect(desk.locator(".automation-sentence")).to_contain_text(choice)
    desk.get_by_role("button", name="Go live").click()
    expect(desk.get_by_role("button", name="Pause")).to_be_visible()


def apply(page: Page, worker: Worker) -> None:
    """Apply as a managed service provider for healthcare, and prove the address."""
    page.goto("/apply/partner/")
    expect(page.get_by_role("heading", level=1, name="Become a partner")).to_be_visible()
    page.get_by_label("Your name").fill("Ida Klein")
    page.get_by_label("Work e-mail").fill(ADDRESS)
    page.get_by_label("Company").fill("Klinik IT GmbH")
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Healthcare").check()
    page.get_by_label(re.compile("MSP|Managed service")).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Confirm your e-mail address")).to_be_visible()
    page.goto(link(worker.letter("Confirm your application")))
    page.get_by_role("button", name="Confirm my address and send").click()
    expect(page.get_by_text("Received")).to_be_visible()


def approve_the_application(desk: Page) -> None:
    """Find it in the queue, approve it, and see what the automation did."""
    desk.goto("/console/applications/")
    desk.get_by_role("link", name="Klinik IT GmbH").click()
    desk.get_by_role("button", name="Approve…").click()
    desk.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("link", name=re.compile("Open the partner Klinik IT"))).to_be_visible()
    desk.goto("/console/automations/runs/")
    run = desk.get_by_role("row").filter(has_text="Klinik IT")
    expect(run).to_contain_text("Done")
    run.get_by_role("link", name="Klinik IT").click()
    for done in ("Finn Free", "Healthcare welcome", "MSP onboarding", "MSP price book"):
        expect(desk.locator(".automation-taken")).to_contain_text(done)


def is_welcomed(worker: Worker) -> None:
    """Get the welcome letter: in the regional director's name, and answers go to them."""
    letter = worker.letter("Healthcare with")
    assert letter.to == [ADDRESS]
    assert letter.from_email.startswith("Rita Director")
    assert letter.extra_headers["Reply-To"] == "northwind.analyst@example.com"
    assert "Dear Ida," in str(letter.body)
    assert "Rita Director" in str(letter.body)


def sees_tasks_first(page: Page) -> Locator:
    """Hold that what is to be done comes first on the home page, and return it."""
    first = page.locator("#home .home-card").first
    expect(first.get_by_role("heading", name="Your checklist")).to_be_in_viewport()
    expect(first.get_by_role("link", name=TRAINING)).to_be_in_viewport()
    expect(first).to_contain_text("0 of 2")
    return first


def register(page: Page, customer: str) -> None:
    """Register a deal but for its last click; see whether the customer is free."""
    page.goto("/portal/deals/register/")
    page.get_by_label("Customer", exact=False).first.press_sequentially(customer, delay=15)
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Cloud").check()
    page.get_by_label("Expected value").fill("25,000")
    expect(page.locator("#verdict [data-level=clear]")).to_be_visible()
    page.get_by_label("Expected close date").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    page.get_by_label("What the customer needs").fill("Replaces the old servers of the wards.")


def test_a_healthcare_msp_goes_from_its_application_to_a_higher_tier(
    visit: Visitors, world: World, worker: Worker
) -> None:
    set_up(world)
    desk, page = visit(world.person("channel_manager")), visit()
    build_the_automation(desk)
    apply(page, worker)
    approve_the_application(desk)
    is_welcomed(worker)

    page.goto(link(worker.letter("You are invited")))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile("/portal/$"))
    checklist = sees_tasks_first(page)

    phone = visit(viewport=PHONE)
    phone.goto("/sign-in/")
    with as_system():
        ida = Person.objects.get(email=ADDRESS)
    type_password(phone, ida)
    expect(phone).to_have_url(re.compile("/portal/$"))
    sees_tasks_first(phone)
    assert not phone.evaluate(WIDER)
    page.evaluate(MARK)
    phone.get_by_role("link", name=TRAINING).click()
    phone.get_by_label("I have read and confirm this").check()
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_text("1 of 2").first).to_be_visible()
    expect(checklist).to_contain_text("1 of 2")  # on the other device by itself
    expect(checklist.get_by_role("link", name=TRAINING)).to_have_count(0)
    assert_nobody_reloaded(page)

    register(page, "Contoso Klinik")
    margin = page.locator("#margin")
    expect(margin).to_contain_text("25%€6,250")  # 20 of the book and 5 of the tier
    expect(margin).to_contain_text("MSP price book")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator(".deal-now")).to_contain_text("Submitted")
    expect(page.locator("main")).to_contain_text("Finn Free")
    desk.goto("/console/review-queue/")
    desk.get_by_role("link", name=re.compile("Contoso Klinik")).first.click()
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".deal-now")).to_contain_text("Approved")

    progress, second = page.context.new_page(), page.context.new_page()
    register(second, "Fabrikam Pflege")
    expect(second.locator("#margin")).to_contain_text("25%€6,250")
    progress.goto("/portal/programme/")
    expect(progress.get_by_role("heading", name="Registered")).to_be_visible()
    phone.goto("/portal/")
    expect(phone.get_by_role("heading", name="Registered")).to_be_visible()
    desk.goto("/console/tier-moves/")
    expect(desk.locator("main")).not_to_contain_text("Silver")
    for open_page in (progress, second, phone, desk):
        open_page.evaluate(MARK)
    progress.evaluate(CONFETTI)

    page.get_by_role("button", name="We won it…").click()
    page.get_by_role("dialog").get_by_role("button", name="Record the order").click()
    expect(page.locator(".deal-now")).to_contain_text("Won")
    expect(page.get_by_role("button", name="We won it…")).to_have_count(0)

    expect(progress.get_by_text("You are Silver now. Congratulations!")).to_be_visible()
    expect(progress.locator("html")).to_have_attribute("data-confetti", "1")
    expect(progress.locator("section", has_text="What you have")).to_contain_text("10 points discount")
    expect(second.locator("#margin")).to_contain_text("30%€7,500")
    expect(second.locator("#id_customer_name")).to_have_value("Fabrikam Pflege")
    expect(phone.get_by_role("heading", name="Silver")).to_be_visible()
    move = desk.get_by_role("row").filter(has_text="Klinik IT").filter(has_text="Silver")
    expect(move).to_contain_text("Registered")
    expect(move).to_contain_text("25,000")
    for open_page in (progress, second, phone, desk):
        assert_nobody_reloaded(open_page)
