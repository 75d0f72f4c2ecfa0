"""A model of many small decision trees, in numbers that can be read: every tree asks a few questions of all alike.

A tree is a list of questions ("is number N above T?") and what it adds to the log-odds for each pattern of answers.
All questions of a tree are asked whatever the answers before ("oblivious" trees), so a tree is a table, and hundreds of
them are judged for all candidates in a few array operations. `boosting` learns them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """`columns` and `limits` are the questions, a row per tree; `adds` what a pattern of answers adds.

    `seen` says how many of 10,000 rows that the tree learnt from gave that pattern: what `explain` goes by.
    """

    names: tuple[str, ...]
    start: float
    columns: NDArray[np.intp]
    limits: Numbers
    adds: Numbers
    seen: Numbers

    def judge(self, rows: Numbers) -> Numbers:
        """Log-odds for each row of numbers."""
        trees, questions = self.columns.shape
        above = rows[:, self.columns.ravel()] > self.limits.ravel()
        pattern = above.reshape(len(rows), trees, questions) @ (1 << np.arange(questions, dtype=np.int32)[::-1])
        pattern += np.arange(trees, dtype=np.int32) * self.adds.shape[1]
        judged: Numbers = self.adds.ravel()[pattern].sum(axis=1, dtype=np.float32) + np.float32(self.start)
        return judged

    def explain(self, row: Numbers) -> tuple[float, Numbers]:
        """What each number of a row adds to its log-odds, beside what any row has: their sum is what `judge` says.

        Question after question, the answer moves what a tree is expected to add; the number asked for is credited with
        the move. Expected is the average over the rows that the tree learnt from and that gave the same answers so far.
        """
        above = row[self.columns] > self.limits
        adds, seen = self.adds, self.seen + np.float32(1e-3)
        expected = (adds * seen).sum(axis=1) / seen.sum(axis=1)
        base = float(expected.sum()) + self.start
        credit = np.zeros(len(self.names), np.float32)
        for question in range(self.columns.shape[1]):
            half = adds.shape[1] // 2
            yes = above[:, question, None]
            adds, seen = (np.where(yes, one[:, half:], one[:, :half]) for one in (adds, seen))
            now = (adds * seen).sum(axis=1) / seen.sum(axis=1)
            np.add.at(credit, self.columns[:, question], now - expected)
            expected = now
        return base, credit

    def dump(self) -> dict[str, Any]:
        """What `load` turns back: plain values for JSON."""
        trees = [
            {
                "asks": [[self.names[column], short(limit)] for column, limit in zip(columns, limits, strict=True)],
                "adds": [short(value) for value in adds],
                "seen": [round(value) for value in seen.tolist()],
            }
            for columns, limits, adds, seen in zip(self.columns, self.limits, self.adds, self.seen, strict=True)
        ]
        return {"start": short(self.start), "trees": trees}

    @staticmethod
    def load(found: Mapping[str, Any], names: Sequence[str]) -> "Trees":
        """Read a model; a number that the program does not know is refused."""
        place = {name: at for at, name in enumerate(names)}
        trees = found["trees"]
        unknown = {name for tree in trees for name, _ in tree["asks"]} - set(place)
        if unknown:
            raise ValueError(f"The model asks for {', '.join(sorted(unknown))}, which this version does not measure")
        return Trees(
            tuple(names),
            found["start"],
            np.array([[place[name] for name, _ in tree["asks"]] for tree in trees], np.intp),
            np.array([[limit for _, limit in tree["asks"]] for tree in trees], np.float32),
            np.array([tree["adds"] for tree in trees], np.float32),
            np.array([tree["seen"] for tree in trees], np.float32),
        )


def dumps(model: Trees) -> str:
    """The model as JSON with a line for each tree."""
    found = model.dump()
    lines = ",\n  ".join(json.dumps(tree) for tree in found["trees"])
    return f'{{"start": {found["start"]}, "trees": [\n  {lines}\n]}}'


def short(value: float) -> float:
    """A number with four digits that count and no more than five behind the point: a person can read it."""
    return round(float(f"{float(value):.4g}"), 5)
