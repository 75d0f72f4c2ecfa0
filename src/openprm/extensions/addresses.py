"""The e-mail address of a deal: it carries the deal's reference and a mark that only this server can make.

Nothing is stored: whoever knows the address knows that it was shown to somebody who may see the deal. It changes with
the server's secret key, and addresses made with a former key (``SECRET_KEY_FALLBACKS``) are still understood.
"""

import re
from base64 import b32encode
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "openprm.extensions.addresses"
LENGTH = 20  # characters of base 32: 100 bits
_LOCAL = re.compile(r"^deal\+([a-z0-9-]{4,20})\.([a-z2-7]{20})$")


def address_of(reference: str, domain: str) -> str:
    """Return the address of the deal with this reference; "" where the programme has no domain for it."""
    domain = domain.strip().lower().lstrip("@")
    return f"deal+{reference.lower()}.{_mark(reference, settings.SECRET_KEY)}@{domain}" if domain else ""


def reference_in(addresses: Iterable[str], domain: str) -> str:
    """Return the reference of the first genuine deal's address among these; "" if there is none."""
    domain = domain.strip().lower().lstrip("@")
    for address in addresses:
        local, _at, place = address.strip().lower().rpartition("@")
        found = _LOCAL.match(local)
        if found and domain and place == domain and _is_genuine(found[1].upper(), found[2]):
            return found[1].upper()
    return ""


def _is_genuine(reference: str, mark: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(mark, _mark(reference, str(key))) for key in keys)


def _mark(reference: str, key: str) -> str:
    digest = salted_hmac(SALT, reference.upper(), secret=key, algorithm="sha256").digest()
    return b32encode(digest).decode("ascii").lower()[:LENGTH]
