"""From numbers to a probability, a decision and reasons: two models of small trees, and weights set by hand.

`pair.json` and `settle.json` are the trees (see `trees`), learnt by `train`; weights.json says the rest.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp

import numpy as np

from openprm.matching import context, domains, features
from openprm.matching.features import NAMES, Comparison
from openprm.matching.index import Candidate, Prepared
from openprm.matching.model import Decision, Evidence
from openprm.matching.places import PLACES
from openprm.matching.rarity import Rarity
from openprm.matching.trees import Trees

RARE = 7.0  # weight from which a word is called rare: one name in 1,100
COMMON = 6.0  # and below which it is called common: one in 400
MUCH = 16.0  # weight of several words that together tell as much as a rare one
MOST_AGAINST = 4.0  # points that another candidate takes at most
FAR = -3.0  # log-odds below which nobody takes a candidate for a rival
LEAST_WITH_SIGN = -3.0  # log-odds from which an equal web domain or register number counts up


@dataclass(frozen=True, slots=True)
class Weights:
    """The model. `pair` judges two names, `settle` judges again knowing the other candidates; the rest is weights.json.

    `intercept` and `slope` are there for what an installation learns of its own people's decisions.
    """

    pair: Trees
    settle: Trees
    intercept: float
    slope: float
    domain_equal: float
    domain_differs: float
    country_equal: float
    country_differs: float
    phone_equal: float
    registration_equal: float
    registration_differs: float
    same: float
    possible: float

    @staticmethod
    def read(text: str) -> "Weights":
        """Read weights.json, or what was learnt in its form."""
        found = json.loads(text)
        unknown = set(found) - {"calibration", "by_hand", "thresholds"}
        if unknown:
            raise ValueError(f"These weights are of another version ({', '.join(sorted(unknown))}): train again")
        pair, settle = _trees("pair", features.NAMES), _trees("settle", (*context.NAMES, *features.NAMES))
        return Weights(pair, settle, **found["calibration"], **found["by_hand"], **found["thresholds"])


@cache
def shipped() -> Weights:
    """The model that comes with the package."""
    return Weights.read(resources.files("openprm.matching").joinpath("weights.json").read_text("utf-8"))


@cache
def _trees(name: str, numbers: tuple[str, ...]) -> Trees:
    text = resources.files("openprm.matching").joinpath(f"{name}.json").read_text("ascii")
    return Trees.load(json.loads(text), numbers)


def judge(
    query: Prepared, candidates: Sequence[Candidate], compared: Sequence[Comparison], total: int, weights: Weights
) -> list[float]:
    """The score of each candidate: log-odds that it is the company asked about, knowing the others."""
    rows = np.array([one.numbers for one in compared], np.float32).reshape(len(compared), len(features.NAMES))
    names = weights.pair.judge(rows)
    alone = [_with_signs(odds, query, one, weights) for odds, one in zip(names.tolist(), candidates, strict=True)]
    about = context.context(np.array(alone, np.float32), [one.name.words for one in candidates], total)
    settled = weights.settle.judge(np.concatenate([about, rows], axis=1)).tolist()
    return [
        _with_signs(weights.intercept + weights.slope * odds, query, one, weights)
        for odds, one in zip(settled, candidates, strict=True)
    ]


def _with_signs(odds: float, query: Prepared, candidate: Candidate, weights: Weights) -> float:
    """Add what domain, register number, phone and country say; the first two outweigh any name."""
    least = max(odds, LEAST_WITH_SIGN)
    if _equal(query.registration, candidate.registration):
        return least + weights.registration_equal
    if _equal(query.domain, candidate.domain):
        odds = least + weights.domain_equal
    elif query.domain and candidate.domain:
        odds += weights.domain_differs
    if query.registration and candidate.registration:
        odds += weights.registration_differs
    if _equal(query.phone, candidate.phone):
        odds += weights.phone_equal
    if query.country and candidate.country:
        odds += weights.country_equal if query.country == candidate.country else weights.country_differs
    return odds


def _equal(one: str | None, other: str | None) -> bool:
    return bool(one) and one == other


def probability(odds: float) -> float:
    """Log-odds as a probability."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, odds))))


def decide(query: Prepared, candidate: Candidate, comparison: Comparison, likely: float, weights: Weights) -> Decision:
    """Name what the probability means; one name inside the other, or its initials, makes a family or a question."""
    numbers = dict(zip(NAMES, comparison.numbers, strict=True))
    sign = _equal(query.domain, candidate.domain) or _equal(query.registration, candidate.registration)
    if likely >= weights.same and (sign or _rests_on_something(numbers)):
        return Decision.SAME if sign or not _branch(query, candidate, comparison) else Decision.FAMILY
    contained = _contained(numbers, comparison)
    if (contained and numbers["rarest"] >= RARE) or _same_label(query, candidate):
        return Decision.FAMILY
    unsure = likely >= weights.possible or (contained and numbers["rarest"] >= COMMON)
    return Decision.POSSIBLE if unsure or _shortened(comparison) else Decision.DIFFERENT


def evidence(
    query: Prepared, candidate: Candidate, comparison: Comparison, rarity: Rarity, weights: Weights
) -> tuple[Evidence, ...]:
    """The reasons, the weightiest first."""
    found = [
        *_about_signs(query, candidate, weights),
        *_about_domain(query, candidate, weights),
        *_about_country(query, candidate, weights),
        *_about_words(query, candidate, comparison, rarity),
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.points)))


def _rests_on_something(numbers: Mapping[str, float]) -> bool:
    """Never "same" on generic words alone, unless the whole names are equal."""
    telling = numbers["rarest"] >= COMMON or numbers["weight"] >= MUCH
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


def _about_signs(query: Prepared, candidate: Candidate, weights: Weights) -> list[Evidence]:
    found = []
    if query.registration and candidate.registration:
        if query.registration == candidate.registration:
            number = {"number": query.registration}
            found.append(Evidence("registration_equal", weights.registration_equal, number))
        else:
            both = {"mine": query.registration, "theirs": candidate.registration}
            found.append(Evidence("registration_differs", weights.registration_differs, both))
    if query.phone and query.phone == candidate.phone:
        found.append(Evidence("phone_equal", weights.phone_equal, {"phone": query.phone}))
    return found


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
