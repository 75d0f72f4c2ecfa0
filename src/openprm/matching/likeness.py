"""How alike two words are: equal, misspelt, cut off, abbreviated or translated."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from rapidfuzz.distance import OSA

from openprm.matching.normalise import umlauts

SYNONYM = 0.95  # likeness of a word and its abbreviation
MEANS = 0.9  # and of a word and its translation


@cache
def _synonyms() -> tuple[Mapping[str, str], Mapping[str, frozenset[str]]]:
    """What a word is short for, and what it means in English (it may be several things: "est" is east and estate)."""
    short: dict[str, str] = {}
    means: dict[str, set[str]] = {}
    for line in resources.files("openprm.matching").joinpath("synonyms.txt").read_text("ascii").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "short":
            word, *others = rest.split()
            short.update((other, word) for other in others)
        elif kind == "means":
            word, *others = rest.split()
            for other in (word, *others):
                means.setdefault(other, set()).add(word)
    return short, {word: frozenset(meant) for word, meant in means.items()}


def written_out(word: str) -> str:
    """The word that this one is short for, or itself."""
    return _synonyms()[0].get(word, word)


def written_short(word: str) -> tuple[str, ...]:
    """Every way in which people shorten a word."""
    return _shortened().get(word, ())


@cache
def _shortened() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for short, word in _synonyms()[0].items():
        found.setdefault(word, []).append(short)
    return {word: tuple(shorts) for word, shorts in found.items()}


class Likeness:
    """Compares words, remembering what it has seen: one query meets the same words in many candidates."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def __call__(self, one: str, other: str) -> float:
        """0 when the words have nothing to do with each other; above .9 nearly equal; about .5 to .9 a guess."""
        pair = (one, other)
        alike = self._known.get(pair)
        if alike is None:
            alike = self._known[pair] = compare(one, other)
        return alike


def compare(one: str, other: str) -> float:
    """Likeness of two words between 0 and 1, the same in both directions."""
    if one == other:
        return 1.0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    synonyms, means = _synonyms()
    if synonyms.get(short, short) == synonyms.get(long, long):
        return SYNONYM
    if short in means and not means[short].isdisjoint(means.get(long, ())):
        return MEANS
    if short[0] != long[0]:
        return misspelt(short, long) * 0.95
    return max(misspelt(short, long), cut_off(short, long))


def misspelt(short: str, long: str) -> float:
    """Likeness by spelling: one slip in four letters or more, two in eight or more, or an umlaut written out."""
    size = len(long)
    if len(short) < 4 or size - len(short) > 2 or short.isdigit() or long.isdigit():
        return 0.0
    slips = OSA.distance(short, long, score_cutoff=2)
    if slips > (2 if len(short) >= 8 else 1):
        return 0.0
    if umlauts(short) == umlauts(long):
        return 0.99
    return 1.0 - slips / size * (1.0 if slips == 1 else 0.9)


def cut_off(short: str, long: str) -> float:
    """Likeness of a word and its beginning ("tech", "technologies"), another ending, or its consonants ("mng")."""
    if len(short) < 2:
        return 0.0
    if long.startswith(short):
        return 0.0 if len(short) < 3 else min(0.9, 0.55 + 0.5 * len(short) / len(long))
    same = 1
    for mine, theirs in zip(short[1:], long[1:], strict=False):
        if mine != theirs:
            break
        same += 1
    if same >= 5 and len(short) - same <= 2 and len(long) - same <= 4:
        return 0.82
    if 3 <= len(short) <= 5 and len(long) >= len(short) + 2 and _is_within(short, long):
        return 0.6
    return 0.0


def _is_within(short: str, long: str) -> bool:
    """Whether the letters stand in the long word in this order, without other vowels left over: "mng" in "mining"."""
    letters = iter(long)
    return all(letter in letters for letter in short) and not any(vowel in short[1:] for vowel in "aeiou")
