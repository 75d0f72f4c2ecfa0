"""The plain numbers by which two names are compared. Symmetric: swapping the two gives the same numbers."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from openprm.matching.align import Alignment, align
from openprm.matching.index import Candidate, Prepared
from openprm.matching.likeness import Likeness
from openprm.matching.normalise import NormalisedName, umlauts
from openprm.matching.rarity import Rarity

NAMES = (
    "shared_less",  # share of weight answered, of the side that has less of it answered
    "shared_more",  # ... and of the side that has more
    "shared_both",  # their product
    "weight",  # how much the shared words tell together
    "rarest",  # how much the most telling shared word tells
    "missing_more",  # the most telling unanswered word, on the side where it tells more
    "missing_less",  # ... and on the other
    "first",  # whether the first words answer each other
    "guessed",  # share of the answered weight that is spelling or abbreviation, not equality
    "whole",  # equal when written as one word, or the same words in another order
    "begins",  # one is the beginning of the other when written as one word
    "initials",  # one is the initials of the other
    "looks",  # Jaro-Winkler likeness of both written as one word
    "looks_close",  # the same, only what is above .9
    "squared",  # shared_less squared: the last words count more than the first
    "only_one_has",  # what words that only one name has say on the whole (differences.txt)
    "worst_difference",  # ... and the one of them that speaks most against
    "single",  # one of the two is a single word
    "single_both",  # both are
)


class Comparison(NamedTuple):
    """Numbers for the score, and the alignment that explains them."""

    numbers: tuple[float, ...]
    alignment: Alignment


def compare(
    query: Prepared,
    candidate: Candidate,
    rarity: Rarity,
    likeness: Likeness,
    speaks: Mapping[str, float] | None = None,
) -> Comparison:
    """Measure how a candidate's name is like the name asked for."""
    one, other = query.name, candidate.name
    alignment = align(one.words, other.words, likeness)
    mine, shared_mine, missing_mine = _side(one.words, alignment.mine, rarity)
    theirs, shared_theirs, missing_theirs = _side(other.words, alignment.theirs, rarity)
    part_mine, part_theirs = shared_mine / mine, shared_theirs / theirs
    differences = _differences(one.words, other.words, alignment, _shipped() if speaks is None else speaks)
    rarest, guessed = _shared(one.words, other.words, alignment, rarity)
    key, their_key = umlauts(one.key), umlauts(other.key)
    whole = key == their_key or sorted(one.words) == sorted(other.words)
    looks = JaroWinkler.similarity(key, their_key)
    begins = len(key) > 3 and len(their_key) > 3 and (key.startswith(their_key) or their_key.startswith(key))
    numbers = (
        min(part_mine, part_theirs),
        max(part_mine, part_theirs),
        part_mine * part_theirs,
        min(shared_mine, shared_theirs) / 20.0,
        rarest / 10.0,
        max(missing_mine, missing_theirs) / 10.0,
        min(missing_mine, missing_theirs) / 10.0,
        _first(alignment),
        guessed,
        float(whole),
        float(begins and not whole),
        _initials(one, other),
        looks,
        max(0.0, looks - 0.9) * 10.0,
        min(part_mine, part_theirs) ** 2,
        max(-3.0, min(3.0, sum(differences))),
        min(differences, default=0.0),
        float(len(one.words) == 1 or len(other.words) == 1),
        float(len(one.words) == 1 and len(other.words) == 1),
    )
    return Comparison(numbers, alignment)


def _side(words: tuple[str, ...], answered: list[float], rarity: Rarity) -> tuple[float, float, float]:
    """Weight of a side, how much of it is answered, and the heaviest word that is not."""
    whole, shared, missing = 1e-9, 0.0, 0.0
    for word, part in zip(words, answered, strict=True):
        weight = rarity(word)
        whole += weight
        shared += weight * part
        missing = max(missing, weight * (1.0 - part))
    return whole, shared, missing


def _shared(
    mine: tuple[str, ...], theirs: tuple[str, ...], alignment: Alignment, rarity: Rarity
) -> tuple[float, float]:
    """The most telling shared word, and the share of shared weight that rests on a guess."""
    rarest, total, guessed = 0.0, 1e-9, 0.0
    for link in alignment.links:
        weight = min(sum(rarity(mine[at]) for at in link.mine), sum(rarity(theirs[at]) for at in link.theirs))
        total += weight
        guessed += weight if link.alike < 0.95 else 0.0
        rarest = max(rarest, weight * link.alike)
    return rarest, guessed / total


def _differences(
    mine: tuple[str, ...], theirs: tuple[str, ...], alignment: Alignment, speaks: Mapping[str, float]
) -> list[float]:
    """What each unanswered word says: "Group" hardly anything, "India" that this is another company of the family."""
    return [speaks.get(word, 0.0) for word, part in zip(mine, alignment.mine, strict=True) if not part] + [
        speaks.get(word, 0.0) for word, part in zip(theirs, alignment.theirs, strict=True) if not part
    ]


@cache
def _shipped() -> Mapping[str, float]:
    text = resources.files("openprm.matching").joinpath("differences.txt").read_text("ascii")
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {word: float(points) for word, points in pairs}


def _first(alignment: Alignment) -> float:
    return max((link.alike for link in alignment.links if 0 in link.mine and 0 in link.theirs), default=0.0)


def _initials(one: NormalisedName, other: NormalisedName) -> float:
    """Long initials tell more: two letters are shared by thousands."""
    if one.key in other.acronyms:
        return min(len(one.key), 5) / 5.0
    if other.key in one.acronyms:
        return min(len(other.key), 5) / 5.0
    return 0.0
