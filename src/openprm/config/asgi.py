"""One port for everything: event streams run here, asynchronously; pages and API go to Django in a pool of threads.

Django answers a page under ASGI at two to eight times the processor time of WSGI, and event streams under WSGI would
keep a thread each; so each gets what suits it.
"""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from types import FrameType
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from openprm.config import processes
from openprm.config.settings import ENVIRONMENT
from openprm.config.wsgi import application as pages_wsgi

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LIVE = "/live/"

processes.follow_parent()
_pages: Any = WSGIMiddleware(pages_wsgi, workers=ENVIRONMENT.threads)  # type: ignore[arg-type]
_stopping: asyncio.Event | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection's request."""
    if scope["type"] == "lifespan":
        await _live_until_shutdown(receive, send)
    elif scope["type"] == "http":
        scope = _trustworthy(scope)
        if scope["path"] == LIVE:
            await _stream(scope, receive, send)
        else:
            await _pages(scope, receive, send)


async def _stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve an endless stream, which ends when the server wants to stop."""
    from openprm.kernel import live

    streaming = asyncio.ensure_future(live.stream(scope, receive, send))
    stopping = asyncio.ensure_future(_stopping.wait()) if _stopping else None
    try:
        await asyncio.wait({task for task in (streaming, stopping) if task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, streaming):
            if task and not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    if not streaming.cancelled():
        streaming.result()


def _trustworthy(scope: Scope) -> Scope:
    """Return the scope without what a browser could forge.

    WSGI cannot tell ``X_Forwarded_For`` from ``X-Forwarded-For``, so names with underscores are dropped; the client's
    address is the one that the outermost of our own proxies (``OPENPRM_PROXIES``) has seen.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    scope = {**scope, "headers": headers}
    if ENVIRONMENT.proxies:
        seen = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin1").split(",")
        address = seen[-ENVIRONMENT.proxies].strip() if len(seen) >= ENVIRONMENT.proxies else ""
        if address:
            scope["client"] = (address, 0)
    return scope


async def _live_until_shutdown(receive: Receive, send: Send) -> None:
    global _stopping
    await receive()
    _stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        _tell_streams_first(number, asyncio.get_running_loop(), _stopping)
    _settle()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def _settle() -> None:
    """Load every page's code, and have the garbage collector never walk it again.

    A full collection took 140 to 180 ms in the midst of a request, nearly all of it over what lives as long as we do.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def _tell_streams_first(number: int, loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """Put ourselves before the server's signal handler: it waits for streams that would never end."""
    handle = signal.getsignal(number)

    def stop(received: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        if callable(handle):
            handle(received, frame)

    with contextlib.suppress(ValueError):  # not in the main thread: tests
        signal.signal(number, stop)
