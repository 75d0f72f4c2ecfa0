"""The public's pages without a script, and the console's."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.jobs import work_off
from openprm.kernel.settings_store import StoredSetting
from openprm.recruiting import limits, services
from openprm.recruiting.models import Application, ApplicationForm, Listing
from openprm.recruiting.services import links
from openprm.recruiting.tests.conftest import SAID, WHO, Recruiting
from tests.world import NOW, World

STEP_1 = {"q_website": SAID["website"], "q_verticals": SAID["verticals"]}
STEP_2 = {"q_services": SAID["services"], "q_seats": SAID["seats"]}


@pytest.fixture
def unhurried(recruiting: Recruiting) -> None:
    """Let forms come back at once."""
    setting("least_seconds", 0)


def setting(key: str, value: Any) -> None:
    """Change a setting of recruiting."""
    with as_system():
        StoredSetting.objects.update_or_create(key=f"recruiting.{key}", defaults={"value": value})
        settings_store.forget()


def begin(client: Client, code: str = "msp", **who: str) -> Any:
    """Send the first step."""
    return client.post(f"/apply/{code}/", {**WHO, "shown": limits.stamp(), **who})


def only() -> Application:
    """Return the one application there is."""
    with as_system():
        return Application.objects.select_related("form").get()


@pytest.mark.usefixtures("unhurried")
def test_a_stranger_applies_step_by_step_without_a_script(
    recruiting: Recruiting, mailoutbox: list[EmailMessage]
) -> None:
    recruiting.form()
    client = Client()
    assert client.get("/apply/?utm_source=fair&utm_campaign=autumn").url == "/apply/msp/"  # type: ignore[attr-defined]
    assert b"Become a service partner" in client.get("/apply/msp/").content
    first = begin(client)
    page = client.get(first.url)
    assert b"Website" in page.content
    second = client.post(first.url, STEP_1)
    shown = client.get(second.url).content.decode()
    assert "How many seats do you manage?" in shown  # without a script every question of the page is shown
    review = client.post(second.url, STEP_2)
    assert b"Managed services" in client.get(review.url).content
    assert client.post(review.url, {}).status_code == 422
    sent = client.post(review.url, {"consent": "terms"})
    assert b"Confirm your e-mail address" in client.get(sent.url).content
    with as_system():
        work_off()
    links = [re.search(r"(/application/[^/]+/)\s", str(letter.body)) for letter in mailoutbox]
    confirm = [found[1] for found in links if found][-1]
    assert b"Confirm my address and send" in client.get(confirm).content
    assert only().state == "unverified"  # a mail scanner that opens the link confirms nothing
    client.post(confirm, {"act": "confirm"})
    application = only()
    assert (application.state, application.source, application.campaign) == ("submitted", "campaign", "autumn")


@pytest.mark.usefixtures("unhurried")
def test_nothing_typed_is_lost_when_an_answer_is_wrong(recruiting: Recruiting) -> None:
    recruiting.form()
    client = Client()
    wrong = begin(client, email="nonsense")
    assert wrong.status_code == 422
    assert b"Costa Informatica Lda" in wrong.content
    url = begin(client).url
    again = client.post(url, {"q_website": "not an address"})
    assert again.status_code == 422
    assert b"not an address" in again.content
    assert only().answers["website"] == "not an address"
    client.post(url.replace("/step/1/", "/step/1/save/"), {"q_website": "costa-it.com"})
    assert b"costa-it.com" in client.get(url).content


def test_programs_are_kept_out_and_people_are_not_punished(recruiting: Recruiting) -> None:
    recruiting.form()
    client = Client()
    quick = begin(client)
    assert (quick.status_code, b"very quick" in quick.content) == (422, True)
    assert b"Costa Informatica Lda" in quick.content
    setting("least_seconds", 0)
    trapped = begin(client, company_fax="123")
    assert trapped.status_code == 422
    assert client.post("/apply/msp/", WHO).status_code == 422  # the form was never shown
    assert begin(client).status_code == 302


@pytest.mark.usefixtures("unhurried")
def test_too_many_beginnings_wait_by_address_and_by_network(recruiting: Recruiting) -> None:
    recruiting.form()
    setting("starts_per_address", 1)
    client = Client()
    assert begin(client).status_code == 302
    refused = begin(client)
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert b"Costa Informatica Lda" in refused.content
    setting("starts_per_network", 2)
    assert begin(client, email="other@costa-it.com").status_code == 429
    assert begin(Client(REMOTE_ADDR="198.51.100.7"), email="third@costa-it.com").status_code == 302


def test_a_guessed_link_opens_nothing(recruiting: Recruiting) -> None:
    recruiting.submitted(recruiting.form())
    for path in ("/application/guess/", "/application/guess/step/1/", "/application/guess/send/"):
        assert Client().get(path).status_code == 404


def test_asking_for_a_lost_link_tells_nobody_whether_there_is_one(
    recruiting: Recruiting, mailoutbox: list[EmailMessage]
) -> None:
    recruiting.started(recruiting.form())
    with as_system():
        work_off()
    known = Client().post("/application/", {"email": WHO["email"]})
    unknown = Client().post("/application/", {"email": "else@example.org"})
    said = [
        re.sub(r'(CSRFToken": |csrfmiddlewaretoken" value=)"[^"]+"', "", page.content.decode()).replace(email, "")
        for page, email in ((known, WHO["email"]), (unknown, "else@example.org"))
    ]
    assert said[0] == said[1]
    with as_system():
        work_off()
    assert len(mailoutbox) == 2


def test_a_draft_is_seen_by_nobody_and_a_closed_form_says_so(recruiting: Recruiting) -> None:
    form = recruiting.form()
    with as_system():
        services.close_form(form=form, by=SYSTEM, at=NOW)
    assert b"Applications are closed" in Client().get("/apply/msp/").content
    with as_system():
        services.unpublish_form(form=form, by=SYSTEM, at=NOW)
    assert Client().get("/apply/msp/").status_code == 404


def test_a_reviewer_works_through_an_application(recruiting: Recruiting, world: World) -> None:
    application = recruiting.submitted(recruiting.form())
    manager = world.browser("channel_manager")
    assert b"Costa Informatica Lda" in manager.get("/console/applications/").content
    page = f"/console/applications/{application.pk}/"
    shown = manager.get(page).content.decode()
    assert "Managed services" in shown
    assert "Score 40 of 60" in shown
    assert manager.post(f"{page}review/").status_code == 302
    assert manager.post(f"{page}ask/", {"text": ""}).status_code == 422
    assert manager.post(f"{page}ask/", {"text": "Which vendors?"}).status_code == 302
    assert manager.post(f"{page}note/", {"text": "Known from the fair."}).status_code == 302
    assert manager.post(f"{page}reject/", {"reason": ""}).status_code == 422
    assert manager.post(f"{page}approve/", {"text": ""}).status_code == 302
    assert b"Open the partner" in manager.get(page).content
    application = only()
    assert b"How it came" in manager.get(f"/console/partners/{application.partner_id}/").content
    assert b"Applications to decide" in manager.get("/console/").content


def test_an_administrator_draws_a_form_on_the_pages(world: World) -> None:
    admin = world.browser("admin")
    made = admin.post(
        "/console/recruiting/forms/add/",
        {"title": "Resellers", "code": "resellers", "target_hours": 48, "approve_as": "active", "order": 10},
    )
    page = made.url  # type: ignore[attr-defined]
    website = {"field": "website", "required": "on"}
    assert admin.post(f"{page}question/", website).status_code == 302
    own = {"label": "Do you train?", "kind": "yes_no", "when_op": "is"}
    assert admin.post(f"{page}question/", own).status_code == 302
    depends = {
        "label": "How many people?", "kind": "number",
        "when_question": "do_you_train", "when_op": "is", "when_values": "Yes",
    }  # fmt: skip
    assert admin.post(f"{page}question/", depends).status_code == 302
    assert admin.post(f"{page}consent/", {"label": "I agree", "text": "Terms", "required": "on"}).status_code == 302
    points = {"points": 10, "field_0": "country", "op_0": "is", "values_0": "Germany\nAustria"}
    assert admin.post(f"{page}points/", points).status_code == 302
    assert admin.post(f"{page}points/", {**points, "values_0": "Atlantis"}).status_code == 422
    rule = {"enabled": "on", "least_score": 10, "signs": ["own_domain"]}
    assert admin.post(f"{page}approval/", rule).status_code == 302
    shown = admin.get(page).content.decode()
    assert "Only if Do you train? is Yes" in shown
    assert "Country is Germany or Austria" in shown
    assert "Score of at least 10" in shown
    moved = admin.post(f"{page}arrange/", {"part": "questions", "index": "2", "act": "up"}, follow=True)
    assert "Move it down" in moved.content.decode()
    assert (
        admin.post(f"{page}consent/0/", {"label": "I agree", "text": "New terms", "required": "on"}).status_code == 302
    )
    assert admin.post(f"{page}move/publish/").status_code == 302
    with as_system():
        form = ApplicationForm.objects.get(code="resellers")
        assert form.asks.consents[0].edition == 2
        assert [one.key for one in form.asks.questions] == ["website", "do_you_train", "how_many_people"]
    assert Client().get("/apply/resellers/").status_code == 200


def test_the_funnel_counts_each_stage_and_each_number_opens_its_list(recruiting: Recruiting, world: World) -> None:
    form = recruiting.form()
    recruiting.started(form, email="a@costa-it.com")
    recruiting.filled(form, email="b@costa-it.com")
    recruiting.submitted(form)
    with as_system():
        Application.objects.update(updated_at=NOW)
    analyst = world.browser("analyst")
    shown = analyst.get("/console/recruiting/funnel/?days=365").content.decode()
    assert "Where they stop" in shown
    urls = re.findall(r'href="(/console/applications/\?[^"]+reached=submitted[^"]*)"', shown)
    listed = analyst.get(urls[0].replace("&amp;", "&")).content.decode()
    assert listed.count("Costa Informatica Lda") >= 1
    stopped = re.findall(r'href="(/console/applications/\?[^"]+stopped=website[^"]*)"', shown)
    assert "1" in analyst.get(stopped[0].replace("&amp;", "&")).content.decode()


def test_the_directory_is_off_until_somebody_switches_it_on(world: World) -> None:
    listed(world)
    assert Client().get("/directory/").status_code == 404
    setting("directory", True)
    assert b"Alfa" in Client().get("/directory/").content


def test_the_directory_tells_of_active_partners_who_agreed_and_nothing_else(world: World) -> None:
    setting("directory", True)
    world.beta  # noqa: B018 - a partner that did not agree
    row = listed(world)
    shown = Client().get("/directory/").content.decode()
    assert "We build warehouses." in Client().get(f"/directory/{row.partner_id}/").content.decode()
    assert "Alfa" in shown
    assert "Beta" not in shown
    for word in ("gold", "Registered", "channel_manager", "@example.com"):
        assert word not in shown
    assert Client().get("/directory/?q=zzz").content.decode().count("Alfa") == 0
    with as_system():
        row.partner.status = "suspended"
        row.partner.write("status", at=NOW)
    assert Client().get(f"/directory/{row.partner_id}/").status_code == 404
    assert Client().get(f"/directory/{world.beta.pk}/").status_code == 404


def test_only_the_company_itself_agrees_to_be_listed(world: World) -> None:
    setting("directory", True)
    browser = world.browser("admin", world.alfa)
    assert b"Public directory" in browser.get("/portal/company/").content
    assert browser.post("/portal/company/directory/", {"listed": "on", "description": ""}).status_code == 422
    said = {"listed": "on", "description": "We build warehouses.", "show_website": "on"}
    assert browser.post("/portal/company/directory/", said).status_code == 302
    with as_system():
        row = Listing.objects.get(partner=world.alfa)
    assert (row.listed, row.agreed_by_name) == (True, "alfa.admin")
    assert world.browser("sales", world.alfa).post("/portal/company/directory/", said).status_code == 403


def listed(world: World) -> Listing:
    """Let Alfa be listed."""
    actor = world.actor("admin", world.alfa)
    with as_system():
        return services.change_listing(
            partner=world.alfa, listed=True, description="We build warehouses.", show_website=True, by=actor, at=NOW
        )


@pytest.mark.usefixtures("unhurried")
def test_nobody_floods_a_strangers_mailbox_by_sending_again_and_again(
    recruiting: Recruiting, mailoutbox: list[EmailMessage]
) -> None:
    recruiting.form()
    client = Client()
    url = begin(client).url
    client.post(url, STEP_1)
    review = client.post(url.replace("/step/1/", "/step/2/"), STEP_2).url
    answers = [client.post(review, {"consent": "terms"}) for _number in range(10)]
    with as_system():
        work_off()
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert len(mailoutbox) <= 7


@pytest.mark.usefixtures("unhurried")
def test_what_no_database_can_store_is_refused_in_words(recruiting: Recruiting) -> None:
    application = recruiting.submitted(recruiting.form())
    client = Client()
    assert client.post("/application/", {"email": "a\0b@costa-it.com"}).status_code == 422
    client.get("/apply/?utm_campaign=a%00b")
    assert begin(client, email="other@costa-it.com").status_code == 302
    with as_system():
        services.ask(application=application, text="How many?", by=SYSTEM, at=NOW)
        secret = links.issue(application, by_mail=True, at=timezone.now())
    refused = client.post(f"/application/{secret}/", {"act": "answer", "text": "Two\0hundred"})
    assert refused.status_code == 422
