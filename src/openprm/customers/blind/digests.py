"""The key, and what the texts of a company become under it."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.conf import settings

from openprm.customers.blind import writing
from openprm.matching import Company

SIZE = 16  # bytes of a digest that are kept and sent
Kind = Literal["name", "beginning", "domain"]


@dataclass(frozen=True, slots=True)
class Blind:
    """A company as it is asked about blind: digests alone. A name stands for the whole name.

    ``made_with`` is the name of the key that made them, or "" for the key that is handed out now.
    """

    name: bytes
    beginning: bytes = b""
    domains: tuple[bytes, ...] = ()
    made_with: str = ""

    @property
    def all(self) -> list[bytes]:
        """Return every digest that there is."""
        return [digest for digest in (self.name, self.beginning, *self.domains) if digest]


def key() -> bytes:
    """Return the programme's key: another one for another secret, another table, another way of writing."""
    return _key(settings.SECRET_KEY)


def all_keys() -> list[bytes]:
    """Return the key, and those of former secrets that still count (``SECRET_KEY_FALLBACKS``)."""
    return [_key(secret) for secret in dict.fromkeys((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))]


def name_of(used: bytes) -> str:
    """Return what a key is called when somebody says which one they used. It tells nothing of the key."""
    return hashlib.sha256(b"openprm.blind.key:" + used).hexdigest()[:16]


@cache
def _key(secret: str) -> bytes:
    made_with = hashlib.sha256(writing.TABLE.read_bytes()).hexdigest()
    about = f"openprm.blind:{writing.VERSION}:{made_with}"
    return hmac.new(secret.encode(), about.encode(), hashlib.sha256).digest()


def digest(kind: Kind, text: str, under: bytes | None = None) -> bytes:
    """Return what a text is under the key (``under`` another one); nothing stays nothing."""
    return hmac.new(under or key(), f"{kind}:{text}".encode(), hashlib.sha256).digest()[:SIZE] if text else b""


def mark(under: bytes | None = None) -> bytes:
    """Return the digest that stands among the others once all accounts have theirs under this key."""
    return digest("name", " complete ", under)  # no name is written with spaces


def of(name: str, website: str = "", under: bytes | None = None) -> Blind:
    """Return a company as a browser would ask about it."""
    used = under or key()
    hosts = tuple(digest("domain", host, used) for host in writing.domains(website))
    first = digest("beginning", writing.beginning(name), used)
    return Blind(digest("name", writing.key(name), used), first, hosts, name_of(used))


def of_account(company: Company) -> set[bytes]:
    """Return all digests under which an account is found, under every key that counts."""
    texts: set[tuple[Kind, str]] = {("domain", company.domain or "")}
    for name in (company.name, *company.aliases):
        texts |= {("name", writing.key(name)), ("beginning", writing.beginning(name))}
    return {digest(kind, text, under) for under in all_keys() for kind, text in texts if text}


def read(texts: Iterable[str]) -> list[bytes]:
    """Return digests sent as hexadecimal digits; ValueError where they are none."""
    found = [bytes.fromhex(text) for text in texts]
    if any(len(one) not in (SIZE, 32) for one in found):
        raise ValueError("a digest has 16 or 32 bytes")
    return [one[:SIZE] for one in found]
