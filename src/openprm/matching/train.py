"""Learn weights.json and differences.txt from labelled pairs: `python -m openprm.matching.train FOLDER`.

FOLDER holds the gold sets (see `samples`). Half of the companies teach and half judge, then the other way round; the
figures printed come from those, the files written from all. The data stay where they are.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, log
from pathlib import Path
from typing import NamedTuple

from openprm.matching import features, regression, samples, score
from openprm.matching.index import Candidate, Prepared, prepare
from openprm.matching.likeness import Likeness
from openprm.matching.measure import Answer, Figures, figures
from openprm.matching.memory import MemoryIndex
from openprm.matching.model import Query
from openprm.matching.rarity import Rarity, common_words
from openprm.matching.samples import Sample

HERE = Path(__file__).parent
COMMON_ENOUGH = 6  # differences seen at least so often are learnt
MEASURE_ONLY = "listed"  # this set's licence is unclear: it may weigh features but lends no words


class Question(NamedTuple):
    """A sample with its candidates, and which of them are right."""

    sample: Sample
    query: Prepared
    candidates: Sequence[Candidate]
    rarity: Rarity
    right: Sequence[bool]


class Model(NamedTuple):
    """What training learns."""

    weights: score.Weights
    speaks: Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, print the figures, write the files."""
    parser = argparse.ArgumentParser(prog="python -m openprm.matching.train", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the gold_*_dev.csv.gz and pool_names.csv.gz are")
    parser.add_argument("--pool", type=int, default=100_000, help="companies to tell apart (default 100,000)")
    parser.add_argument("--per-set", type=int, default=1_500, help="questions from each set (default 1,500)")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    chosen = parser.parse_args(arguments)
    say = sys.stdout.write
    questions = list(ask(chosen.folder, chosen.pool, chosen.per_set))
    say(f"{len(questions)} questions, {sum(len(one.candidates) for one in questions)} candidates\n")
    judged = []
    for half in (0, 1):
        model = learn([one for one in questions if one.sample.fold % 2 != half])
        judged.append(judge([one for one in questions if one.sample.fold % 2 == half], model))
        say(f"half {half}: {_shown(judged[-1])}\n")
    model = learn(questions)
    say(f"all (seen): {_shown(judge(questions, model))}\n")
    if not chosen.dry_run:
        same = sum(found.threshold_at_95 for found in judged) / len(judged)
        possible = sum(found.threshold for found in judged) / len(judged) / 2
        write(model._replace(weights=replace(model.weights, same=same, possible=possible)))


def _shown(found: Figures) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in found._asdict().items())


def ask(folder: Path, size: int, per_set: int) -> Iterator[Question]:
    """Put the questions to an index and mark the right candidates; names equal to the right one are right as well."""
    rows = samples.read(folder)
    companies = samples.pool(folder, rows, size)
    index = MemoryIndex(companies)
    for sample in samples.choose(rows, companies, per_set=per_set):
        query = prepare(Query(sample.query))
        found = index.candidates(query)
        account = samples.key(sample.account)
        right = [
            not sample.absent and (one.company_id == sample.entity or one.name.key == account)
            for one in found.candidates
        ]
        yield Question(sample, query, found.candidates, Rarity(found.total, found.counts), right)


def learn(questions: Sequence[Question]) -> Model:
    """Learn what differences say, then how much every number counts; words are judged by the half they were not in."""
    useful = [one for one in questions if one.sample.kind not in samples.HARD or one.sample.kind == "acronym"]
    first = _regress(useful, lambda _: {})
    parts = [differences([one for one in useful if _part(one) != part], first) for part in (0, 1)]
    weights = _regress(useful, lambda one: parts[_part(one)])
    return _settle(useful, Model(weights, differences(useful, first)))


def differences(questions: Sequence[Question], weights: score.Weights) -> dict[str, float]:
    """For each word: how much more often names of one company differ by it than names of two (log ratio)."""
    same, other = Counter[str](), Counter[str]()
    for question in questions:
        if question.sample.source == MEASURE_ONLY:
            continue
        likeness = Likeness()
        for candidate, right in zip(question.candidates, question.right, strict=True):
            compared = features.compare(question.query, candidate, question.rarity, likeness, {})
            odds = score.log_odds(question.query, candidate, compared.numbers, weights)
            if right or score.probability(odds) > 0.03:
                (same if right else other).update(_only_one_has(question.query, candidate, compared))
    share = same.total() / max(1, same.total() + other.total())
    return {word: _speaks(same[word], other[word], share) for word in same | other if word in common_words()}


def judge(questions: Sequence[Question], model: Model) -> Figures:
    """Figures of a model over questions that are not hard."""
    return figures(_answer(one, model) for one in questions if one.sample.kind not in samples.HARD)


def write(model: Model) -> None:
    """Write the model into the package."""
    names = ("intercept", *features.NAMES)
    learnt = dict(zip(names, (model.weights.intercept, *model.weights.coefficients), strict=True))
    old = json.loads((HERE / "weights.json").read_text("utf-8"))
    old["learnt"] = {name: round(value, 4) for name, value in learnt.items()}
    weights = model.weights
    settle = {"intercept": weights.settle_intercept, "odds": weights.settle_odds, "lead": weights.settle_lead}
    old["settle"] = {name: round(value, 4) for name, value in settle.items()}
    old["thresholds"] = {"same": round(model.weights.same, 3), "possible": round(model.weights.possible, 3)}
    (HERE / "weights.json").write_text(json.dumps(old, indent=2) + "\n", "utf-8")
    lines = [f"{word} {points:.2f}\n" for word, points in sorted(model.speaks.items()) if abs(points) >= 0.15]
    head = "# What a word says that only one of two names has; below 0: that they are two companies.\n"
    (HERE / "differences.txt").write_text(head + "".join(lines), "ascii")


def _regress(questions: Sequence[Question], speaks: Callable[[Question], Mapping[str, float]]) -> score.Weights:
    rows, labels = [], list[bool]()
    for question in questions:
        likeness = Likeness()
        for candidate, right in zip(question.candidates, question.right, strict=True):
            compared = features.compare(question.query, candidate, question.rarity, likeness, speaks(question))
            rows.append(compared.numbers)
            labels.append(right)
    intercept, coefficients = regression.fit(rows, labels)
    return replace(score.shipped(), intercept=intercept, coefficients=tuple(coefficients))


def _settle(questions: Sequence[Question], model: Model) -> Model:
    """Learn how sure to be of the best candidate by its odds and its lead over the next."""
    rows, labels = [], list[bool]()
    for question in questions:
        if question.candidates and question.sample.kind not in samples.HARD:
            odds, rival, right = _best(question, model)
            rows.append((odds, max(-score.MOST_LEAD, min(score.MOST_LEAD, odds - rival))))
            labels.append(right)
    intercept, (by_odds, by_lead) = regression.fit(rows, labels)
    weights = replace(model.weights, settle_intercept=intercept, settle_odds=by_odds, settle_lead=by_lead)
    return model._replace(weights=weights)


def _answer(question: Question, model: Model) -> Answer:
    if not question.candidates:
        return Answer(0.0, False, not question.sample.absent)
    odds, rival, right = _best(question, model)
    return Answer(score.probability(score.settle(odds, rival, model.weights)), right, not question.sample.absent)


def _best(question: Question, model: Model) -> tuple[float, float, bool]:
    """Odds of the best candidate, of the best one of another name, and whether the best is right."""
    likeness = Likeness()
    scored = []
    for candidate, right in zip(question.candidates, question.right, strict=True):
        compared = features.compare(question.query, candidate, question.rarity, likeness, model.speaks)
        odds = score.log_odds(question.query, candidate, compared.numbers, model.weights)
        scored.append((odds, right, candidate.name.words))
    best = max(scored)
    return best[0], max((odds for odds, _, words in scored if words != best[2]), default=-inf), best[1]


def _only_one_has(query: Prepared, candidate: Candidate, compared: features.Comparison) -> list[str]:
    sides = ((query.name.words, compared.alignment.mine), (candidate.name.words, compared.alignment.theirs))
    return [word for words, answered in sides for word, part in zip(words, answered, strict=True) if not part]


def _speaks(same: int, other: int, share: float) -> float:
    """Log ratio, drawn towards nothing while a word was seen seldom."""
    if same + other < COMMON_ENOUGH:
        return 0.0
    seen, caution = same + other + 4, 4
    return log((same + caution * share) / seen / share) - log((other + caution * (1 - share)) / seen / (1 - share))


def _part(question: Question) -> int:
    return question.sample.fold // 2 % 2


if __name__ == "__main__":
    main()
