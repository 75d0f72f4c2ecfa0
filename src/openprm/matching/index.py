"""What an index of known companies offers: the Protocol that the indexes in memory and in PostgreSQL fulfil."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from openprm.matching import signs
from openprm.matching.domains import registrable_domain
from openprm.matching.model import Company, Query
from openprm.matching.normalise import NormalisedName, normalise


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query made ready once: normalised name, registrable domain, country in capitals, phone and register number."""

    name: NormalisedName
    domain: str | None
    country: str | None
    phone: str | None = None
    registration: str | None = None

    @property
    def signs(self) -> tuple[str, ...]:
        """Keys of what finds a company whatever its name."""
        return signs.keys(self.phone, self.registration)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One name of a known company that may be the one asked about, ready for scoring."""

    company_id: str
    name: NormalisedName
    domain: str | None = None
    country: str | None = None
    phone: str | None = None
    registration: str | None = None
    family: str | None = None

    @property
    def signs(self) -> tuple[str, ...]:
        """Keys of what finds a company whatever its name."""
        return signs.keys(self.phone, self.registration)


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Candidates, and how frequent words are: `total` names in the index, of which `counts` have a word."""

    candidates: Sequence[Candidate]
    total: int
    counts: Mapping[str, int]


class CandidateIndex(Protocol):
    """Finds the few known names worth scoring among millions."""

    def add(self, company: Company) -> None:
        """Make a company findable under its name and aliases."""

    def replace(self, company: Company) -> None:
        """Forget what was known under the company's id and add it anew."""

    def remove(self, company_id: str) -> None:
        """Forget a company; unknown ids are no error."""

    def candidates(self, query: Prepared, limit: int = 40) -> Shortlist:
        """Return at most about `limit` names, best first, with the frequencies that scoring needs."""


def prepare(query: Query) -> Prepared:
    """Normalise a query once for index and score."""
    country = _country(query.country)
    phone, registration = signs.phone(query.phone, country), signs.registration(query.registration)
    return Prepared(normalise(query.name), registrable_domain(query.domain), country, phone, registration)


def names_of(company: Company) -> list[Candidate]:
    """The rows to index for a company: its name and each alias that differs once normalised."""
    domain, country = registrable_domain(company.domain), _country(company.country)
    phone, registration = signs.phone(company.phone, country), signs.registration(company.registration)
    rows: dict[tuple[str, ...], Candidate] = {}
    for text in (company.name, *company.aliases):
        name = normalise(text)
        rows.setdefault(name.words, Candidate(company.id, name, domain, country, phone, registration, company.family))
    return list(rows.values())


def _country(text: str | None) -> str | None:
    return text.strip().upper() or None if text else None
