"""One request to an address that somebody else chose: pinned, bounded, and never into our own network.

The name is resolved once; the connection goes to exactly the address that was checked, so a name that changes its mind
in between changes nothing. Redirects are not followed and proxies of the environment not used.
"""

import socket
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx

from openprm.kernel.webhooks import rules

CONNECT, READ, LONGEST = 5.0, 10.0, 15.0  # seconds
MOST_READ = 1024  # bytes of the answer


class NotAllowed(Exception):
    """The address leads where no message may go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt; ``status`` is 0 when there was no answer."""

    status: int
    milliseconds: int
    body: str = ""
    error: str = ""


def post(url: str, *, body: bytes, headers: dict[str, str], allow_private: bool) -> Answer:
    """Send the body to the address and return what came of it; never raises for what the other side does."""
    started = time.monotonic()
    status, text, error = 0, "", ""
    try:
        status, text = _exchange(url, body, headers, allow_private)
    except (httpx.HTTPError, httpx.InvalidURL, NotAllowed, OSError, UnicodeError) as failure:
        error = f"{type(failure).__name__}: {failure}"[:300]
    return Answer(status, round((time.monotonic() - started) * 1000), text, error)


def _exchange(url: str, body: bytes, headers: dict[str, str], allow_private: bool) -> tuple[int, str]:
    problem = rules.url_problem(url, allow_private=allow_private)
    if problem:
        raise NotAllowed(problem)
    parts = urlsplit(url)
    pinned = _pinned(parts, resolve(parts, allow_private=allow_private))
    timeout = httpx.Timeout(READ, connect=CONNECT)
    deadline = time.monotonic() + LONGEST
    named = {**headers, "Host": parts.netloc, "Content-Type": "application/json", "User-Agent": "OpenPRM-Webhooks/1"}
    extensions = {"sni_hostname": parts.hostname}
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=timeout) as client,
        client.stream("POST", pinned, content=body, headers=named, extensions=extensions) as response,
    ):
        return response.status_code, _beginning(response, deadline)


def resolve(parts: SplitResult, *, allow_private: bool) -> str:
    """Return the address to connect to; raise NotAllowed if the name leads to any that is not public."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in found]
    if not allow_private and not all(rules.is_public(address) for address in addresses):
        raise NotAllowed("the address is not on the public internet")
    return addresses[0]


def _pinned(parts: SplitResult, address: str) -> str:
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, host + port, parts.path or "/", parts.query, ""))


def _beginning(response: httpx.Response, deadline: float) -> str:
    """Return the first bytes of the answer, as text."""
    read = b""
    for chunk in response.iter_raw():
        read += chunk
        if len(read) >= MOST_READ or time.monotonic() > deadline:
            break
    return read[:MOST_READ].decode("utf-8", "replace").replace("\0", "")
