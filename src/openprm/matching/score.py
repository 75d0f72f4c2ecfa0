"""From numbers to a probability, a decision and reasons: a logistic regression, to be read in weights.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp

from openprm.matching import domains
from openprm.matching.features import NAMES, Comparison
from openprm.matching.index import Candidate, Prepared
from openprm.matching.model import Decision, Evidence
from openprm.matching.places import PLACES
from openprm.matching.rarity import Rarity

RARE = 7.0  # weight from which a word is called rare: one name in 1,100
COMMON = 6.0  # and below which it is called common: one in 400
MOST_LEAD = 3.0  # log-odds; being further ahead of the next candidate tells no more
LEAST_WITH_DOMAIN = -3.0  # an equal web domain outweighs any name


@dataclass(frozen=True, slots=True)
class Weights:
    """The model. `coefficients` belong to `features.NAMES` in this order; weights.json says what was set by hand."""

    intercept: float
    coefficients: tuple[float, ...]
    settle_intercept: float
    settle_odds: float
    settle_lead: float
    domain_equal: float
    domain_differs: float
    country_equal: float
    country_differs: float
    same: float
    possible: float

    @staticmethod
    def read(text: str) -> "Weights":
        """Read what `openprm.matching.train` wrote; a number that the program does not know is refused."""
        found = json.loads(text)
        learnt: Mapping[str, float] = found["learnt"]
        if set(learnt) != {"intercept", *NAMES}:
            raise ValueError(
                "weights.json does not fit features.py: train again with `python -m openprm.matching.train`"
            )
        settle = {f"settle_{name}": value for name, value in found["settle"].items()}
        coefficients = tuple(learnt[name] for name in NAMES)
        return Weights(learnt["intercept"], coefficients, **settle, **found["by_hand"], **found["thresholds"])


@cache
def shipped() -> Weights:
    """The model that comes with the package."""
    return Weights.read(resources.files("openprm.matching").joinpath("weights.json").read_text("utf-8"))


def log_odds(query: Prepared, candidate: Candidate, numbers: Sequence[float], weights: Weights) -> float:
    """The score: log-odds that both are the same company."""
    total = weights.intercept
    for coefficient, number in zip(weights.coefficients, numbers, strict=True):
        total += coefficient * number
    if query.domain and candidate.domain:
        if query.domain == candidate.domain:
            return max(total, LEAST_WITH_DOMAIN) + weights.domain_equal
        total += weights.domain_differs
    if query.country and candidate.country:
        total += weights.country_equal if query.country == candidate.country else weights.country_differs
    return total


def settle(odds: float, rival: float, weights: Weights) -> float:
    """Log-odds of a candidate, knowing how far it leads (or is led by) the best candidate of another name."""
    lead = max(-MOST_LEAD, min(MOST_LEAD, odds - rival))
    return weights.settle_intercept + weights.settle_odds * odds + weights.settle_lead * lead


def probability(odds: float) -> float:
    """Log-odds as a probability."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, odds))))


def decide(query: Prepared, candidate: Candidate, comparison: Comparison, likely: float, weights: Weights) -> Decision:
    """Name what the probability means; one name inside the other, or its initials, makes a family or a question."""
    numbers = dict(zip(NAMES, comparison.numbers, strict=True))
    same_domain = bool(query.domain) and query.domain == candidate.domain
    if likely >= weights.same and (same_domain or _rests_on_something(numbers)):
        return Decision.SAME if same_domain or not _branch(query, candidate, comparison) else Decision.FAMILY
    contained = _contained(numbers, comparison)
    if (contained and numbers["rarest"] >= RARE / 10.0) or _same_label(query, candidate):
        return Decision.FAMILY
    unsure = likely >= weights.possible or (contained and numbers["rarest"] >= COMMON / 10.0)
    return Decision.POSSIBLE if unsure or _shortened(comparison) else Decision.DIFFERENT


def evidence(
    query: Prepared, candidate: Candidate, comparison: Comparison, rarity: Rarity, weights: Weights
) -> tuple[Evidence, ...]:
    """The reasons, the weightiest first."""
    found = [
        *_about_domain(query, candidate, weights),
        *_about_country(query, candidate, weights),
        *_about_words(query, candidate, comparison, rarity),
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.points)))


def _rests_on_something(numbers: Mapping[str, float]) -> bool:
    """Never "same" on generic words alone, unless the whole names are equal."""
    telling = numbers["rarest"] >= COMMON / 10.0 or numbers["weight"] >= 0.8
    return bool(telling or numbers["whole"] or numbers["initials"] >= 0.6)


def _contained(numbers: Mapping[str, float], comparison: Comparison) -> bool:
    """Whether one name is found in the other, which begins alike and says more."""
    left_over = 0.0 in comparison.alignment.mine or 0.0 in comparison.alignment.theirs
    return left_over and numbers["shared_more"] >= 0.93 and numbers["first"] >= 0.75


def _branch(query: Prepared, candidate: Candidate, comparison: Comparison) -> bool:
    """Whether the names differ by a place: "Xerox" and "Xerox Canada"."""
    sides = ((query.name.words, comparison.alignment.mine), (candidate.name.words, comparison.alignment.theirs))
    return any(word in PLACES and not part for words, parts in sides for word, part in zip(words, parts, strict=True))


def _shortened(comparison: Comparison) -> bool:
    """Whether one whole name may be written as letters in the other: "GE Healthcare" and "General Electric"."""
    for link in comparison.alignment.links:
        if link.how == "initials" and len(link.mine) + len(link.theirs) > 2:
            whole = len(link.mine) == len(comparison.alignment.mine) or len(link.theirs) == len(
                comparison.alignment.theirs
            )
            starts = link.mine[0] == 0 and link.theirs[0] == 0
            if whole and (starts or max(len(link.mine), len(link.theirs)) > 2):
                return True
    return False


def _same_label(query: Prepared, candidate: Candidate) -> bool:
    """Whether both have the name before the dot: siemens.de and siemens.com."""
    return bool(query.domain and candidate.domain) and domains.label(query.domain or "") == domains.label(
        candidate.domain or ""
    )


def _about_domain(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    if not query.domain or not candidate.domain:
        return []
    if query.domain == candidate.domain:
        return [Evidence("domain_equal", weights.domain_equal, {"domain": query.domain})]
    return [Evidence("domain_differs", weights.domain_differs, {"mine": query.domain, "theirs": candidate.domain})]


def _about_country(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    if not query.country or not candidate.country:
        return []
    if query.country == candidate.country:
        return [Evidence("country_equal", weights.country_equal, {"country": query.country})]
    return [Evidence("country_differs", weights.country_differs, {"mine": query.country, "theirs": candidate.country})]


def _about_words(query: Prepared, candidate: Candidate, comparison: Comparison, rarity: Rarity) -> list[Evidence]:
    mine, theirs = query.name.words, candidate.name.words
    if mine and mine == theirs:
        return [Evidence("name_equal", 6.0)]
    reasons = [
        _about_link(link.how, [mine[at] for at in link.mine], [theirs[at] for at in link.theirs], link.alike, rarity)
        for link in comparison.alignment.links
    ]
    for words, answered, kind in (
        (mine, comparison.alignment.mine, "word_missing"),
        (theirs, comparison.alignment.theirs, "word_extra"),
    ):
        reasons += [
            Evidence(kind, -rarity(word) / 4.0, {"word": word})
            for word, part in zip(words, answered, strict=True)
            if not part
        ]
    return reasons


def _about_link(how: str, mine: list[str], theirs: list[str], alike: float, rarity: Rarity) -> Evidence:
    one, other = " ".join(mine), " ".join(theirs)
    weight = min(sum(map(rarity, mine)), sum(map(rarity, theirs)))
    points = weight * alike / 3.0
    if how == "initials":
        letters, words = (one, other) if len(mine) == 1 else (other, one)
        return Evidence("initials_equal", points, {"letters": letters.upper(), "words": words})
    if how != "equal":
        short, long = (one, other) if how != "short" or len(one) < len(other) else (other, one)
        return Evidence("word_" + how, points, {"mine": short, "theirs": long})
    kind = "word_rare" if weight >= RARE else "word_common" if weight < COMMON else "word_shared"
    return Evidence(kind, points, {"word": one})
