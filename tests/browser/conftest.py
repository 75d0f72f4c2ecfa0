"""The application as people meet it: served over HTTP with its event stream and a worker, opened in a real Chromium."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from openprm.accounts.models import Person
from openprm.kernel.access import as_system
from openprm.kernel.jobs import work_off
from tests.world import PASSWORD

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000  # milliseconds: the machine may be busy
PHONE = {"width": 390, "height": 844}
MARK = "window.isTheSamePage = true"
CONFETTI = """(() => {
    const root = document.documentElement;
    root.dataset.confetti = 0;
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
            for (const node of addedNodes) if (node.className === "confetti") root.dataset.confetti++;
    }).observe(document.body, { childList: true });
    document.addEventListener("htmx:after:swap", () => {
        root.dataset.news = document.querySelector("[data-celebrate]") ? 1 : 0;
    });
})()"""  # counts showers, which pass, and notes when there was something to celebrate
LINK = re.compile(r"(/(?:application|sign-in/invitation)/[\w-]+/)")

expect.set_options(timeout=PATIENCE)


class Server(uvicorn.Server):
    """The server of production, in a thread."""

    def __init__(self) -> None:
        from openprm.config.asgi import application

        super().__init__(
            uvicorn.Config(application, port=0, lifespan="on", log_level="warning", timeout_graceful_shutdown=1)
        )
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


class Worker(threading.Thread):
    """Works off the jobs that requests leave behind, delivers letters, and remembers what went wrong."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self.stopping = threading.Event()
        self.problem: Exception | None = None
        self.delivered: list[EmailMessage] = []
        self.delivery = threading.Condition()

    def run(self) -> None:
        """Do what is due until told to stop, or until something goes wrong."""
        try:
            while not self.stopping.wait(0.1):
                with as_system():
                    work_off(limit=20)
                self._deliver()
        except Exception as problem:
            self.problem = problem
            self._deliver()
        finally:
            connections.close_all()

    def letter(self, subject: str) -> EmailMessage:
        """Wait for a letter with these words in its subject; what was written along with it is there by then."""

        def found() -> EmailMessage | None:
            return next((letter for letter in self.delivered if subject in letter.subject), None)

        with self.delivery:
            self.delivery.wait_for(lambda: found() or self.problem, PATIENCE / 1000)
            letter = found()
        assert letter, f"no letter “{subject}” among {[letter.subject for letter in self.delivered]}; {self.problem}"
        return letter

    def _deliver(self) -> None:
        """Hand over the letters that the last round wrote; its transactions have ended."""
        with self.delivery:
            self.delivered[:] = mail.outbox
            self.delivery.notify_all()


def link(letter: EmailMessage) -> str:
    """Return the address on our pages that a letter asks its reader to open."""
    found = LINK.search(str(letter.body))
    assert found, letter.body
    return found[1]


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    """One Chromium for the tests of a file; its event loop must not outlive them, others bring their own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[Worker]:
    """Work off what happens in the test."""
    worker = Worker()
    worker.start()
    yield worker
    worker.stopping.set()
    worker.join(30)
    if worker.problem:
        raise worker.problem


@pytest.fixture
def live(worker: Worker) -> Iterator[str]:
    """Serve the whole application from the test database, with a worker; return its address."""
    server = Server()
    serving = threading.Thread(target=server.run, name="server", daemon=True)
    serving.start()
    assert server.ready.wait(30), "the server did not start"
    yield server.address
    server.should_exit = True
    serving.join(30)


class Visitors:
    """Opens browsers, and collects what their consoles complain about."""

    def __init__(self, chrome: Browser, address: str) -> None:
        self.chrome = chrome
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def __call__(self, person: Person | None = None, **options: Any) -> Page:
        """Open a browser of its own; ``person`` is signed in already."""
        context = self.chrome.new_context(base_url=self.address, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        self.contexts.append(context)
        if person is not None:
            sign_in(context, person, self.address)
        return context.new_page()

    def expect_complaints(self, *texts: str) -> None:
        """Let the browser complain of these from here on: it logs every answer of 400 and more."""
        self.expected += texts

    def _listen(self, message: ConsoleMessage) -> None:
        replaced = "AbortError" in message.text  # htmx says so itself when a newer keystroke replaces a request
        if message.type == "error" and not replaced and not any(text in message.text for text in self.expected):
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def leave(self) -> None:
        """Close all browsers."""
        for context in self.contexts:
            context.close()


def sign_in(context: BrowserContext, person: Person, address: str) -> None:
    """Give the browser the session of somebody who has signed in."""
    from django.test import Client

    client = Client()
    with as_system():
        client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


@pytest.fixture
def visit(chrome: Browser, live: str) -> Iterator[Visitors]:
    """Return what opens a browser. Afterwards no page may have complained in its console."""
    visitors = Visitors(chrome, live)
    yield visitors
    visitors.leave()
    assert visitors.complaints == []


@pytest.fixture
def end_sessions() -> Callable[[], None]:
    """Return what ends all sessions, as time would."""

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from django_session")

    return end


def type_password(page: Page, person: Person) -> None:
    """Sign in as people do."""
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def assert_nobody_reloaded(page: Page) -> None:
    """Hold that the page is the one that was marked: it changed by itself."""
    assert page.evaluate("window.isTheSamePage") is True
