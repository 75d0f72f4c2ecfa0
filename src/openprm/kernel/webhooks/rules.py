"""When to try again, when to give up, and what an address may be. Pure."""

import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

EVERY_TYPE = "*"

# What passes between the attempts; the last comes about three days after the first.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
ATTEMPTS = len(PAUSES) + 1
PATIENCE = timedelta(days=3)  # how long an endpoint may fail without one success

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def next_attempt(attempts: int, *, at: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None when it is enough."""
    return at + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def taken(status: int) -> bool:
    """Say whether the receiver took the message: any 2xx, and nothing else."""
    return 200 <= status < 300


def gives_up(failing_since: datetime | None, *, at: datetime) -> bool:
    """Say whether an endpoint has failed for so long that it is disabled."""
    return failing_since is not None and at - failing_since >= PATIENCE


def chosen_by(name: str) -> list[str]:
    """Return what an endpoint's event types hold one of, if it is to be told of an event."""
    return [name, EVERY_TYPE]


def url_problem(url: str, *, allow_private: bool) -> str:
    """Return why an address cannot be an endpoint (a code), or nothing."""
    if not url.isascii() or any(letter <= " " for letter in url):
        return "malformed"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "malformed"
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        return "malformed"
    if parts.username or parts.password or parts.fragment:
        return "malformed"
    if parts.scheme == "http" and not allow_private:
        return "not_https"
    return ""


def is_public(text: str) -> bool:
    """Say whether an address of the network is one anybody could reach, looking through IPv6's disguises for IPv4."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour or address.teredo:
            return False
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_global and not address.is_multicast and not address.is_reserved
