"""The blind check in a real browser: the name stays there, and both languages write it alike."""

import logging

import pytest
from django.conf import settings
from playwright.sync_api import expect

from openprm.checks.models import Asked
from openprm.customers import services as customers
from openprm.customers.blind import digests, writing
from openprm.customers.tests.test_blind import CASES
from openprm.kernel.access import as_system
from tests.browser.conftest import Visitors
from tests.world import World

MORE = [
    "A & B Ltd",
    "شركة الاتصالات",
    "3M",
    "Société Générale S.A.",
    "Sp. z o.o. Kowalski",
    "ΣΊΣΥΦΟΣ ΑΕ",
    "x" * 500,
    "대한항공 주식회사",
]
SITES = [
    "https://www.shop.contoso.co.uk/x?y",
    "max@mail.contoso.com",
    "contoso",
    "CONTOSO.COM:8080",
    " contoso.com. ",
    "a b.com",
]


def test_the_browser_writes_names_and_websites_as_the_server_does(visit: Visitors, world: World) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/check/blind/")
    names = [name for name, _key in CASES] + MORE
    told = page.evaluate(
        """async ({names, sites}) => {
            const form = document.getElementById("blind-form");
            const table = await (await fetch(form.dataset.table)).json();
            const blind = window.OpenPRMBlind;
            const asked = [];
            for (const name of names) asked.push(await blind.ask(table, form.dataset.key, name, "contoso.com"));
            return {
                keys: names.map((name) => blind.key(table, name)),
                beginnings: names.map((name) => blind.beginning(table, name)),
                domains: sites.map((site) => blind.domains(site)),
                asked,
            };
        }""",
        {"names": names, "sites": SITES},
    )
    assert told["keys"] == [writing.key(name) for name in names]
    assert told["beginnings"] == [writing.beginning(name) for name in names]
    assert told["domains"] == [writing.domains(site) for site in SITES]
    for name, asked in zip(names, told["asked"], strict=True):
        blind = digests.of(name, "contoso.com")
        assert asked == {
            "name": blind.name.hex(),
            "beginning": blind.beginning.hex(),
            "domains": [domain.hex() for domain in blind.domains],
        }


def test_a_company_is_asked_about_without_being_named(
    visit: Visitors, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.approved(world.beta, customer="Zyzzyva Works GmbH")
    with as_system():
        customers.shelve_blind()
    page = visit(world.person("sales", world.alfa))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    with caplog.at_level(logging.DEBUG):
        page.goto("/portal/check/blind/")
        for name, answer in (("Zyzzyva Works", "Not clear"), ("Quixotic Plc", "Clear")):
            page.get_by_label("Customer", exact=False).first.fill(name)
            page.get_by_role("button", name="Ask").click()
            expect(page.locator("#blind-answer strong").first).to_have_text(answer)
    assert not [one for one in sent if "zyzzyva" in one.lower() or "quixotic" in one.lower()]
    assert "quixotic" not in caplog.text.lower()


def test_an_answer_goes_with_what_was_asked(visit: Visitors, world: World) -> None:
    with as_system():
        customers.shelve_blind()
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/check/blind/")
    name, answer = page.get_by_label("Customer", exact=False).first, page.locator("#blind-answer strong").first
    name.fill("Quixotic Plc")
    page.get_by_role("button", name="Ask").click()
    expect(answer).to_have_text("Clear")
    name.press_sequentially("x")
    expect(answer).to_have_text("Clear, or not clear")
    expect(page.locator("#blind-answer")).to_contain_text("checks left today")


def test_a_blind_question_without_a_name_says_what_is_missing(visit: Visitors, world: World) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/check/blind/")
    name, answer = page.get_by_label("Customer", exact=False).first, page.locator("#blind-answer")
    for typed in ("", "   ", "株式会社", "GmbH", "The Inc."):
        name.fill(typed)
        page.get_by_role("button", name="Ask").click()
        expect(answer).to_contain_text("Type the company's name first")
        expect(name).to_be_focused()
    with as_system():
        assert not Asked.objects.exists()  # none of these costs a check
    name.fill("Quixotic Plc")
    expect(answer).not_to_contain_text("Type the company's name first")


def test_a_blind_question_without_an_answer_says_so(visit: Visitors, world: World) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/check/blind/")
    page.get_by_label("Customer", exact=False).first.fill("Quixotic Plc")
    visit.expect_complaints("401")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#blind-answer")).to_contain_text("You have been signed out.")


def test_the_name_stays_in_the_browser_where_the_script_does_not_come(visit: Visitors, world: World) -> None:
    page = visit(world.person("sales", world.alfa))
    page.route("**/blind-check*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page.goto("/portal/check/blind/")
    page.get_by_label("Customer", exact=False).first.fill("Quixotic Plc")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_label("Customer", exact=False).first).to_have_value("Quixotic Plc")
    assert not [one for one in sent if "quixotic" in one.lower()]
