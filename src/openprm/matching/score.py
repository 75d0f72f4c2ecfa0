"""From numbers to a probability and a decision: two models of small trees, and weights set by hand.

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
from openprm.matching.model import Decision
from openprm.matching.places import PLACES
from openprm.matching.rarity import Rarity
from openprm.matching.trees import Numbers, Trees

RARE = 7.0  # weight from which a word is called rare: one name in 1,100
COMMON = 6.0  # and below which it is called common: one in 400
MUCH = 16.0  # weight of several words that together tell as much as a rare one
FAR = -3.0  # log-odds below which nobody takes a candidate for a rival
LEAST_WITH_SIGN = -3.0  # log-odds from which an equal web domain or register number counts up


@dataclass(frozen=True, slots=True)
class Weights:
    """The model. `pair` judges two names, `settle` corrects it knowing the other candidates; the rest is weights.json.

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
    query: Prepared,
    candidates: Sequence[Candidate],
    compared: Sequence[Comparison],
    rarity: Rarity,
    weights: Weights,
) -> tuple[list[float], Numbers]:
    """The score of each candidate, log-odds that it is the company asked about, and what is known of the others."""
    rows = np.array([one.numbers for one in compared], np.float32).reshape(len(compared), len(features.NAMES))
    by_name = weights.pair.judge(rows).tolist()
    alone = [_with_signs(odds, query, one, weights) for odds, one in zip(by_name, candidates, strict=True)]
    words = query.name.words
    answered = np.array([one.alignment.mine for one in compared], np.float32).reshape(len(compared), len(words)) > 0
    listed = context.Listed(
        np.array(alone, np.float32),
        [one.name.words for one in candidates],
        rows,
        answered.astype(np.float32),
        np.array([rarity(word) for word in words], np.float32),
        rarity.names,
        np.array([one.sides for one in compared], np.float32),
        np.array([one.forms for one in compared], np.float32),
    )
    about = np.concatenate([context.context(listed), rows], axis=1)
    corrections = weights.settle.judge(about).tolist()
    odds = [
        _with_signs(weights.intercept + weights.slope * (mine + correction), query, one, weights)
        for mine, correction, one in zip(by_name, corrections, candidates, strict=True)
    ]
    return odds, about


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
