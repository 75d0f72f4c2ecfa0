"""The application as people meet it: served over HTTP with its event stream and a worker, opened in a real Chromium."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings
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
    """Works off the jobs that requests leave behind, and remembers what went wrong."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self.stopping = threading.Event()
        self.problem: Exception | None = None

    def run(self) -> None:
        """Do what is due until told to stop, or until something goes wrong."""
        try:
            while not self.stopping.wait(0.1):
                with as_system():
                    work_off(limit=20)
        except Exception as problem:
            self.problem = problem
        finally:
            connections.close_all()


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    """One Chromium for the tests of a file; its event loop must not outlive them, others bring their own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def live(transactional_db: None) -> Iterator[str]:
    """Serve the whole application from the test database, with a worker; return its address."""
    server, worker = Server(), Worker()
    serving = threading.Thread(target=server.run, name="server", daemon=True)
    serving.start()
    worker.start()
    assert server.ready.wait(30), "the server did not start"
    yield server.address
    worker.stopping.set()
    server.should_exit = True
    worker.join(30)
    serving.join(30)
    if worker.problem:
        raise worker.problem


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
