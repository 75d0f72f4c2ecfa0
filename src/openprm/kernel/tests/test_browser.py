"""The kernel's own pages in a real browser, under the content security policy."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from openprm.kernel import notifications

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]

BRAND = "getComputedStyle(document.documentElement).getPropertyValue('--brand')"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page()
        opened.set_default_timeout(20_000)
        yield opened
        browser.close()


def test_the_documentation_works_under_our_policy_and_asks_no_other_host(page: Page, live_server: Any) -> None:
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None)
    page.goto(f"{live_server.url}/api/v1/docs")
    page.locator("[data-tag=Webhooks] a, [data-tag=Webhooks] button").first.click()
    page.locator(".opblock-summary").first.wait_for()
    assert hosts == {live_server.url.split("/")[2]}
    assert complaints == []


def test_the_page_takes_on_the_colour_being_chosen(page: Page, live_server: Any, world: Any) -> None:
    session = world.browser("admin").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/console/settings/brand/")
    before = page.evaluate(BRAND)
    page.locator("input[type=color]").evaluate(
        "field => { field.value = '#aa3300'; field.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    page.locator("#brand-preview link").wait_for(state="attached")
    for _moment in range(100):  # the policy forbids what a waiting script would need
        if page.evaluate(BRAND) != before:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(BRAND) != before


def test_the_bell_opens_what_is_new(page: Page, live_server: Any, world: Any) -> None:
    admin = world.person("admin")
    notifications.notify(kind="kernel.webhook_disabled_vendor", to=[admin.pk], title="It was switched off")
    session = world.browser("admin").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/console/settings/brand/")
    page.locator("#bell").click()
    page.locator("#bell-menu").get_by_text("It was switched off").wait_for()
    assert "1" in page.locator("#bell").inner_text()
