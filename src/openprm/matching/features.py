"""The plain numbers by which two names are compared. Symmetric: swapping the two gives the same numbers.

Of numbers that each side has, "less" is the smaller of the two and "more" the greater. "Weight" is how much words tell
(`rarity`); "answered" words have a partner in the other name (`align`).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, LCSseq, Levenshtein

from openprm.matching import forms
from openprm.matching.align import Alignment, Link, align
from openprm.matching.index import Candidate, Prepared
from openprm.matching.likeness import Likeness
from openprm.matching.normalise import NormalisedName, umlauts
from openprm.matching.places import PLACES
from openprm.matching.rarity import Rarity

NAMES = (
    # what the words weigh
    "shared_less",  # share of weight answered
    "shared_more",
    "shared_both",  # their product
    "weight",  # weight of the answered words
    "missing_more",  # weight of the most telling unanswered word
    "missing_less",
    "missing_all_more",  # weight of all unanswered words
    "missing_all_less",
    "missing_words_more",  # how many they are
    "missing_words_less",
    "first_weight_less",  # weight of the first word
    "heaviest_answered",  # whether the most telling word of each side is answered
    "heaviest_less",  # its weight
    "heaviest_more",
    # how words answer each other
    "rarest",  # weight of the most telling answered word
    "second",  # and of the next
    "surprise",  # weight answered, less what some name among so many would have by chance
    "equal",  # weight answered by equal words
    "spelt",  # ... by other spellings
    "short",  # ... by abbreviations
    "guessed",  # share of the answered weight that rests on a guess
    "first",  # how well the first words answer each other
    "last",  # and the last
    "first_missing",  # on how many sides the first word is unanswered
    "tail_only",  # whether all that is unanswered stands behind all that is answered
    # what the letters are like
    "whole",  # equal when written as one word, or the same words in another order
    "begins",  # one is the beginning of the other when written as one word
    "initials",  # one is the initials of the other
    "looks",  # Jaro-Winkler likeness, both written as one word
    "edits",  # share of letters that need no edit
    "sequence",  # share of letters that stand in both in this order
    "part",  # likeness of the shorter and the most alike part of the longer
    "sorted",  # likeness with the words of each in alphabetical order
    "as_sets",  # likeness of the shared words with each whole
    "letters_less",  # length
    "letters_more",
    "words_less",
    "words_more",
    # what is known of words that only one of the names has
    "only_one_has",  # what they say on the whole (differences.txt)
    "worst_difference",  # ... and the one of them that speaks most against
    "places",  # whether a place is unanswered
    "digits",  # whether the numbers in the names differ
)

OF_A_SIDE = (  # numbers of one name, beside the other: not symmetric, so only `context` looks at them
    "missing",  # weight of its unanswered words
    "missing_most",  # ... of the most telling one
    "missing_words",  # how many they are
    "short",  # weight of its words that are short for longer ones
    "letters",  # weight of its words that are the initials of several
)

OF_FORMS = (  # legal forms: they prove nothing of two names by themselves, so only `context` looks at them
    "form_shared",  # whether both names have a form of one kind
    "form_differs",  # whether both have forms, and none of one kind
)


class Comparison(NamedTuple):
    """Numbers for the score, and the alignment that explains them."""

    numbers: tuple[float, ...]
    alignment: Alignment
    sides: tuple[float, ...]  # `OF_A_SIDE` of the name asked for, then of the name on file
    forms: tuple[float, float]  # `OF_FORMS`

    def only_one_has(self, mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
        """The words that have no partner in the other name."""
        return unanswered(mine, self.alignment.mine) + unanswered(theirs, self.alignment.theirs)


class _Side(NamedTuple):
    """What one name brings into the comparison."""

    words: tuple[str, ...]
    weights: list[float]
    answered: list[float]
    whole: float
    shared: float
    missing: float
    missing_all: float
    missing_words: int
    heaviest: int


def compare(
    query: Prepared,
    candidate: Candidate,
    rarity: Rarity,
    likeness: Likeness,
    speaks: Mapping[str, float] | None = None,
) -> Comparison:
    """Measure how a candidate's name is like the name asked for."""
    alignment = align(query.name.words, candidate.name.words, likeness)
    mine = _side(query.name.words, alignment.mine, rarity)
    theirs = _side(candidate.name.words, alignment.theirs, rarity)
    alone = unanswered(query.name.words, alignment.mine) + unanswered(candidate.name.words, alignment.theirs)
    speaks = _shipped() if speaks is None else speaks
    numbers = (
        *_about_weights(mine, theirs),
        *_about_links(mine, theirs, alignment, rarity),
        *_about_letters(query.name, candidate.name),
        *about_differences(alone, speaks),
        float(any(word in PLACES for word in alone)),
        float(any(word.isdigit() for word in alone)),
    )
    agree = forms.agreement(query.name.legal_forms, candidate.name.legal_forms)
    return Comparison(numbers, alignment, _about_sides(mine, theirs, alignment.links), agree)


def unanswered(words: Sequence[str], answered: Sequence[float]) -> tuple[str, ...]:
    """The words of one side that have no partner."""
    return tuple(word for word, part in zip(words, answered, strict=True) if not part)


def _side(words: tuple[str, ...], answered: list[float], rarity: Rarity) -> _Side:
    weights = [rarity(word) for word in words]
    shared = missing = missing_all = 0.0
    missing_words = heaviest = 0
    for at, (weight, part) in enumerate(zip(weights, answered, strict=True)):
        shared += weight * part
        lost = weight * (1.0 - part)
        missing_all += lost
        missing = max(missing, lost)
        missing_words += not part
        heaviest = at if weight > weights[heaviest] else heaviest
    whole = sum(weights) + 1e-9
    return _Side(words, weights, answered, whole, shared, missing, missing_all, missing_words, heaviest)


def _about_weights(mine: _Side, theirs: _Side) -> tuple[float, ...]:
    part_mine, part_theirs = mine.shared / mine.whole, theirs.shared / theirs.whole
    if not mine.words or not theirs.words:
        return (0.0,) * 14
    top_mine, top_theirs = mine.weights[mine.heaviest], theirs.weights[theirs.heaviest]
    return (
        min(part_mine, part_theirs),
        max(part_mine, part_theirs),
        part_mine * part_theirs,
        min(mine.shared, theirs.shared),
        max(mine.missing, theirs.missing),
        min(mine.missing, theirs.missing),
        max(mine.missing_all, theirs.missing_all),
        min(mine.missing_all, theirs.missing_all),
        max(mine.missing_words, theirs.missing_words),
        min(mine.missing_words, theirs.missing_words),
        min(mine.weights[0], theirs.weights[0]),
        min(mine.answered[mine.heaviest], theirs.answered[theirs.heaviest]),
        min(top_mine, top_theirs),
        max(top_mine, top_theirs),
    )


def _about_links(mine: _Side, theirs: _Side, alignment: Alignment, rarity: Rarity) -> tuple[float, ...]:
    by_kind = {"equal": 0.0, "spelling": 0.0, "short": 0.0}
    rarest = second = first = last = guessed = 0.0
    total = 1e-9
    for link in alignment.links:
        weight = min(sum(mine.weights[at] for at in link.mine), sum(theirs.weights[at] for at in link.theirs))
        total += weight
        kind = "short" if link.how == "meaning" else link.how
        by_kind[kind] = by_kind.get(kind, 0.0) + weight
        guessed += weight if link.alike < 0.95 else 0.0
        telling = weight * link.alike
        rarest, second = (telling, rarest) if telling > rarest else (rarest, max(second, telling))
        if 0 in link.mine and 0 in link.theirs:
            first = link.alike
        if len(mine.words) - 1 in link.mine and len(theirs.words) - 1 in link.theirs:
            last = link.alike
    return (
        rarest,
        second,
        min(mine.shared, theirs.shared) - rarity.greatest,
        by_kind["equal"],
        by_kind["spelling"],
        by_kind["short"],
        guessed / total,
        first,
        last,
        sum(1.0 for side in (mine, theirs) if side.answered and not side.answered[0]),
        float(_tail_only(mine.answered) and _tail_only(theirs.answered)),
    )


def _tail_only(answered: Sequence[float]) -> bool:
    """Whether no answered word stands behind an unanswered one."""
    return 0.0 not in answered or not any(answered[answered.index(0.0) :])


def _about_sides(mine: _Side, theirs: _Side, links: Sequence[Link]) -> tuple[float, ...]:
    """What each side lacks and shortens, the name asked for first."""
    short, letters = [0.0, 0.0], [0.0, 0.0]
    for link in links:
        if link.how in ("short", "initials"):
            weight = min(sum(mine.weights[at] for at in link.mine), sum(theirs.weights[at] for at in link.theirs))
            if link.how == "initials":
                letters[len(link.mine) > 1] += weight
            else:
                short[len(mine.words[link.mine[0]]) >= len(theirs.words[link.theirs[0]])] += weight
    lacks = [(side.missing_all, side.missing, float(side.missing_words)) for side in (mine, theirs)]
    return (*lacks[0], short[0], letters[0], *lacks[1], short[1], letters[1])


def _about_letters(one: NormalisedName, other: NormalisedName) -> tuple[float, ...]:
    key, their_key = umlauts(one.key), umlauts(other.key)
    in_order, their_order = sorted(one.words), sorted(other.words)
    whole = key == their_key or in_order == their_order
    begins = len(key) > 3 and len(their_key) > 3 and (key.startswith(their_key) or their_key.startswith(key))
    return (
        float(whole),
        float(begins and not whole),
        _initials(one, other),
        JaroWinkler.similarity(key, their_key),
        Levenshtein.normalized_similarity(key, their_key),
        LCSseq.normalized_similarity(key, their_key),
        fuzz.partial_ratio(*sorted((key, their_key))) / 100.0,
        fuzz.ratio(" ".join(in_order), " ".join(their_order)) / 100.0,
        fuzz.token_set_ratio(" ".join(one.words), " ".join(other.words)) / 100.0,
        min(len(key), len(their_key)),
        max(len(key), len(their_key)),
        min(len(one.words), len(other.words)),
        max(len(one.words), len(other.words)),
    )


def about_differences(alone: Sequence[str], speaks: Mapping[str, float]) -> tuple[float, float]:
    """What unanswered words say: "Group" hardly anything, "India" that this is another company of the family."""
    points = [speaks.get(word, 0.0) for word in alone]
    return max(-3.0, min(3.0, sum(points))), min(points, default=0.0)


@cache
def _shipped() -> Mapping[str, float]:
    text = resources.files("openprm.matching").joinpath("differences.txt").read_text("ascii")
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {word: float(points) for word, points in pairs}


def _initials(one: NormalisedName, other: NormalisedName) -> float:
    """Long initials tell more: two letters are shared by thousands."""
    if one.key in other.acronyms:
        return min(len(one.key), 5) / 5.0
    if other.key in one.acronyms:
        return min(len(other.key), 5) / 5.0
    return 0.0
