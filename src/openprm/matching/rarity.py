"""How much a word tells: rare words say who a company is, frequent ones hardly anything.

What the index counts is blended with a small table of words that are frequent in company names everywhere
(`common_words.txt`: word and names per million, counted over the CC0 names of GLEIF and ROR), so that "Global
Solutions Group" is no strong evidence in a young installation with twenty accounts either.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import log

PRIOR_NAMES = 50_000  # the table weighs as much as this many names of the index
PRIOR_UNLISTED = 2e-6  # share of names assumed for a word that the table does not list


class Rarity:
    """Weights of words in one index at one moment: natural log of 1 / share of names that have the word."""

    __slots__ = ("_counts", "_known", "_total", "names")

    def __init__(self, total: int, counts: Mapping[str, int]) -> None:
        self.names = total
        self._total = total + PRIOR_NAMES + 1.0
        self._counts = counts
        self._known: dict[str, float] = {}

    @property
    def greatest(self) -> float:
        """The weight of a word that a single name has."""
        return log(self._total / 1.5)

    def __call__(self, word: str) -> float:
        weight = self._known.get(word)
        if weight is None:
            count = self._counts.get(word, 0) + common_words().get(word, PRIOR_UNLISTED) * PRIOR_NAMES
            weight = self._known[word] = log(self._total / (count + 0.5))
        return weight


@cache
def common_words() -> Mapping[str, float]:
    """Share of company names that have a word, for the frequent ones."""
    text = resources.files("openprm.matching").joinpath("common_words.txt").read_text("ascii")
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {word: int(per_million) / 1e6 for word, per_million in pairs}
