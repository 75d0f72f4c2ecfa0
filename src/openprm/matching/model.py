"""What goes into matching and what comes out. Plain values; this is the interface that stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Decision(StrEnum):
    """What the likeness of two companies means to whoever decides about a deal."""

    SAME = "same"  # the same company, at about 95 % precision or better
    FAMILY = "family"  # one corporate family: a branch, a subsidiary, a division, the parent
    POSSIBLE = "possible"  # a person should look
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Company:
    """A company that is known. `id` is the caller's own; `aliases` are trading, former and other names."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domain: str | None = None  # a web site or e-mail address will do
    country: str | None = None  # ISO 3166 alpha-2
    phone: str | None = None
    registration: str | None = None  # number in a public register: VAT, LEI, DUNS, trade register
    family: str | None = None  # the same for all members of one group: the id of the company at its head, say


@dataclass(frozen=True, slots=True)
class Query:
    """A company that somebody asks about."""

    name: str
    domain: str | None = None
    country: str | None = None
    phone: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against. `kind` names a sentence in `sentences`, `params` fill it.

    `points` tell how much it weighs, above 0 for and below 0 against: for ordering and for bars. They are near to
    log-odds but do not add up to the probability, because words work together.
    """

    kind: str
    points: float
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A known company that may be the one asked about. `name` is its name, or the alias, most alike."""

    company_id: str
    name: str
    probability: float
    decision: Decision
    evidence: tuple[Evidence, ...] = ()
