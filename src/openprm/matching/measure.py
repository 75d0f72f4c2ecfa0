"""The figures by which matching is judged, from the best answer to each question."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Answer(NamedTuple):
    """The best match of one question: its probability, whether it is right, and whether there was anything to find."""

    probability: float
    right: bool
    present: bool


class Figures(NamedTuple):
    """How good a set of answers is, and the thresholds at which it is that good."""

    top1: float  # share of present companies whose best match is right, whatever the probability
    precision: float
    recall: float
    f1: float  # at the threshold that makes it greatest
    threshold: float
    recall_at_95: float  # recall at the lowest threshold that keeps 95 % precision
    threshold_at_95: float


def figures(answers: Iterable[Answer]) -> Figures:
    """Judge answers, choosing the thresholds on them."""
    ordered = sorted(answers, key=lambda answer: -answer.probability)
    present = sum(answer.present for answer in ordered) or 1
    best, sure, right = (0.0, 0.0, 0.0, 1.0), (0.0, 1.0), 0
    for number, answer in enumerate(ordered, 1):
        right += answer.right and answer.present
        precision, recall = right / number, right / present
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        best = max(best, (f1, precision, recall, answer.probability))
        if precision >= 0.95:
            sure = (recall, answer.probability)
    return Figures(right / present, best[1], best[2], best[0], best[3], *sure)


class Judged(NamedTuple):
    """How good answers are with thresholds that were chosen on others."""

    top1: float
    precision: float
    recall: float
    f1: float
    recall_at_95: float  # where 95 of 100 of the others were right
    precision_there: float


def crossed(chosen_on: Iterable[Answer], answers: Sequence[Answer]) -> Judged:
    """Judge answers with thresholds chosen on others."""
    limits = figures(chosen_on)
    present = sum(answer.present for answer in answers) or 1

    def above(threshold: float) -> tuple[float, float]:
        given = [answer for answer in answers if answer.probability >= threshold]
        right = sum(answer.right and answer.present for answer in given)
        return right / max(1, len(given)), right / present

    (precision, recall), (there, sure) = above(limits.threshold), above(limits.threshold_at_95)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return Judged(figures(answers).top1, precision, recall, f1, sure, there)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
