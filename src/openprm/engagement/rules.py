"""What a verdict is made of, as plain values: claims, what stands against them, rules, and the weighing of all three.

No Django in here: a verdict can be computed, tested and explained without a database.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Level(StrEnum):
    """What a partner is told about a claim."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    BLOCKED = "blocked"

    @property
    def weight(self) -> int:
        """Return 0 for clear, growing with gravity."""
        return list(Level).index(self)


class Likeness(StrEnum):
    """How sure it is that two names mean one company (as matching says it, without "different")."""

    SAME = "same"
    FAMILY = "family"
    POSSIBLE = "possible"


class RivalKind(StrEnum):
    """What stands against a claim."""

    OWN = "own"  # this partner's own open deal
    PROTECTED = "protected"  # another partner's approved deal
    PENDING = "pending"  # another partner's deal that is being decided
    DIRECT = "direct"  # an open opportunity of the vendor's own
    CUSTOMER = "customer"  # buys already
    NAMED = "named"  # kept for the vendor's own team
    LOST = "lost"  # an opportunity or a deal that was lost
    HELD = "held"  # on the compliance list


class Kind(StrEnum):
    """What a rule asks for. Most kinds ask for one kind of rival, the last two for the claim alone."""

    HELD = "held"
    OWN = "own"
    PROTECTED = "protected"
    PENDING = "pending"
    DIRECT = "direct"
    CUSTOMER = "customer"
    NAMED = "named"
    LOST = "lost"
    ANYTHING = "anything"  # whatever is registered or worked on there
    COUNTRY = "country"  # where the customer is
    SPECIALITY = "speciality"  # what the customer would buy


class Lines(StrEnum):
    """Which product lines the claim and its rival must be about."""

    SHARED = "shared"
    OTHER = "other"
    ANY = "any"


class Step(StrEnum):
    """What a partner can do next."""

    REVIEW = "review"
    COLLABORATE = "collaborate"
    OTHER_LINE = "other_line"
    OPEN_OWN = "open_own"
    SUBMIT = "submit"
    NAME_ENTITY = "name_entity"
    SAY_NEW = "say_new"
    ASK = "ask"


RIVALS: Mapping[Kind, frozenset[RivalKind]] = {
    **{kind: frozenset({RivalKind(kind)}) for kind in Kind if kind.value in RivalKind._value2member_map_},
    Kind.ANYTHING: frozenset(RivalKind) - {RivalKind.CUSTOMER, RivalKind.LOST, RivalKind.HELD},
    Kind.COUNTRY: frozenset(),
    Kind.SPECIALITY: frozenset(),
}
OF_THE_CLAIM = frozenset({Kind.COUNTRY, Kind.SPECIALITY})


@dataclass(frozen=True, slots=True)
class Claim:
    """What a partner asks for: product lines of one customer, in a country where that is known."""

    partner_id: UUID
    product_lines: frozenset[UUID]
    country: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """Something that stands against the claim. No product lines means all of them.

    ``stage`` is a direct opportunity's; ``days`` how long ago it began, or a loss happened; None: nobody knows.
    """

    kind: RivalKind
    likeness: Likeness
    product_lines: frozenset[UUID] = frozenset()
    own_reference: str = ""  # only ever of the claimant's own deal
    stage: str = ""
    days: int | None = 0

    def meets(self, claim: Claim) -> bool:
        """Say whether both are about the same product line; a claim that names none yet meets everything."""
        return not self.product_lines or not claim.product_lines or bool(self.product_lines & claim.product_lines)


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why the verdict is what it is: the key of a rule, and what may be said with it."""

    code: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a claim: how grave, every reason, the gravest first, and the id of the version that gave it."""

    level: Level
    reasons: tuple[Reason, ...] = ()
    rules: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What must stand there, for whom it counts, what follows, and what each side reads.

    Empty words mean the product's own. ``audience`` is a predicate over partners, empty for all of them; ``outside``
    turns it round. ``countries`` and ``claimed_lines`` look at the claim; ``stages``, ``least_days`` and ``most_days``
    at what stands against it.
    """

    key: str
    kind: Kind
    verdict: Level
    likeness: frozenset[Likeness] = frozenset({Likeness.SAME})
    lines: Lines = Lines.SHARED
    stages: tuple[str, ...] = ()
    least_days: int | None = None
    most_days: int | None = None
    countries: tuple[str, ...] = ()
    not_in_countries: bool = False
    claimed_lines: frozenset[UUID] = frozenset()
    audience: Mapping[str, Any] = field(default_factory=dict)
    outside: bool = False
    told: str = ""
    advice: str = ""
    told_vendor: str = ""
    steps: tuple[Step, ...] = ()
    enabled: bool = True

    @property
    def is_for_all(self) -> bool:
        """Say whether it is for every partner."""
        return self.audience in ({}, {"all": []})

    def fits(self, claim: Claim, rival: Rival) -> bool:
        """Say whether this rival is what the rule asks for."""
        return (
            rival.kind in RIVALS[self.kind]
            and rival.likeness in self.likeness
            and (self.lines is Lines.ANY or rival.meets(claim) is (self.lines is Lines.SHARED))
            and self._fits_in_detail(rival)
        )

    def _fits_in_detail(self, rival: Rival) -> bool:
        if self.stages and rival.stage.casefold() not in {stage.casefold() for stage in self.stages}:
            return False
        if rival.days is None:  # neither recent nor long ago
            return not self.least_days and self.most_days is None
        return (self.least_days or 0) <= rival.days and (self.most_days is None or rival.days <= self.most_days)

    def fits_claim(self, claim: Claim) -> bool:
        """Say whether the claim alone is what the rule asks for; what the claim leaves open is not held against it."""
        if self.kind is Kind.COUNTRY:
            return bool(claim.country) and (claim.country in self.countries) is not self.not_in_countries
        return self.kind is Kind.SPECIALITY and bool(self.claimed_lines & claim.product_lines)


Rules = tuple[Rule, ...]


def weigh(claim: Claim, rivals: Iterable[Rival], rules: Iterable[Rule]) -> Verdict:
    """Return the verdict of the rules on the claim: the gravest wins, and every reason is told, in the rules' order."""
    rivals = list(rivals)
    found: dict[Reason, tuple[int, int]] = {}
    for place, rule in enumerate(rules):
        for reason in _reasons(rule, claim, rivals) if rule.enabled else ():
            gravity = (-rule.verdict.weight, place)
            found[reason] = min(gravity, found.get(reason, gravity))
    reasons = tuple(sorted(found, key=lambda reason: (found[reason], reason)))
    gravest = min((gravity for gravity, _place in found.values()), default=0)
    return Verdict(list(Level)[-gravest], reasons)


def _reasons(rule: Rule, claim: Claim, rivals: Iterable[Rival]) -> set[Reason]:
    if rule.kind in OF_THE_CLAIM:
        return {Reason(rule.key)} if rule.fits_claim(claim) else set()
    return {
        Reason(rule.key, rival.own_reference if rule.kind is Kind.OWN else "")
        for rival in rivals
        if rule.fits(claim, rival)
    }


def for_partner(rules: Iterable[Rule], member_of: Collection[str]) -> Rules:
    """Return the rules that count for a partner; ``member_of`` are the keys of the rules whose audience it is in."""
    return tuple(rule for rule in rules if rule.is_for_all or (rule.key in member_of) is not rule.outside)


def asked_for(rules: Iterable[Rule]) -> frozenset[RivalKind]:
    """Return the kinds of rivals that matter to these rules: nothing else needs to be looked up."""
    wanted = [RIVALS[rule.kind] for rule in rules if rule.enabled]
    return frozenset[RivalKind]().union(*wanted)


def tells_lines_bought(rules: Iterable[Rule]) -> bool:
    """Say whether a rule tells customers apart by the product lines that they buy."""
    return any(rule.enabled and rule.kind is Kind.CUSTOMER and rule.lines is not Lines.ANY for rule in rules)
