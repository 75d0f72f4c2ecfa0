"""What is kept of a question: digests under a key of the partner and the day.

Nobody can tell from two of them whether two partners asked the same, nor whether one asked the same on two days; and
without the programme's secret, which is not in the database, nobody can try names against them.
"""

import hashlib
import hmac
from datetime import date
from uuid import UUID

from django.conf import settings

from openprm.checks.rules import Text
from openprm.customers import rules as customers
from openprm.customers.blind import digests as blind
from openprm.customers.blind import writing
from openprm.customers.blind.digests import Blind

LONGEST = 60  # letters of a text that are followed while it is typed


class Keeper:
    """Makes digests for one partner and day."""

    def __init__(self, partner_id: UUID, day: date) -> None:
        about = f"openprm.checks:{partner_id}:{day.isoformat()}"
        self._key = hmac.new(settings.SECRET_KEY.encode(), about.encode(), hashlib.sha256).digest()

    def name(self, name: str) -> Text:
        """Return a company's name; it counts as the same when asked blind."""
        typed = "".join(writing.folded(name)) or name.strip().lower()
        named = blind.digest("name", writing.key(name)) or typed.encode()
        return Text(self._digest(named), self._beginnings(typed))

    def domains(self, website: str) -> list[Text]:
        """Return a company's domain, if the website has one."""
        domain = customers.domain_of(website)
        return [Text(self._digest(blind.digest("domain", domain)), self._beginnings(domain))] if domain else []

    def blind_name(self, asked: Blind) -> Text:
        """Return a company's name of which only the digest is known."""
        return Text(self._digest(asked.name))

    def blind_domains(self, asked: Blind) -> list[Text]:
        """Return the domains of which only the digests are known: each counts."""
        return [Text(self._digest(domain)) for domain in asked.domains]

    def _digest(self, text: bytes) -> bytes:
        return hashlib.blake2b(text, key=self._key, digest_size=16).digest()

    def _beginnings(self, text: str) -> tuple[int, ...]:
        return tuple(self._number(text[:length]) for length in range(1, min(len(text), LONGEST) + 1))

    def _number(self, text: str) -> int:
        digest = hashlib.blake2b(text.encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
