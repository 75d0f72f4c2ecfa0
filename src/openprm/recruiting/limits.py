"""What keeps the public pages from being flooded: counts by address and network, and the least time a person needs.

Networks and addresses are counted by a keyed hash; neither is kept.
"""

import ipaddress
from datetime import timedelta
from time import time

from allauth.core.internal.httpkit import get_client_ip
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from openprm.accounts.models import normalised
from openprm.kernel import settings_store, throttle

HOUR = timedelta(hours=1)
TRAP = "company_fax"  # a field that people do not see; programs fill it in
OLDEST = 60 * 60 * 24 * 7
WRITES_A_MINUTE = 120
SENDS_AN_HOUR = 5


def begins(request: HttpRequest, email: str) -> throttle.Throttle:
    """Count the beginning of an application, by its address and by the network it comes from."""
    limits = settings_store.many("recruiting.starts_per_address", "recruiting.starts_per_network")
    found = [
        throttle.hit(_key("network", network(request)), limit=limits["recruiting.starts_per_network"], per=HOUR),
        throttle.hit(_key("address", normalised(email)), limit=limits["recruiting.starts_per_address"], per=HOUR),
    ]
    return next((one for one in found if not one.allowed), found[0])


def asks_for_link(request: HttpRequest, email: str) -> throttle.Throttle:
    """Count a wish for a new link."""
    found = [
        throttle.hit(_key("links-network", network(request)), limit=20, per=HOUR),
        throttle.hit(_key("links", normalised(email)), limit=3, per=HOUR),
    ]
    return next((one for one in found if not one.allowed), found[0])


def sends(email: str) -> throttle.Throttle:
    """Count the sending of an application whose address is not proven: each has a letter go there."""
    return throttle.hit(_key("sends", normalised(email)), limit=SENDS_AN_HOUR, per=HOUR)


def writes(request: HttpRequest) -> throttle.Throttle:
    """Count something sent to an application that has begun."""
    return throttle.hit(_key("writes", network(request)), limit=WRITES_A_MINUTE, per=timedelta(minutes=1))


def stamp() -> str:
    """Return a signed note of when the form was shown."""
    return signing.dumps(int(time()), salt="recruiting.form")


def is_too_quick(stamped: str) -> bool:
    """Say whether a form came back faster than a person can fill it in, or was never shown."""
    try:
        shown = signing.loads(stamped, salt="recruiting.form", max_age=OLDEST)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return True
    return bool(time() - shown < settings_store.get("recruiting.least_seconds"))


def network(request: HttpRequest) -> str:
    """Return the network of whoever asks: a /24 of IPv4, a /64 of IPv6."""
    try:
        address = ipaddress.ip_address(get_client_ip(request) or "::")
    except ValueError:
        return "unknown"
    length = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _key(what: str, value: str) -> str:
    return f"recruiting:{what}:{salted_hmac('openprm.recruiting', value, algorithm='sha256').hexdigest()}"
