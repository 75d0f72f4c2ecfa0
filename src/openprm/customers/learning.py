"""Learning from a deployment's own decisions: a small correction on top of what matching says. Pure; no database.

Matching comes with weights learnt from thousands of pairs. What a deployment decided about its own customers corrects
them: the log-odds that matching gives, plus so much for each kind of evidence, by a logistic regression that is drawn
towards "no correction", so that ten decisions move little and a thousand as much as they deserve. It speaks of evidence
and probabilities alone, so it outlives an upgrade of matching.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p
from typing import Any, NamedTuple
from zlib import crc32

from openprm.matching import Decision, Match
from openprm.matching.measure import Answer, figures

KINDS = ("domain_equal", "domain_differs", "country_equal", "country_differs", "initials_equal", "name_equal")
INPUTS = ("intercept", "slope", *KINDS, "other_for", "other_against")
TELLING = frozenset({"domain_equal", "name_equal", "initials_equal", "word_rare"})  # "same" never rests on less
PRIOR = 4.0  # how strongly each number is drawn towards no correction, in examples; docs/matching.md says why 4
SAME, POSSIBLE = 0.9, 0.1  # probabilities from which a correction makes same of possible, and possible of different
DOUBT = 0.5  # and below which it makes possible of same
MOST_STEPS, LEAST_SHARE = 40, 1e-6  # of Newton's method, and of one of its steps
DECISIONS_COUNT = 5.0  # one of the deployment's own decisions weighs as much as so many pairs of the data


Row = tuple[list[float], float, bool, float]  # inputs, log-odds, what it is, weight


class Example(NamedTuple):
    """A pair that matching judged, and what it really is; ``key`` keeps all that is about one company in one half."""

    match: Match
    right: bool
    present: bool
    key: str
    decided: bool = False

    @property
    def half(self) -> int:
        """Return 0 or 1."""
        return crc32(self.key.encode()) % 2


@dataclass(frozen=True, slots=True)
class Correction:
    """What was learnt: a number for each of ``INPUTS``; all zero corrects nothing."""

    numbers: tuple[float, ...] = (0.0,) * len(INPUTS)

    @staticmethod
    def read(stored: Mapping[str, Any]) -> "Correction":
        """Read what ``plain`` wrote; numbers that this version does not know are left out."""
        return Correction(tuple(float(stored.get(name, 0.0)) for name in INPUTS))

    def plain(self) -> dict[str, float]:
        """Return the numbers by name, as they are stored."""
        return {name: round(value, 4) for name, value in zip(INPUTS, self.numbers, strict=True)}

    def probability(self, match: Match) -> float:
        """Return the corrected probability that a match is the company."""
        return _squash(_log_odds(match) + _dot(self.numbers, _inputs(match)))

    def applied(self, match: Match) -> Match:
        """Return a match as corrected; a family stays one, and nothing becomes the same by common words alone."""
        likely = self.probability(match)
        return Match(match.company_id, match.name, likely, _decision(match, likely), match.evidence)


class Report(NamedTuple):
    """How good matching is on one half's pairs: the data's figures, and the share of decisions answered as decided."""

    pairs: int
    f1: float
    recall_at_95: float
    decisions: int
    as_decided: float


def learn(examples: Sequence[Example], *, prior: float = PRIOR) -> Correction:
    """Learn a correction by Newton's method; a handful of steps settle it."""
    numbers = [0.0] * len(INPUTS)
    for better in steps(examples, prior=prior):
        numbers = better
    return Correction(tuple(numbers))


def steps(examples: Sequence[Example], *, prior: float = PRIOR) -> Iterator[list[float]]:
    """Yield the numbers after each step; each has less ``loss`` than the one before, from no correction on.

    Newton's full step can overshoot where few decisions speak against confident matching and little draws them back,
    so a step is halved until it gains at least a part of what its slope promises. The loss is convex: there is one best
    correction, and every step nears it.
    """
    numbers, rows = [0.0] * len(INPUTS), _rows(examples)
    at_present = _loss(rows, numbers, prior)
    for _step in range(MOST_STEPS):
        gradient, curve = _slope(rows, numbers, prior)
        step = _solve(curve, gradient)
        promised, share = _dot(gradient, step), 1.0
        while share > LEAST_SHARE:
            tried = [value + share * change for value, change in zip(numbers, step, strict=True)]
            lost = _loss(rows, tried, prior)
            if lost < at_present - 1e-4 * share * promised:
                break
            share /= 2
        else:
            return  # no better by any part of the step: this is the best there is, to the last digits
        numbers, at_present = tried, lost
        yield numbers
        if max(map(abs, step)) < 1e-4:
            return


def loss(examples: Sequence[Example], correction: Correction, *, prior: float = PRIOR) -> float:
    """Return how badly a correction fits the examples, with what it costs to correct at all."""
    return _loss(_rows(examples), correction.numbers, prior)


def report(examples: Iterable[Example], correction: Correction) -> Report:
    """Judge a correction on examples that it has not seen."""
    rows = list(examples)
    asked = [one for one in rows if not one.decided]
    found = figures(Answer(correction.probability(one.match), one.right, one.present) for one in asked)
    decided = [one for one in rows if one.decided]
    good = sum((correction.applied(one.match).decision is Decision.SAME) == one.right for one in decided)
    return Report(len(asked), found.f1, found.recall_at_95, len(decided), good / len(decided) if decided else 1.0)


def judged(examples: Sequence[Example]) -> tuple[Report, Report]:
    """Return the reports before and after, each half judged by what the other half taught."""
    none, before, after = Correction(), list[Report](), list[Report]()
    for half in (0, 1):
        unseen = [one for one in examples if one.half == half]
        taught = learn([one for one in examples if one.half != half])
        before.append(report(unseen, none))
        after.append(report(unseen, taught))
    return _together(before), _together(after)


def _together(halves: Sequence[Report]) -> Report:
    pairs, decisions = (sum(getattr(one, name) for one in halves) for name in ("pairs", "decisions"))

    def mean(name: str, by: str, total: int) -> float:
        return sum(getattr(one, name) * getattr(one, by) for one in halves) / total if total else 0.0

    return Report(
        pairs,
        mean("f1", "pairs", pairs),
        mean("recall_at_95", "pairs", pairs),
        decisions,
        mean("as_decided", "decisions", decisions),
    )


def _decision(match: Match, likely: float) -> Decision:
    match match.decision:
        case Decision.SAME if likely < DOUBT:
            return Decision.POSSIBLE
        case Decision.POSSIBLE if likely >= SAME and TELLING & {one.kind for one in match.evidence if one.points > 0}:
            return Decision.SAME
        case Decision.DIFFERENT if likely >= DOUBT:
            return Decision.POSSIBLE
        case Decision.POSSIBLE if likely < POSSIBLE < match.probability:
            return Decision.DIFFERENT
        case as_it_was:
            return as_it_was


def _rows(examples: Iterable[Example]) -> list[Row]:
    return [(_inputs(one.match), _log_odds(one.match), one.right, _weight(one)) for one in examples]


def _loss(rows: Iterable[Row], numbers: Sequence[float], prior: float) -> float:
    total = prior / 2 * _dot(numbers, numbers)
    for inputs, odds, right, weight in rows:
        against = odds + _dot(numbers, inputs)
        total += weight * _softplus(-against if right else against)
    return total


def _slope(rows: Iterable[Row], numbers: Sequence[float], prior: float) -> tuple[list[float], list[list[float]]]:
    """Return where the loss falls, and how it bends."""
    gradient = [-prior * value for value in numbers]
    curve = [[prior * (at == to) for to in range(len(INPUTS))] for at in range(len(INPUTS))]
    for inputs, odds, right, weight in rows:
        likely = _squash(odds + _dot(numbers, inputs))
        bend = weight * likely * (1 - likely)
        for at, value in enumerate(inputs):
            if value:
                gradient[at] += weight * (right - likely) * value
                for to, other in enumerate(inputs):
                    curve[at][to] += bend * value * other
    return gradient, curve


def _weight(one: Example) -> float:
    return DECISIONS_COUNT if one.decided else 1.0


def _inputs(match: Match) -> list[float]:
    points = dict.fromkeys(INPUTS[2:], 0.0)
    for one in match.evidence:
        kind = one.kind if one.kind in points else "other_for" if one.points >= 0 else "other_against"
        points[kind] += abs(one.points) / 6.0
    return [1.0, _log_odds(match) / 6.0, *points.values()]


def _log_odds(match: Match) -> float:
    likely = min(1 - 1e-6, max(1e-6, match.probability))
    return log(likely / (1 - likely))


def _squash(odds: float) -> float:
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, odds))))


def _softplus(value: float) -> float:
    return max(value, 0.0) + log1p(exp(-abs(value)))


def _dot(numbers: Sequence[float], inputs: Sequence[float]) -> float:
    return sum(number * value for number, value in zip(numbers, inputs, strict=True))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small positive definite system by elimination."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [mine - factor * theirs for mine, theirs in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows[at][to] * found[to] for to in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found
