"""The question itself: which known companies may this one be?"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from openprm.matching import features, score
from openprm.matching.features import Comparison
from openprm.matching.index import Candidate, CandidateIndex, Prepared, Shortlist, names_of, prepare
from openprm.matching.likeness import Likeness
from openprm.matching.model import Company, Decision, Match, Query
from openprm.matching.rarity import Rarity

CANDIDATES = 25  # names scored per query


class Scored(NamedTuple):
    """A candidate with its score, before it is explained."""

    odds: float
    candidate: Candidate
    comparison: Comparison


def find(query: Query, index: CandidateIndex, k: int = 3, *, weights: score.Weights | None = None) -> list[Match]:
    """The `k` companies of an index that are most likely the one asked about, best first, with reasons."""
    prepared = prepare(query)
    return judge(prepared, index.candidates(prepared, CANDIDATES), k, weights=weights)


def judge(query: Prepared, shortlist: Shortlist, k: int = 3, *, weights: score.Weights | None = None) -> list[Match]:
    """Score and explain a shortlist; each company once, by its name that is most alike."""
    model = weights or score.shipped()
    rarity = Rarity(shortlist.total, shortlist.counts)
    return [_match(query, one, rarity, model) for one in rate(query, shortlist.candidates, rarity, model)[:k]]


def compare(query: Query, company: Company, *, total: int = 0, weights: score.Weights | None = None) -> Match:
    """Judge one pair without an index; words are as rare as they are everywhere."""
    prepared, model, rarity = prepare(query), weights or score.shipped(), Rarity(total, {})
    best = rate(prepared, names_of(company), rarity, model)[0]
    return _match(prepared, best, rarity, model)


def rate(query: Prepared, candidates: Sequence[Candidate], rarity: Rarity, weights: score.Weights) -> list[Scored]:
    """Candidates with scores, best first, one per company; a score falls when another candidate is nearly as good."""
    likeness, best = Likeness(), dict[str, Scored]()
    for candidate in candidates:
        comparison = features.compare(query, candidate, rarity, likeness)
        odds = score.log_odds(query, candidate, comparison.numbers, weights)
        known = best.get(candidate.company_id)
        if known is None or known.odds < odds:
            best[candidate.company_id] = Scored(odds, candidate, comparison)
    ordered = sorted(best.values(), key=lambda one: -one.odds)
    return [one._replace(odds=score.settle(one.odds, _rival(one, ordered), weights)) for one in ordered]


def _rival(one: Scored, ordered: Sequence[Scored]) -> float:
    """The odds of the best candidate with another name; two accounts of one name are no rivals."""
    words = one.candidate.name.words
    return next((other.odds for other in ordered if other.candidate.name.words != words), -inf)


def _match(query: Prepared, one: Scored, rarity: Rarity, weights: score.Weights) -> Match:
    likely = score.probability(one.odds)
    decision = score.decide(query, one.candidate, one.comparison, likely, weights)
    reasons = score.evidence(query, one.candidate, one.comparison, rarity, weights)
    return Match(one.candidate.company_id, one.candidate.name.original, likely, decision, reasons)


__all__ = ["CANDIDATES", "Decision", "compare", "find", "judge", "rate"]
