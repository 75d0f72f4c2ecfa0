"""Logistic regression in a page of plain Python: Newton's method with a small ridge. For training only."""

from collections.abc import Sequence
from math import exp, sqrt

Row = Sequence[float]


def fit(
    rows: Sequence[Row], labels: Sequence[bool], *, ridge: float = 1.0, steps: int = 9
) -> tuple[float, list[float]]:
    """Intercept and coefficients that make the labels likeliest."""
    middle, spread = _scale(rows)
    scaled = [[1.0, *((value - m) / s for value, m, s in zip(row, middle, spread, strict=True))] for row in rows]
    size = len(middle) + 1
    weights = [0.0] * size
    for _ in range(steps):
        slope, curve = _derivatives(scaled, labels, weights)
        for at in range(1, size):
            slope[at] -= ridge * weights[at]
            curve[at][at] += ridge
        weights = [weight + step for weight, step in zip(weights, _solve(curve, slope), strict=True)]
    plain = [weight / s for weight, s in zip(weights[1:], spread, strict=True)]
    return weights[0] - sum(weight * m for weight, m in zip(plain, middle, strict=True)), plain


def _scale(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    columns = list(zip(*rows, strict=True))
    middle = [sum(column) / len(column) for column in columns]
    spread = [
        sqrt(sum((value - m) ** 2 for value in column) / len(column)) or 1.0
        for column, m in zip(columns, middle, strict=True)
    ]
    return middle, spread


def _derivatives(rows: Sequence[Row], labels: Sequence[bool], weights: Row) -> tuple[list[float], list[list[float]]]:
    size = len(weights)
    slope, curve = [0.0] * size, [[0.0] * size for _ in range(size)]
    for row, label in zip(rows, labels, strict=True):
        odds = sum(weight * value for weight, value in zip(weights, row, strict=True))
        likely = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))
        off, steep = label - likely, max(likely * (1.0 - likely), 1e-9)
        if abs(off) < 1e-5:
            continue
        for at, value in enumerate(row):
            slope[at] += off * value
            line, scaled = curve[at], steep * value
            for other in range(at + 1):
                line[other] += scaled * row[other]
    for at in range(size):
        for other in range(at):
            curve[other][at] = curve[at][other]
    return slope, curve


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss elimination with pivoting; the matrix is small and positive."""
    size = len(right)
    table = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda at: abs(table[at][column]))
        table[column], table[pivot] = table[pivot], table[column]
        for at in range(column + 1, size):
            factor = table[at][column] / table[column][column]
            if factor:
                table[at] = [mine - factor * theirs for mine, theirs in zip(table[at], table[column], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(table[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (table[at][size] - rest) / table[at][at]
    return found
