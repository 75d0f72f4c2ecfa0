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
    """A company as it is asked about blind: digests alone. A name stands for the whole name."""

    name: bytes
    beginning: bytes = b""
    domains: tuple[bytes, ...] = ()

    @property
    def all(self) -> list[bytes]:
        """Return every digest that there is."""
        return [digest for digest in (self.name, self.beginning, *self.domains) if digest]


@cache
def key() -> bytes:
    """Return the programme's key: another one for another secret, another table, another way of writing."""
    made_with = hashlib.sha256(writing.TABLE.read_bytes()).hexdigest()
    about = f"openprm.blind:{writing.VERSION}:{made_with}"
    return hmac.new(settings.SECRET_KEY.encode(), about.encode(), hashlib.sha256).digest()


def digest(kind: Kind, text: str) -> bytes:
    """Return what a text is under the key; nothing stays nothing."""
    return hmac.new(key(), f"{kind}:{text}".encode(), hashlib.sha256).digest()[:SIZE] if text else b""


def mark() -> bytes:
    """Return the digest that stands among the others once all accounts have theirs under this key."""
    return digest("name", " complete ")  # no name is written with spaces


def of(name: str, website: str = "") -> Blind:
    """Return a company as a browser would ask about it."""
    hosts = tuple(digest("domain", host) for host in writing.domains(website))
    return Blind(digest("name", writing.key(name)), digest("beginning", writing.beginning(name)), hosts)


def of_account(company: Company) -> set[bytes]:
    """Return all digests under which an account is found."""
    found = {company.domain and digest("domain", company.domain)}
    for name in (company.name, *company.aliases):
        found |= {digest("name", writing.key(name)), digest("beginning", writing.beginning(name))}
    return {one for one in found if one}


def read(texts: Iterable[str]) -> list[bytes]:
    """Return digests sent as hexadecimal digits; ValueError where they are none."""
    found = [bytes.fromhex(text) for text in texts]
    if any(len(one) not in (SIZE, 32) for one in found):
        raise ValueError("a digest has 16 or 32 bytes")
    return [one[:SIZE] for one in found]
