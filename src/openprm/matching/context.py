"""What the other candidates say about one: how far it leads, how many are nearly as good, what they have that it lacks.

The name of a bank is no proof of the bank when twenty names are as much alike. A second model (`settle.json`) corrects
what the names alone say, knowing these numbers besides those of the names themselves.

A list also tells who asks and who is on file: people shorten a name that is on file in full, seldom the other way
round. Two names by themselves are judged alike in both directions.

And a list tells what a legal form is worth: among several names, one with the form asked for is likelier than one with
another. Of two names by themselves legal forms prove nothing.
"""

from collections.abc import Hashable, Sequence
from math import log
from typing import NamedTuple

import numpy as np

from openprm.matching import features
from openprm.matching.trees import Numbers

BESIDE = ("shared_both", "looks", "missing_all_more", "missing_all_less", "rarest", "as_sets", "equal")
NAMES = (
    "alone",  # log-odds by the names alone, with what domain, country and the like say
    "lead",  # how far ahead of the best candidate of another name, or behind it
    "near",  # how many other names are about as good, or better
    "not_far",  # how many are not much worse
    "others",  # how many of the others are right, judged alone
    "same_name",  # how many candidates have this name
    "candidates",
    "size",  # of the index (logarithm): the greater, the more look-alikes
    "share",  # its part of all that the candidates' log-odds promise
    "behind",  # how far behind the best of all
    "rival",  # log-odds of the best candidate of another name
    "promise",  # what all candidates promise together (logarithm)
    "elsewhere",  # share of the question's weight that another good candidate answers and this one does not
    "as_much",  # how many other names answer all the words that this one answers
    "as_much_near",  # ... and are not far behind
    "less_answered",  # answered share of the question less that of the rival
    *("beside_" + name for name in BESIDE),  # numbers of the names, less those of the rival
    *("asked_" + name for name in features.OF_A_SIDE),  # what the name asked for lacks and shortens
    *("filed_" + name for name in features.OF_A_SIDE),  # ... and the name on file
    *features.OF_FORMS,
    *("rival_" + name for name in features.OF_FORMS),  # the same of the rival
)
COLUMNS = [features.NAMES.index(name) for name in BESIDE]
MOST_LEAD = 8.0
NO_RIVAL = -12.0
LEAST_ODDS = -15.0
NOBODY = 2.0  # log-odds against a candidate that nobody would miss, for the share
SMALLEST = 100_000  # smaller indexes are judged like this one
NEAR, NOT_FAR, GOOD = 1.0, 3.0, 6.0  # in log-odds


class Listed(NamedTuple):
    """The candidates of one question, a row each. Words of the question are columns of `answered`."""

    odds: Numbers
    names: Sequence[Hashable]  # equal for equal names
    rows: Numbers  # the numbers of `features`
    answered: Numbers  # 1 where a candidate answers a word of the question
    weights: Numbers  # of the words of the question
    total: int  # names in the index
    sides: Numbers  # `features.OF_A_SIDE` of the name asked for, then of the candidate
    forms: Numbers  # `features.OF_FORMS`


def context(listed: Listed) -> Numbers:
    """The numbers of `NAMES` for each candidate of one question."""
    odds, names = listed.odds, listed.names
    best: dict[Hashable, float] = {}
    count: dict[Hashable, int] = {}
    number: dict[Hashable, int] = {}
    for name, value in zip(names, odds.tolist(), strict=True):
        best[name] = max(best.get(name, value), value)
        count[name] = count.get(name, 0) + 1
        number.setdefault(name, len(number))
    values = np.array([best[name] for name in names], np.float32)
    which = np.array([number[name] for name in names])
    distinct = np.fromiter(best.values(), np.float32)
    order = np.sort(distinct)[::-1]
    first, second = order[0], order[1] if len(order) > 1 else np.float32(NO_RIVAL)
    likely = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
    promised = np.exp(np.clip(odds - first, -20, 0))
    promised_all = np.exp(np.clip(distinct - first, -20, 0)).sum() + np.exp(np.clip(-NOBODY - first, -20, 20))
    about = [
        odds,
        np.clip(odds - np.where(values == first, second, first), -MOST_LEAD, MOST_LEAD),
        (distinct[None, :] > values[:, None] - NEAR).sum(axis=1) - 1.0,
        (distinct[None, :] > values[:, None] - NOT_FAR).sum(axis=1) - 1.0,
        likely.sum() - likely,
        np.array([count[name] for name in names]),
        np.full(len(odds), len(odds)),
        np.full(len(odds), log(max(listed.total, SMALLEST))),
        promised / promised_all,
        odds - first,
    ]
    if len(distinct) == 1:
        listed = listed._replace(sides=_alike_in_both_directions(listed.sides), forms=np.zeros_like(listed.forms))
    return np.concatenate([np.stack(about, axis=1), _beside(listed, which)], axis=1).astype(np.float32)


def _alike_in_both_directions(sides: Numbers) -> Numbers:
    """Where there is nothing to choose from, each side counts as the mean of both."""
    asked, filed = np.split(sides, 2, axis=1)
    mean = (asked + filed) / 2
    return np.concatenate([mean, mean], axis=1)


def _beside(listed: Listed, which: Numbers) -> Numbers:
    """How each candidate stands beside the others, word by word, and beside its rival: the best of another name."""
    odds, answered, weights = listed.odds, listed.answered, listed.weights
    size = len(odds)
    other = which[:, None] != which[None, :]
    of_others = np.where(other, odds[None, :], np.float32(-np.inf))
    rival = of_others.argmax(axis=1)
    alone = ~other.any(axis=1)
    least = np.where(alone, LEAST_ODDS, of_others[np.arange(size), rival])
    lacks = (
        (1.0 - answered) * weights
    ) @ answered.T  # weight that the column's candidate answers and the row's does not
    good = other & (odds > odds.max() - GOOD)[None, :]
    whole = weights.sum() + 1e-6
    first_of_name = np.zeros(size, bool)
    first_of_name[np.unique(which, return_index=True)[1]] = True
    as_much = other & first_of_name[None, :] & ((answered @ answered.T) >= answered.sum(axis=1)[:, None])
    share = answered @ weights / whole
    promise = np.log(np.exp(np.clip(odds, -30, 20)).sum() + 1e-9)
    rows = listed.rows[:, COLUMNS]
    return np.concatenate(
        [
            np.stack(
                [
                    np.maximum(least, LEAST_ODDS),
                    np.full(size, promise),
                    np.where(good, lacks, 0.0).max(axis=1) / whole,
                    as_much.sum(axis=1),
                    (as_much & (odds[None, :] > odds[:, None] - NOT_FAR)).sum(axis=1),
                    np.where(alone, 0.0, share - share[rival]),
                ],
                axis=1,
            ),
            rows - np.where(alone[:, None], 0.0, rows[rival]),
            listed.sides,
            listed.forms,
            listed.forms[rival],
        ],
        axis=1,
    )
