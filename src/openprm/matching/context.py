"""What the other candidates say about one: how far it leads, how many are nearly as good.

The name of a bank is no proof of the bank when twenty names are as much alike. A second model (`settle` in
model.json) judges each candidate again, knowing these numbers besides those of the names themselves.
"""

from collections.abc import Hashable, Sequence
from math import log

import numpy as np

from openprm.matching.trees import Numbers

NAMES = (
    "alone",  # log-odds by the names alone, with what domain, country and the like say
    "lead",  # how far ahead of the best candidate of another name, or behind it
    "near",  # how many other names are about as good, or better
    "not_far",  # how many are not much worse
    "others",  # how many of the others are right, judged alone
    "same_name",  # how many candidates have this name
    "candidates",
    "size",  # of the index (logarithm): the greater, the more look-alikes
)
MOST_LEAD = 8.0
NO_RIVAL = -12.0
SMALLEST = 100_000  # smaller indexes are judged like this one
NEAR, NOT_FAR = 1.0, 3.0  # in log-odds


def context(odds: Numbers, names: Sequence[Hashable], total: int) -> Numbers:
    """The numbers of `NAMES` for each candidate of one question, from their log-odds."""
    best: dict[Hashable, float] = {}
    count: dict[Hashable, int] = {}
    for name, value in zip(names, odds.tolist(), strict=True):
        best[name] = max(best.get(name, value), value)
        count[name] = count.get(name, 0) + 1
    values = np.array([best[name] for name in names], np.float32)
    distinct = np.sort(np.fromiter(best.values(), np.float32))[::-1]
    first, second = distinct[0], distinct[1] if len(distinct) > 1 else np.float32(NO_RIVAL)
    likely = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
    return np.stack(
        [
            odds,
            np.clip(odds - np.where(values == first, second, first), -MOST_LEAD, MOST_LEAD),
            (distinct[None, :] > values[:, None] - NEAR).sum(axis=1) - 1.0,
            (distinct[None, :] > values[:, None] - NOT_FAR).sum(axis=1) - 1.0,
            likely.sum() - likely,
            np.array([count[name] for name in names]),
            np.full(len(odds), len(odds)),
            np.full(len(odds), log(max(total, SMALLEST))),
        ],
        axis=1,
    ).astype(np.float32)
