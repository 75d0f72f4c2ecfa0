"""Learning the trees of `trees`: gradient boosting on log-odds, in a page of numpy. For training only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from openprm.matching.trees import Numbers, Trees, short

BINS = 64


def learn(
    rows: Numbers,
    labels: NDArray[np.bool_],
    names: Sequence[str],
    *,
    weights: Numbers | None = None,
    known: Numbers | None = None,
    trees: int = 300,
    questions: int = 5,
    pace: float = 0.08,
    caution: float = 10.0,
    seed: int = 7,
) -> Trees:
    """Add trees one after the other, each learning what those before got wrong.

    A tree sees half of the numbers, all of the rows judged worst and a tenth of the others (which count tenfold).
    `known` is what the log-odds are already: the trees then correct these.
    `caution` draws what a tree adds towards nothing where few rows speak for it.
    """
    chance = np.random.default_rng(seed)
    importance = np.ones(len(labels), np.float32) if weights is None else weights
    edges = [_edges(rows[:, column]) for column in range(rows.shape[1])]
    bins = np.stack([np.searchsorted(edge, rows[:, column]).astype(np.uint8) for column, edge in enumerate(edges)])
    share = float(np.average(labels, weights=importance))
    start = 0.0 if known is not None else float(np.log(share / (1.0 - share)))
    odds = np.full(len(labels), start, np.float32) if known is None else known.copy()
    asked: list[list[tuple[int, int]]] = []
    added: list[Numbers] = []
    counted: list[Numbers] = []
    per_row = importance * (10_000 / importance.sum())
    for _ in range(trees):
        likely = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
        off = ((labels - likely) * importance).astype(np.float32)
        seen, factor = _chosen(off, chance)
        slope = (off[seen] * factor).astype(np.float64)  # as they will be summed: so they are turned only once
        curve = ((likely * (np.float32(1.0) - likely) * importance)[seen] * factor).astype(np.float64)
        columns = chance.choice(len(edges), max(1, len(edges) // 2), replace=False)
        asks, pattern = _grow(bins[:, seen], slope, curve, columns, edges, questions, caution)
        size = 1 << len(asks)
        adds = np.bincount(pattern, slope, size) / (np.bincount(pattern, curve, size) + caution)
        asked.append(asks)
        added.append((pace * adds).astype(np.float32))
        every = _pattern(bins, asks)
        odds += added[-1][every]
        counted.append(np.bincount(every, per_row, size).round().astype(np.float32))
    limits = [[float(edges[column][at]) for column, at in asks] for asks in asked]
    columns = np.array([[column for column, _ in asks] for asks in asked], np.intp)
    return Trees(tuple(names), start, columns, np.array(limits, np.float32), np.stack(added), np.stack(counted))


def _edges(column: Numbers) -> Numbers:
    """Where questions about a number may cut."""
    cuts = np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.unique(np.array([short(cut) for cut in cuts], np.float32))  # as they will be written


def _chosen(off: Numbers, chance: np.random.Generator) -> tuple[NDArray[np.intp], Numbers]:
    """Rows to learn a tree from, and how much each counts."""
    size = np.abs(off)
    worst = np.quantile(size, 0.85)
    seen = np.flatnonzero((size >= worst) | (chance.random(len(off)) < 0.1))
    return seen, np.where(size[seen] >= worst, 1.0, 10.0).astype(np.float32)


def _grow(
    bins: NDArray[np.uint8],
    slope: NDArray[np.float64],
    curve: NDArray[np.float64],
    columns: NDArray[np.intp],
    edges: Sequence[Numbers],
    questions: int,
    caution: float,
) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Choose question after question, each the one that tells most with those before; and say how rows answer."""
    asks: list[tuple[int, int]] = []
    pattern = np.zeros(len(slope), np.int64)
    for depth in range(questions):
        shape = (1 << depth, BINS)
        best = (-1.0, 0, 0)
        first = pattern * BINS
        for column in columns:
            if not len(edges[column]):
                continue
            cells = first + bins[column]
            up = np.bincount(cells, slope, shape[0] * BINS).reshape(shape).cumsum(axis=1)
            curved = np.bincount(cells, curve, shape[0] * BINS).reshape(shape).cumsum(axis=1)
            rest, curved_rest = up[:, -1:] - up, curved[:, -1:] - curved
            gain = (up**2 / (curved + caution) + rest**2 / (curved_rest + caution)).sum(axis=0)[: len(edges[column])]
            at = int(gain.argmax())
            best = max(best, (float(gain[at]), int(column), at))
        asks.append(best[1:])
        pattern = pattern * 2 + (bins[best[1]] > best[2])
    return asks, pattern


def _pattern(bins: NDArray[np.uint8], asks: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    pattern = np.zeros(bins.shape[1], np.int64)
    for column, at in asks:
        pattern = pattern * 2 + (bins[column] > at)
    return pattern
