"""Learn the model from labelled pairs: `python -m openprm.matching.train FOLDER` writes pair.json, settle.json,
differences.txt and the thresholds in weights.json.

FOLDER holds the gold sets (see `samples`). The companies are parted into folds; each is judged by what the others
teach, and by thresholds chosen on the others' answers. The figures printed come from these, the files written from
all. The data stay where they are.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openprm.matching import boosting, context, features, samples
from openprm.matching.index import names_of, prepare
from openprm.matching.likeness import Likeness
from openprm.matching.measure import Answer, Figures, Judged, crossed, figures
from openprm.matching.memory import MemoryIndex
from openprm.matching.model import Company, Query
from openprm.matching.rarity import Rarity, common_words
from openprm.matching.samples import ALSO_ON_FILE, HARD, Sample
from openprm.matching.score import probability
from openprm.matching.trees import Numbers, Trees, dumps

HERE = Path(__file__).parent
COMMON_ENOUGH = 6  # differences seen at least so often are learnt
MEASURE_ONLY = "listed"  # this set's licence is unclear: it may weigh features but lends no words
NOISY = {"employer": 0.3}  # sets whose labels are loose (departments, subsidiaries) count less
HOPELESS = HARD - {"acronym"}
MOST_WORDS = 60  # of a question; what is longer is hardly a name
FAR, FEW = -7.0, 0.1  # of candidates that are clearly wrong, a tenth is enough to learn from
MOST = {False: 1000, True: 440}  # questions of a set that judge: on file, absent
PARTS = 4  # in which companies are taught
DIFFERENCES = [features.NAMES.index(name) for name in ("only_one_has", "worst_difference")]


@dataclass
class Lesson:
    """Candidates of many questions, a row each; rows of a question stand together."""

    samples: list[Sample]
    question: NDArray[np.intp]  # which sample a row belongs to
    rows: Numbers
    right: NDArray[np.bool_]
    names: list[int]  # equal numbers, equal names
    alone: list[tuple[str, ...]]  # words that only one of the names has
    size: NDArray[np.int64]  # of the index
    answered: NDArray[np.int64]  # which words of the question a row answers, a bit for each
    weights: list[Numbers]  # of the words, for each sample
    sides: Numbers  # `features.OF_A_SIDE`, of the name asked for and of the candidate
    forms: Numbers  # `features.OF_FORMS`

    def only(self, chosen: NDArray[np.bool_]) -> "Lesson":
        """The rows chosen."""
        at = np.flatnonzero(chosen)
        names, alone = [self.names[one] for one in at], [self.alone[one] for one in at]
        return Lesson(
            self.samples,
            self.question[at],
            self.rows[at],
            self.right[at],
            names,
            alone,
            self.size[at],
            self.answered[at],
            self.weights,
            self.sides[at],
            self.forms[at],
        )

    def each(self, values: Mapping[str, float]) -> Numbers:
        """A value per row, by the set that its sample is of."""
        of_sample = np.array([values.get(sample.source, 1.0) for sample in self.samples], np.float32)
        found: Numbers = of_sample[self.question]
        return found

    def fold(self) -> NDArray[np.intp]:
        """The fold of each row's company."""
        return np.array([sample.fold for sample in self.samples])[self.question]

    def kind(self, kinds: frozenset[str]) -> NDArray[np.bool_]:
        """Whether each row's sample is of one of these kinds."""
        return np.array([sample.kind in kinds for sample in self.samples])[self.question]


class Model(NamedTuple):
    """What training learns."""

    pair: Trees
    settle: Trees
    speaks: Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, print the figures, write the files."""
    parser = argparse.ArgumentParser(prog="python -m openprm.matching.train", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the gold_*_dev.csv.gz and pool_names.csv.gz are")
    parser.add_argument("--pools", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folds", type=int, choices=(0, 2, 5, 10), default=2, help="0: no figures")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    chosen = parser.parse_args(arguments)
    lesson = ask(chosen.folder, chosen.pools)
    say(f"{len(lesson.samples)} questions, {len(lesson.right)} candidates")
    limits = crossfit(lesson, chosen.folds) if chosen.folds else []
    if not chosen.dry_run:
        write(learn(lesson), limits)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def crossfit(lesson: Lesson, folds: int) -> list[Figures]:
    """Print how each fold of the companies is judged by what the others teach; figures in the four sets, by size."""
    fold = lesson.fold() % folds
    told: dict[tuple[int, int], list[list[Answer]]] = {}  # by size and number of sets: the answers of each fold
    for number in range(folds):
        model = learn(lesson.only(fold != number))
        for size in np.unique(lesson.size).tolist():
            unseen = lesson.only((fold == number) & (lesson.size == size))
            best = judge(unseen, model)
            for sets in (ALSO_ON_FILE, samples.SETS):
                told.setdefault((size, len(sets)), []).append(fair_share(best, sets, folds))
        say(f"fold {number} is judged")
    limits = []
    for (size, many), answers in told.items():
        judged = [crossed(chain(*answers[:at], *answers[at + 1 :]), one) for at, one in enumerate(answers)]
        for number, one in enumerate(judged):
            say(f"fold {number}, {size} companies, {many} sets: {_shown(one)}")
        mean = Judged(*(sum(values) / folds for values in zip(*judged, strict=True)))
        say(f"mean, {size} companies, {many} sets: {_shown(mean)}")
        if many == len(samples.SETS):
            limits.append(figures(chain(*answers)))
    return limits


def _shown(judged: Judged) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in judged._asdict().items())


def ask(folder: Path, sizes: Sequence[int], *, seed: int = 3) -> Lesson:
    """Put the questions to indexes of several sizes; names equal to the right one are right as well."""
    rows = samples.read(folder)
    random.Random(seed).shuffle(rows)  # noqa: S311
    parts = [_ask(folder, rows, size) for size in sizes]
    asked = [sample for part in parts for sample in part.samples]
    starts = np.cumsum([0, *(len(part.samples) for part in parts)])
    return Lesson(
        asked,
        np.concatenate([part.question + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.right for part in parts]),
        [name for part in parts for name in part.names],
        [words for part in parts for words in part.alone],
        np.concatenate([part.size for part in parts]),
        np.concatenate([part.answered for part in parts]),
        [weights for part in parts for weights in part.weights],
        np.concatenate([part.sides for part in parts]),
        np.concatenate([part.forms for part in parts]),
    )


def _ask(folder: Path, rows: Sequence[Sample], size: int) -> Lesson:
    companies = samples.pool(folder, rows, size)
    on_file = {company.id for company in companies}
    index = MemoryIndex(companies)
    asked = samples.at_most_two([sample for sample in rows if sample.absent or sample.entity in on_file])
    told = [_told(number, sample, index) for number, sample in enumerate(asked)]
    each = [row for rows in told for row in rows]
    return Lesson(
        asked,
        np.array([row.question for row in each], np.intp),
        np.array([row.numbers for row in each], np.float32),
        np.array([row.right for row in each], np.bool_),
        [row.name for row in each],
        [row.alone for row in each],
        np.full(len(each), len(companies), np.int64),
        np.array([row.answered for row in each], np.int64),
        [rows[0].weights for rows in told],
        np.array([row.sides for row in each], np.float32),
        np.array([row.forms for row in each], np.float32),
    )


class _Row(NamedTuple):
    """One candidate of a question."""

    question: int
    numbers: Numbers
    right: bool
    name: int
    alone: tuple[str, ...]
    answered: int
    weights: Numbers
    sides: tuple[float, ...]
    forms: tuple[float, float]


def _told(number: int, sample: Sample, index: MemoryIndex) -> list[_Row]:
    """Compare every candidate for a sample; where there is none, an empty name stands for the wrong answer."""
    query = prepare(Query(sample.query))
    found = index.candidates(query)
    rarity, likeness, account = Rarity(found.total, found.counts), Likeness(), samples.key(sample.account)
    weights = np.array([rarity(word) for word in query.name.words[:MOST_WORDS]], np.float32)
    rows = []
    for one in found.candidates or names_of(Company("", "")):
        compared = features.compare(query, one, rarity, likeness, {})
        right = not sample.absent and (one.company_id == sample.entity or one.name.key == account)
        alone = compared.only_one_has(query.name.words, one.name.words)
        numbers = np.array(compared.numbers, np.float32)
        answered = sum(1 << at for at, part in enumerate(compared.alignment.mine[:MOST_WORDS]) if part)
        name = hash(one.name.words)
        rows.append(_Row(number, numbers, right, name, alone, answered, weights, compared.sides, compared.forms))
    return rows


def learn(lesson: Lesson) -> Model:
    """Learn what differences say, then the pair's trees, then those that know the other candidates.

    What judges a row while later parts learn was never learnt from the same company: differences and the pair's trees
    for that purpose come from the others.
    """
    useful = lesson.only(~lesson.kind(frozenset(HOPELESS)))
    part = useful.fold() % PARTS
    parts = np.unique(part)
    for one in parts:
        _tell(useful, part == one, differences(useful.only(part != one)))
    alone = np.zeros(len(part), np.float32)
    for one in parts:
        alone[part == one] = _boost(useful.only(part != one)).judge(useful.rows[part == one])
    about = _contexts(useful, alone)
    fair = (alone > FAR + 1) & ~useful.kind(HARD)
    rows = np.concatenate([about, useful.rows], axis=1)[fair]
    names = (*context.NAMES, *features.NAMES)
    settle = boosting.learn(
        rows,
        useful.right[fair],
        names,
        weights=useful.each(NOISY)[fair],
        known=alone[fair],
        trees=240,
        pace=0.06,
        caution=20.0,
    )
    return Model(_boost(useful), settle, differences(useful))


def _boost(lesson: Lesson) -> Trees:
    """The pair's trees: a rough model first sets aside most of what is clearly wrong."""
    importance = lesson.each(NOISY)
    chance = np.random.default_rng(1)
    some = chance.random(len(lesson.right)) < 0.12
    rough = boosting.learn(
        lesson.rows[some],
        lesson.right[some],
        features.NAMES,
        weights=importance[some],
        trees=25,
        pace=0.3,
        questions=4,
    )
    near = (rough.judge(lesson.rows) > FAR) | lesson.right
    kept = near | (chance.random(len(near)) < FEW)
    counts = (importance * np.where(near, 1.0, 1.0 / FEW)).astype(np.float32)
    return boosting.learn(lesson.rows[kept], lesson.right[kept], features.NAMES, weights=counts[kept])


def _contexts(lesson: Lesson, odds: Numbers) -> Numbers:
    starts = np.flatnonzero(np.diff(lesson.question, prepend=-1, append=-1))
    return np.concatenate([context.context(_listed(lesson, odds, slice(*ends))) for ends in pairwise(starts.tolist())])


def _listed(lesson: Lesson, odds: Numbers, rows: slice) -> context.Listed:
    weights = lesson.weights[lesson.question[rows.start]]
    answered = (lesson.answered[rows, None] >> np.arange(len(weights))) & 1
    total = int(lesson.size[rows.start])
    return context.Listed(
        odds[rows],
        lesson.names[rows],
        lesson.rows[rows],
        answered.astype(np.float32),
        weights,
        total,
        lesson.sides[rows],
        lesson.forms[rows],
    )


def differences(lesson: Lesson) -> dict[str, float]:
    """For each word: how much more often names of one company differ by it than names of two (log ratio)."""
    same, other = Counter[str](), Counter[str]()
    alike = lesson.rows[:, features.NAMES.index("shared_both")]
    lends = lesson.each({MEASURE_ONLY: 0.0}) > 0
    for words, right, much, may in zip(lesson.alone, lesson.right, alike, lends, strict=True):
        if may and (right or much > 0.35):
            (same if right else other).update(words)
    share = same.total() / max(1, same.total() + other.total())
    return {word: _speaks(same[word], other[word], share) for word in same | other if word in common_words()}


def _tell(lesson: Lesson, chosen: NDArray[np.bool_], speaks: Mapping[str, float]) -> None:
    for at in np.flatnonzero(chosen):
        lesson.rows[at, DIFFERENCES] = features.about_differences(lesson.alone[at], speaks)


def _speaks(same: int, other: int, share: float) -> float:
    """Log ratio, drawn towards nothing while a word was seen seldom."""
    if same + other < COMMON_ENOUGH:
        return 0.0
    seen, caution = same + other + 8, 8
    found = log((same + caution * share) / seen / share) - log((other + caution * (1 - share)) / seen / (1 - share))
    return round(found, 2)


def judge(lesson: Lesson, model: Model) -> list[tuple[Sample, Answer]]:
    """What a model answers to questions that are not hard."""
    _tell(lesson, np.ones(len(lesson.right), np.bool_), model.speaks)
    odds = model.pair.judge(lesson.rows)
    odds += model.settle.judge(np.concatenate([_contexts(lesson, odds), lesson.rows], axis=1))
    best: dict[int, tuple[float, bool]] = {}
    for question, value, right in zip(lesson.question.tolist(), odds.tolist(), lesson.right.tolist(), strict=True):
        if question not in best or best[question][0] < value:
            best[question] = (value, right)
    asked = ((lesson.samples[question], *found) for question, found in best.items())
    return [
        (sample, Answer(probability(value), right, not sample.absent))
        for sample, value, right in asked
        if sample.kind not in HARD
    ]


def fair_share(best: Sequence[tuple[Sample, Answer]], sets: Sequence[str], folds: int) -> list[Answer]:
    """Answers of these sets, of none so many that it outweighs the others; with an answer on file and without."""
    taken = Counter[tuple[str, bool]]()
    answers = []
    for sample, answer in best:
        taken[sample.source, sample.absent] += 1
        if sample.source in sets and taken[sample.source, sample.absent] <= MOST[sample.absent] // folds:
            answers.append(answer)
    return answers


def write(model: Model, limits: Sequence[Figures]) -> None:
    """Write the model into the package."""
    (HERE / "pair.json").write_text(dumps(model.pair) + "\n", "ascii")
    (HERE / "settle.json").write_text(dumps(model.settle) + "\n", "ascii")
    if limits:
        old = json.loads((HERE / "weights.json").read_text("utf-8"))
        same = sum(one.threshold_at_95 for one in limits) / len(limits)
        possible = sum(one.threshold for one in limits) / len(limits) / 2
        old["thresholds"] = {"same": round(same, 3), "possible": round(possible, 3)}
        (HERE / "weights.json").write_text(json.dumps(old, indent=2) + "\n", "utf-8")
    lines = [f"{word} {points:.2f}\n" for word, points in sorted(model.speaks.items()) if abs(points) >= 0.15]
    head = "# What a word says that only one of two names has; below 0: that they are two companies.\n"
    (HERE / "differences.txt").write_text(head + "".join(lines), "ascii")


if __name__ == "__main__":
    main()
