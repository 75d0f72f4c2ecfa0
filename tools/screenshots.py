"""Take the pictures in docs/screenshots anew, from a fresh demo: ``make screenshots``."""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from setup import browser as chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
DESKTOP, PHONE = (1280, 800), (390, 844)
PATIENCE = 240  # seconds until a fresh demo answers
LARGEST = 150_000  # bytes of a picture


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which page, and what they did there before."""

    name: str
    who: str
    path: str
    prepare: Callable[[Page], None] | None = None
    size: tuple[int, int] = DESKTOP
    dark: bool = False


def register(customer: str, country: str, line: str, level: str) -> Callable[[Page], None]:
    """Return what fills in a registration and waits for its verdict."""

    def fill(page: Page) -> None:
        page.locator("#id_country").select_option(label=country)
        page.get_by_label(line).first.check()
        page.locator("#id_customer_name").press_sequentially(customer, delay=10)
        expect(page.locator(f"#verdict [data-level={level}]")).to_be_visible()
        page.locator("#id_value_0").fill("48,000")
        expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        if page.viewport_size and page.viewport_size["width"] == PHONE[0]:
            page.locator(".register-verdict").evaluate("panel => panel.scrollIntoView({block: 'center'})")

    return fill


def open_first(words: str, after: int = 0) -> Callable[[Page], None]:
    """Return what opens the first row of a list that says ``words``, after as many others."""

    def follow(page: Page) -> None:
        page.locator("tr[data-href]").filter(has_text=words).nth(after).get_by_role("link").first.click()
        expect(page.locator(".deal-now")).to_be_visible()

    return follow


def pictures(taken: tuple[str, str, str]) -> Iterator[Picture]:
    """Yield what is pictured; ``taken`` is a customer, its country and product line that a rival is protected for."""
    blocked = register(*taken, "blocked")
    clear = register("Sonnental Feinmechanik GmbH", "Germany", "Halden Cloud", "clear")
    form, queue = "/portal/deals/register/", "/console/review-queue/"
    approved = open_first("Protected")
    yield Picture("portal-home", "partner-sales", "/portal/")
    yield Picture("portal-home-phone", "partner-sales", "/portal/", size=PHONE)
    yield Picture("register-clear", "partner-sales", form, clear)
    yield Picture("register-blocked", "partner-sales", form, blocked)
    yield Picture("register-blocked-phone", "partner-sales", form, blocked, PHONE)
    yield Picture("deal", "partner-sales", "/portal/deals/?state=approved", approved)
    yield Picture("deal-phone", "partner-sales", "/portal/deals/?state=approved", approved, PHONE)
    yield Picture("review-queue", "channel-manager", queue)
    yield Picture("review-queue-phone", "channel-manager", queue, size=PHONE)
    yield Picture("conflict", "channel-manager", queue, open_first("Blocked", 1))
    yield Picture("pipeline", "channel-manager", "/console/pipeline/")
    yield Picture("pipeline-dark", "channel-manager", "/console/pipeline/", dark=True)
    yield Picture("partners", "admin", "/console/partners/")
    yield Picture("audience", "admin", "/console/audiences/add/", _build_audience)
    yield Picture("onboarding", "channel-manager", "/console/journeys/")
    yield Picture("automation", "channel-manager", "/console/automations/", _open_automation)
    yield Picture("progress", "partner-admin", "/portal/programme/")
    yield Picture("fairness", "partner-admin", "/portal/conduct/")
    yield Picture("api", "admin", "/api/v1/docs", _await_api)


def _build_audience(page: Page) -> None:
    page.get_by_label("Name").first.fill("Partners to invite to the summit")
    page.get_by_role("button", name="Add a condition").first.click()
    page.get_by_label("Managed services").check()
    expect(page.get_by_text("right now")).to_be_visible()


def _open_automation(page: Page) -> None:
    page.locator("tr[data-href]").filter(has_text="healthcare").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("healthcare")


def _await_api(page: Page) -> None:
    expect(page.locator(".opblock-tag").first).to_be_visible()


def taken_by_the_rival(page: Page) -> tuple[str, str, str]:
    """Return a customer, its country and product line that the competing partner is protected for."""
    page.goto("/portal/deals/?state=approved")
    open_first("Protected")(page)
    facts = dict(
        zip(page.locator("main dt").all_inner_texts(), page.locator("main dd").all_inner_texts(), strict=False)
    )
    return page.locator("h1").inner_text(), facts["Country"], facts["Product lines"].split(",")[0]


@contextmanager
def demo() -> Iterator[str]:
    """Run a fresh demo, or use the one that OPENPRM_DEMO names; yield its address."""
    if running := os.environ.get("OPENPRM_DEMO"):
        yield running
        return
    with tempfile.TemporaryDirectory(prefix="openprm-pictures-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "openprm", "demo", "--port", str(port)]
        process = subprocess.Popen(command, env={**os.environ, "OPENPRM_DATA": folder}, cwd=ROOT)  # noqa: S603
        try:
            _await_answer(f"http://127.0.0.1:{port}/sign-in/", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _await_answer(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)  # noqa: S310
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    sys.exit("The demo did not start; see above.")


def visit(browser: Browser, base: str, picture: Picture) -> Page:
    """Return a page of the picture's size in which its person is signed in."""
    width, height = picture.size
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator(f"form[action$='/demo/{picture.who}/'] button").click()
    page.wait_for_url(re.compile("/(portal|console)/"))
    return page


def take(browser: Browser, base: str, picture: Picture) -> None:
    """Take one picture."""
    page = visit(browser, base, picture)
    page.goto(picture.path)
    if picture.prepare:
        picture.prepare(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_function("[...document.querySelectorAll('canvas')].every(canvas => canvas.width > 0)")
    save(page.screenshot(animations="disabled"), FOLDER / f"{picture.name}.png")
    page.context.close()


def save(raw: bytes, path: Path) -> None:
    """Keep a picture in as many colours as fit the size."""
    image = Image.open(io.BytesIO(raw)).convert("RGB")
    for colours in (256, 128, 64):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return


def main() -> None:
    """Take all pictures, or those whose names are given."""
    expect.set_options(timeout=30_000)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        rival = visit(browser, base, Picture("", "rival-sales", ""))
        for picture in pictures(taken_by_the_rival(rival)):
            if not sys.argv[1:] or picture.name in sys.argv[1:]:
                print(picture.name, flush=True)  # noqa: T201
                take(browser, base, picture)
        browser.close()


if __name__ == "__main__":
    main()
