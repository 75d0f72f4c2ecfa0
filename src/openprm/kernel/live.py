"""A page changes when the data does: server-sent events from PostgreSQL notifications.

One connection per process listens and fans out to the browsers' queues; what is sent is a name and an id, and the
page asks for its fragment again, so no browser learns by this way what it may not see.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpRequest
from django.utils.module_loading import import_string

from openprm.kernel import hints
from openprm.kernel.access import Actor, as_system
from openprm.kernel.events.models import Event
from openprm.kernel.hints import LIVE_CHANNEL
from openprm.kernel.ids import first_of

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT = 20  # seconds
LONGEST = 30 * 60  # seconds; the browser reconnects, and with it signs in again
QUEUE = 100  # messages a slow browser may lag behind
UNDER_WAY = 5  # seconds: what began that long before a page was drawn may have been committed after it
LOOKED_BACK = 120  # seconds; a browser that was away for longer asks for everything on its own


@dataclass(eq=False)
class Listener:
    """One browser: who it is, and what it has yet to be told."""

    actor: Actor
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def may_hear(self, message: dict[str, Any]) -> bool:
        """Say whether the fact concerns this browser's user."""
        if self.actor.is_vendor:
            return True
        return bool(message["shared"]) and message["partner"] in {str(partner) for partner in self.actor.partner_ids}

    def tell(self, message: dict[str, Any]) -> None:
        """Queue the message; a browser that lags too far behind loses the oldest and reloads on its own."""
        self._put(json.dumps({"event": message["event"], "id": message["id"]}))

    def send_away(self) -> None:
        """End the stream: the browser comes back by itself, and asks for everything that it may have missed."""
        self._put(None)

    def _put(self, message: str | None) -> None:
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(message)


class Hub:
    """The process's one listening connection and the browsers it tells."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.hears = asyncio.Event()
        self._missed = False  # something may have been: the database was away
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def joined(self, actor: Actor) -> Any:
        """Let a browser hear for the length of the block."""
        listener = Listener(actor)
        self.listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            yield listener
        finally:
            self.listeners.discard(listener)

    async def _listen(self) -> None:
        """Hear PostgreSQL until no browser is left; reconnect with growing pauses."""
        pause = 1
        while self.listeners:
            try:
                async for message in self._notifications():
                    pause = 1
                    for listener in list(self.listeners):
                        if listener.may_hear(message):
                            listener.tell(message)
            except psycopg.Error as error:
                self._missed = True
                log.warning("live updates lost the database (%s); trying again in %s s", error, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)

    async def _notifications(self) -> AsyncIterator[dict[str, Any]]:
        parameters = await sync_to_async(_connection_parameters)()
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listening:
            await listening.execute(f"listen {LIVE_CHANNEL}")
            self.hears.set()
            if self._missed:
                self._missed = False
                for listener in self.listeners:
                    listener.send_away()
            try:
                while self.listeners:
                    async for notification in listening.notifies(timeout=HEARTBEAT):
                        yield json.loads(notification.payload)
            finally:
                self.hears.clear()


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return this event loop's hub."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer ``/live/``: an endless event stream for somebody signed in, 401 for others (an ASGI application).

    While the database is away it is 503.
    """
    try:
        actor = await sync_to_async(_actor_of)(scope)
    except (OperationalError, InterfaceError):
        await _refuse(send, 503, b"Come back shortly.")
        return
    if not actor.is_signed_in:
        await _refuse(send, 401, b"Sign in first.")
        return
    await _start(send, 200, "text/event-stream")
    with hub().joined(actor) as listener:
        catching_up = asyncio.create_task(_catch_up(listener, _drawn_at(scope)))
        telling = asyncio.create_task(_tell(listener, send))
        leaving = asyncio.create_task(_gone(receive))
        await asyncio.wait({telling, leaving}, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        for task in (catching_up, telling, leaving):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, OperationalError, InterfaceError):
                await task
    with contextlib.suppress(OSError, RuntimeError):
        await send({"type": "http.response.body", "body": b""})


async def _catch_up(listener: Listener, drawn_at: float | None) -> None:
    """Tell what happened between the drawing of the page and now, once everything that happens next is heard."""
    if drawn_at is None or time.time() - drawn_at > LOOKED_BACK:
        return
    await hub().hears.wait()
    for message in await sync_to_async(_since)(listener.actor, drawn_at - UNDER_WAY):
        listener.tell(message)


def _since(actor: Actor, moment: float) -> list[dict[str, Any]]:
    """Return what the actor may hear of since a moment (Unix seconds), as it would have been told."""
    events = Event.objects.filter(pk__gte=first_of(moment))
    if not actor.is_vendor:
        events = events.filter(shared=True, partner_id__in=actor.partner_ids)
    try:
        with as_system():
            found = list(events.order_by("-pk").values_list("name", "subject_id")[:QUEUE])
            besides = hints.since(actor, moment)
    finally:
        connections.close_all()
    facts = [{"event": name, "id": str(subject)} for name, subject in reversed(found)]
    return facts + [{"event": name, "id": ""} for name in besides]


def _drawn_at(scope: Scope) -> float | None:
    """Return when the page was drawn that opens the stream (Unix seconds), where it says so."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("since", [""])[0]
    return float(given) if given.isdecimal() and len(given) < 12 else None


async def _tell(listener: Listener, send: Send) -> None:
    await _chunk(send, "retry: 3000\n\n")
    while True:
        try:
            message = await asyncio.wait_for(listener.queue.get(), HEARTBEAT)
        except TimeoutError:
            await _chunk(send, ": still here\n\n")
        else:
            if message is None:
                return
            await _chunk(send, f"data: {message}\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, text: bytes) -> None:
    await _start(send, status, "text/plain")
    await send({"type": "http.response.body", "body": text})


async def _start(send: Send, status: int, kind: str) -> None:
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _chunk(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _actor_of(scope: Scope) -> Actor:
    """Find out who asks, and give the database connection back before the stream begins."""
    try:
        request: HttpRequest = ASGIRequest(dict(scope), None)  # type: ignore[arg-type]
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        with as_system():
            actor: Actor = import_string(settings.OPENPRM_ACTOR_RESOLVER)(request)
        return actor
    finally:
        connections.close_all()


def _connection_parameters() -> dict[str, Any]:
    """Return what psycopg needs to connect as Django does."""
    parameters = connection.get_connection_params()
    keep = ("host", "port", "dbname", "user", "password", "options", "sslmode", "sslrootcert")
    return {key: parameters[key] for key in keep if parameters.get(key)}
