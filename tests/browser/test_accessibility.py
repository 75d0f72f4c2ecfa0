"""Every page, light and dark: no violation that axe finds, nothing wider than a phone, and a silent console."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from openprm.accounts.models import Person, Role
from openprm.automation.models import Automation, EmailTemplate, Rehearsal, Run
from openprm.blueprint import starters
from openprm.blueprint.models import Upload
from openprm.customers.models import Account, Import, Opportunity, ProductLine
from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import ApprovalRule, DealRegistration, ProtectionWindow, RulesPreview
from openprm.demo import services as demo
from openprm.demo.personas import PERSONAS
from openprm.disputes.models import Dispute, Review
from openprm.engagement.models import RuleSet
from openprm.extensions.models import ExtensionRule
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.mail.models import Mail
from openprm.kernel.webhooks.models import Endpoint, Message
from openprm.news.models import Post
from openprm.partners.models import Audience, Partner
from openprm.pricing.models import PriceBook, PriceImport
from openprm.program import services as program
from openprm.program.models import Membership, Programme, ProgrammeVersion
from openprm.recruiting.models import Application, ApplicationForm, Listing, PartnerImport
from tests.browser.conftest import Visitors
from tests.browser.pages import addresses

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text()
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RUN = """async (rules) => (await axe.run(document, rules ? {runOnly: {type: "rule", values: rules}} : {})).violations
    .map(found => `${found.id}: ${found.nodes.slice(0, 3).map(node => node.target + " " + node.html.slice(0, 160))
        .join(" | ")}`)"""
WIDER = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return "";
    const wide = [...document.querySelectorAll("main *")].find(e => e.getBoundingClientRect().right > root.clientWidth);
    return `${root.scrollWidth} > ${root.clientWidth}: ${wide?.outerHTML.slice(0, 160)}`;
}"""

SLUGS = {
    "to": "suspended",
    "slug": "brand",
    "figure": "time",
    "kind": "country",
    "key": "own_registration",
    "starter": "reseller",
    "reached": "activation",
    "code": "silver",
    "benefit": "margin",
    "kpi": "deals.won_revenue",
    "action": "wait",
    "step": "welcome",
    "form": "msp",
}

Things = dict[str, Callable[[], Any]]


def _persona(key: str) -> Person:
    persona = next(persona for persona in PERSONAS if persona.key == key)
    with as_system():
        return Person.objects.get(email=persona.email)


@pytest.fixture
def programme(live: str) -> None:
    """Load a small demo programme, and what it has none of."""
    demo.load(accounts=300, deals=40)
    with as_system():
        now = timezone.now()
        event = Event.objects.latest("at")
        for partner in (None, _persona("partner-admin").partner_id):
            endpoint = Endpoint.objects.create(
                url="https://crm.example/hook", event_types=["deal.approved"], partner_id=partner, created_at=now
            )
            Message.objects.create(endpoint=endpoint, event=event, partner_id=partner, state="delivered")
        Mail.objects.create(
            sender="prm@example.com", recipients=["lena@example.com"], subject="Approved", text="Done.", state="sent"
        )
        Import.objects.create(
            kind="accounts", file_name="accounts.csv", path="accounts.csv", format="csv", headers=["Name", "Country"]
        )
        Audience.objects.create(
            name="Germany", subject="partner", predicate={"field": "partner.country", "op": "in", "value": ["DE"]}
        )
        # A programme that the demo has not: in another, partners may be in a tier that the starter lacks.
        new = starters.starter("technology_alliance")
        Upload.objects.create(name="staging.zip", files=new.files, created_at=now)
        automation = Automation.objects.get(code__startswith="welcome_managed")
        Rehearsal.objects.create(automation=automation, definition=automation.edited, days=90, until=now, state="done")
        Delivery.objects.get_or_create(event=event, subscriber="deals.notify")
        deals.preview(rules=(), since=now.date() - timedelta(days=90), until=now.date(), by=SYSTEM, at=now)
        reseller = Programme.objects.get(code="reseller")
        says = reseller.versions.get(number=1).says
        program.edit(programme=reseller, definition=says.model_copy(update={"review": True}), by=SYSTEM, at=now)
        PriceImport.objects.create(
            book=PriceBook.objects.get(code="standard"), file_name="prices.csv", read_by="Maren",
            terms=[[None, "HC-9", "Halden Cloud, trial", "90", "5", None]], problems=[[3, "There is no such line."]],
        )  # fmt: skip
        _dispute(_persona("partner-sales"), now)
        PartnerImport.objects.create(file_name="partners.csv", person_name="Oskar Nyberg", state="finished")


def _dispute(person: Person, now: Any) -> None:
    """Make a dispute and a review of the persona's company, and a deal that can be contested."""
    deals = DealRegistration.objects.filter(partner_id=person.partner_id)
    approved = deals.filter(state=State.APPROVED)[0]
    deals.filter(pk=deals.filter(state=State.SUBMITTED).values("pk")[:1]).update(
        state=State.REJECTED, closing_code="other", closed_at=now
    )
    Review.objects.create(deal=approved, partner_id=person.partner_id)
    Dispute.objects.create(
        deal=approved,
        partner_id=person.partner_id,
        subject="rejection",
        contested_since=now,
        opened_by_name=person.name,
        state_since=now,
        due_at=now,
    )


def _first(rows: Any) -> Callable[[], Any]:
    return lambda: rows.order_by("-pk").values_list("pk", flat=True)[0]


def things(partner: Any) -> dict[str, Things]:
    """Return what the pages about one thing are shown with: by folder, then by name or beginning of the name."""
    own = DealRegistration.objects.filter(partner_id=partner)
    return {
        "portal": {
            "webhook_message": _first(Message.objects.filter(partner_id=partner)),
            "webhook": _first(Endpoint.objects.filter(partner_id=partner)),
            "person": _first(Person.objects.filter(partner_id=partner)),
            "dispute": _first(Dispute.objects.filter(partner_id=partner)),
            "registration_review": _first(Review.objects.filter(partner_id=partner)),
            "programme": _first(Membership.objects.filter(partner_id=partner, programme__code="reseller")),
            "journey": _first(Journey.objects.filter(partner_id=partner)),
            "news": _first(Post.objects.filter(to_confirm=True)),
            "task": _first(Task.objects.filter(partner_id=partner, state="action_required")),
            "deal_contest": _first(own.filter(state=State.REJECTED, closed_at__isnull=False)),
            "deal_edit": _first(own.filter(state=State.DRAFT)),
            "deal_extension": _first(own.filter(state=State.APPROVED, customer_name__startswith="Elbtal")),
            "deal": _first(own.filter(state=State.APPROVED)),
        },
        "console": {
            "automation_run": _first(Run.objects),
            "automation_rehearsal": _first(Rehearsal.objects),
            "automation": _first(Automation.objects.filter(code__startswith="welcome_managed")),
            "email_template": _first(EmailTemplate.objects),
            "delivery": _first(Delivery.objects),
            "mail_item": _first(Mail.objects),
            "audit_entry": _first(Event.objects),
            "webhook_message": _first(Message.objects.filter(partner_id=None)),
            "webhook": _first(Endpoint.objects.filter(partner_id=None)),
            "person": _first(Person.objects.filter(partner_id=None)),
            "role": _first(Role.objects),
            "partner": _first(Partner.objects.filter(status="active")),
            "engagement_preview": _first(RulesPreview.objects),
            "audience": _first(Audience.objects),
            "account": _first(Account.objects),
            "opportunity_create": _first(Account.objects),
            "opportunity": _first(Opportunity.objects),
            "product_line": _first(ProductLine.objects),
            "import": _first(Import.objects),
            "dispute": _first(Dispute.objects),
            "application_form": _first(ApplicationForm.objects.filter(code="msp")),
            "application": _first(Application.objects.filter(duplicate_count__gt=0)),
            "partner_import": _first(PartnerImport.objects),
            "price_book": _first(PriceBook.objects.filter(code="standard")),
            "price_import": _first(PriceImport.objects),
            "news": _first(Post.objects.filter(starts_at=None)),
            "journey_template": _first(JourneyTemplate.objects),
            "journey_task": _first(Task.objects.filter(state="waiting_approval")),
            "journey": _first(Journey.objects),
            "protection_window": _first(ProtectionWindow.objects),
            "extension_rule": _first(ExtensionRule.objects),
            "approval_rule": _first(ApprovalRule.objects),
            "engagement_version": _first(RuleSet.objects),
            "programme": _first(Programme.objects.filter(code="reseller")),
            "programme_version": _first(ProgrammeVersion.objects),
            "standing": _first(Membership.objects.filter(programme__code="reseller")),
            "benefit": _first(Membership.objects.filter(programme__code="reseller")),
            "blueprint": _first(Upload.objects),
            "deal": _first(DealRegistration.objects.filter(state=State.SUBMITTED)),
        },
        "": {"directory_entry": lambda: Listing.objects.filter(listed=True)[0].partner_id},
    }


def paths(side: str, partner: Any) -> Iterator[str]:
    """Yield the path of every page of a side. A new page about a new kind of thing is missing here: add the thing."""
    known = things(partner)[side]
    for name, route in addresses(side):
        path = "/" + re.sub("<(?:slug|str):([a-z]+)>", lambda found: SLUGS[found[1]], route).lstrip("^")
        path = re.sub("<int:[a-z]+>", "0", path)
        if "<uuid:" in path:
            kind = max((kind for kind in known if name.startswith(kind)), key=len, default=None)
            if name == "partner_person_invite":
                kind = "partner"
            assert kind, f"no example for the page {name} ({route})"
            with as_system():
                path = re.sub("<uuid:[a-z]+>", str(known[kind]()), path)
        yield path


def inspect(page: Page, path: str) -> list[str]:
    """Return what is wrong with a page."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        return [f"{path}: {answer and answer.status}"]
    page.evaluate(AXE)
    wrong = [f"{path} light {found}" for found in page.evaluate(RUN, None)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    wrong += [f"{path} dark {found}" for found in page.evaluate(RUN, ["color-contrast", "link-in-text-block"])]
    page.set_viewport_size(PHONE)
    wider = page.evaluate(WIDER)
    return [*wrong, f"{path} phone {wider}"] if wider else wrong


def test_every_page_is_accessible_and_fits_a_phone(visit: Visitors, programme: None) -> None:
    wrong: list[str] = []
    partner = _persona("partner-admin").partner_id
    for side, person in (("", None), ("portal", "partner-admin"), ("console", "admin"), ("", "admin")):
        page = visit(_persona(person) if person else None)
        for path in list(paths(side, partner)):
            signing_in = path.startswith("/sign-in/")
            if side or signing_in == (person is None):
                wrong += inspect(page, path)
        page.context.close()
    page = visit(_persona("distributor"))
    with as_system():
        below = Partner.objects.filter(parent_id=_persona("distributor").partner_id)[0].pk
    wrong += inspect(page, f"/portal/company/resellers/{below}/")
    assert not wrong, "\n".join(wrong)
