"""The question itself: which known companies may this one be?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from openprm.matching import features, reasons, score
from openprm.matching.features import Comparison
from openprm.matching.index import Candidate, CandidateIndex, Prepared, Shortlist, names_of, prepare
from openprm.matching.likeness import Likeness
from openprm.matching.model import Company, Decision, Evidence, Match, Query
from openprm.matching.rarity import Rarity
from openprm.matching.trees import Numbers

CANDIDATES = 40  # names scored per query
RIVAL = 2.0  # log-odds within which another candidate is about as good


class Scored(NamedTuple):
    """A candidate with its score, before it is explained."""

    odds: float
    candidate: Candidate
    comparison: Comparison
    about: Numbers  # what both models asked for


def find(
    query: Query, index: CandidateIndex, k: int = 3, *, weights: score.Weights | None = None, explained: bool = True
) -> list[Match]:
    """The `k` companies of an index that are most likely the one asked about, best first.

    Reasons cost a third of the time; where nobody reads them, leave them out (``explained=False``).
    """
    prepared = prepare(query)
    return judge(prepared, index.candidates(prepared, CANDIDATES), k, weights=weights, explained=explained)


def judge(
    query: Prepared,
    shortlist: Shortlist,
    k: int = 3,
    *,
    weights: score.Weights | None = None,
    explained: bool = True,
) -> list[Match]:
    """Score and explain a shortlist; each company once, by its name that is most alike."""
    model = weights or score.shipped()
    rarity = Rarity(shortlist.total, shortlist.counts)
    return _matches(query, rate(query, shortlist.candidates, rarity, model), k, rarity, model, explained)


def compare(query: Query, company: Company, *, total: int = 0, weights: score.Weights | None = None) -> Match:
    """Judge one pair without an index; words are as rare as they are everywhere."""
    prepared, model, rarity = prepare(query), weights or score.shipped(), Rarity(total, {})
    return _matches(prepared, rate(prepared, names_of(company), rarity, model), 1, rarity, model)[0]


def rate(query: Prepared, candidates: Sequence[Candidate], rarity: Rarity, weights: score.Weights) -> list[Scored]:
    """Candidates with scores, best first, one per company; a score falls when another candidate is nearly as good."""
    if not candidates:
        return []
    likeness = Likeness()
    compared = [features.compare(query, candidate, rarity, likeness) for candidate in candidates]
    odds, about = score.judge(query, candidates, compared, rarity, weights)
    best = dict[str, Scored]()
    for one in map(Scored, odds, candidates, compared, about):
        known = best.get(one.candidate.company_id)
        if known is None or known.odds < one.odds:
            best[one.candidate.company_id] = one
    return sorted(best.values(), key=lambda one: (-round(one.odds, 4), one.candidate.company_id))


def _matches(
    query: Prepared,
    rated: Sequence[Scored],
    k: int,
    rarity: Rarity,
    weights: score.Weights,
    explained: bool = True,
) -> list[Match]:
    """Decide about the best `k`; who belongs to the family of the company asked about is family, whatever the name."""
    found = [_decided(query, one, weights) for one in rated[:k]]
    if explained:
        found = [
            replace(match, evidence=_because(query, one, rated, rarity, weights))
            for match, one in zip(found, rated, strict=False)
        ]
    families = {
        one.candidate.family: match.name
        for one, match in zip(rated, found, strict=False)
        if match.decision is Decision.SAME and one.candidate.family
    }
    return [
        _of_family(match, families[one.candidate.family]) if one.candidate.family in families else match
        for one, match in zip(rated, found, strict=False)
    ]


def _of_family(match: Match, name: str) -> Match:
    if match.decision is Decision.SAME:
        return match
    reason = Evidence("family", 0.0, {"name": name})
    return replace(match, decision=Decision.FAMILY, evidence=(*match.evidence, reason))


def _decided(query: Prepared, one: Scored, weights: score.Weights) -> Match:
    likely = score.probability(one.odds)
    decision = score.decide(query, one.candidate, one.comparison, likely, weights)
    return Match(one.candidate.company_id, one.candidate.name.original, likely, decision, ())


def _because(
    query: Prepared, one: Scored, rated: Sequence[Scored], rarity: Rarity, weights: score.Weights
) -> tuple[Evidence, ...]:
    found, others = reasons.evidence(query, one.candidate, one.comparison, rarity, one.about, weights)
    return reasons.in_order([*found, _beside(one, rated, others)])


def _beside(one: Scored, rated: Sequence[Scored], points: float) -> Evidence:
    """How the other candidates compare: one of another name is nearly as good, or better, or none comes near."""
    words = one.candidate.name.words
    other = next((other for other in rated if other.candidate.name.words != words), None)
    if other is None or one.odds - other.odds > RIVAL or other.odds < score.FAR:
        return Evidence("clear_lead" if points >= 0 else "many_names", points)
    kind = "rival" if one.odds > other.odds - RIVAL else "better"
    return Evidence(kind, points, {"name": other.candidate.name.original})


__all__ = ["CANDIDATES", "Decision", "compare", "find", "judge", "rate"]
