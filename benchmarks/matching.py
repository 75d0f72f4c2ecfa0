"""How well and how fast companies are matched, beside other ways of doing it, on the same questions in the same run.

    python benchmarks/matching.py FOLDER [--pool 100000] [--per-set 400] [--baselines 200]

FOLDER (or OPENPRM_MATCHING_DATA) holds gold_*_dev.csv.gz and pool_names.csv.gz; see openprm.matching.samples. Three of
ten questions ask for a company that is not on file. Names only: no domain, no country. The threshold is chosen on one
half of the companies and judged on the other, both ways round. Weights were learnt from the same questions, so figures
of ours are a little flattered: `python -m openprm.matching.train FOLDER --dry-run` prints those of unseen companies.
"""

import argparse
import gc
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import log, sqrt
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process, utils

from openprm.matching import Company, MemoryIndex, Query, prepare, samples, score
from openprm.matching.engine import rate
from openprm.matching.measure import Answer, figures, percentile
from openprm.matching.normalise import normalise
from openprm.matching.rarity import Rarity
from openprm.matching.samples import Sample

Found = Sequence[tuple[str, float]]  # company id and score, best first
Method = Callable[[str], Found]


class Row(NamedTuple):
    """One method's line."""

    name: str
    questions: int
    top1: float
    in_ten: float
    precision: float
    recall: float
    f1: float
    sure: float
    p50: float
    p99: float
    build: float


def main() -> None:
    """Measure and print a table."""
    chosen = arguments()
    rows = samples.read(chosen.folder)
    companies = samples.pool(chosen.folder, rows, chosen.pool)
    questions = samples.choose(rows, companies, per_set=chosen.per_set)
    few = questions[:: max(1, len(questions) // max(1, chosen.baselines))] if chosen.baselines else []
    print(f"{len(companies)} companies, {len(questions)} questions ({len(few)} for the slow methods), ms are CPU")
    titles = "".join(f"{title:>7}" for title in ("top-1", "R@10", "P", "R", "F1", "R@95P"))
    print(f"{'method':34}{'n':>6}{titles}{'p50':>8}{'p99':>8}{'build s':>9}")
    measured: list[tuple[str, Callable[[Sequence[Company]], Method], Sequence[Sample]]] = [
        ("openprm", ours, questions),
        ("trigrams, TF-IDF cosine", trigrams, few),
        ("RapidFuzz token_sort_ratio", rapidfuzz_with(fuzz.token_sort_ratio), few),
        ("RapidFuzz WRatio", rapidfuzz_with(fuzz.WRatio), few),
    ]
    for name, build, asked in measured:
        if asked:
            show(measure(name, build, companies, asked))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("OPENPRM_MATCHING_DATA"))
    parser.add_argument("--pool", type=int, default=100_000)
    parser.add_argument("--per-set", type=int, default=400)
    parser.add_argument("--baselines", type=int, default=200, help="questions for the slow methods; 0 leaves them out")
    chosen = parser.parse_args()
    if chosen.folder is None or not Path(chosen.folder).is_dir():
        parser.error("say where the data are: an argument or OPENPRM_MATCHING_DATA")
    chosen.folder = Path(chosen.folder)
    return chosen


def measure(
    name: str, build: Callable[[Sequence[Company]], Method], companies: Sequence[Company], asked: Sequence[Sample]
) -> Row:
    """Ask one method everything."""
    names = {company.id: company.name for company in companies}
    start = time.process_time()
    method = build(companies)
    built = time.process_time() - start
    gc.collect()
    gc.freeze()  # a full sweep over an index of millions is no part of a question
    times, tens, answers = list[float](), list[bool](), defaultdict[int, list[Answer]](list)
    for sample in asked:
        start = time.process_time()
        found = method(sample.query)
        times.append((time.process_time() - start) * 1000)
        if sample.kind in samples.HARD:
            continue
        right = [
            one == sample.entity or samples.key(names[one]) == samples.key(sample.account) for one, _ in found[:10]
        ]
        answers[sample.fold % 2].append(
            Answer(found[0][1] if found else 0.0, bool(right and right[0]), not sample.absent)
        )
        if not sample.absent:
            tens.append(any(right))
    judged = [crossed(answers[1 - half], answers[half]) for half in (0, 1)]
    top1, precision, recall, f1, sure = (sum(values) / 2 for values in zip(*judged, strict=True))
    in_ten = sum(tens) / len(tens)
    return Row(
        name,
        len(asked),
        top1,
        in_ten,
        precision,
        recall,
        f1,
        sure,
        percentile(times, 0.5),
        percentile(times, 0.99),
        built,
    )


def crossed(chosen_on: Iterable[Answer], answers: Sequence[Answer]) -> tuple[float, float, float, float, float]:
    """Top-1, P, R, F1 and recall at 95 % precision of answers with thresholds chosen on others."""
    limits = figures(chosen_on)
    present = sum(answer.present for answer in answers) or 1
    given = [answer for answer in answers if answer.probability >= limits.threshold]
    right = sum(answer.right and answer.present for answer in given)
    precision, recall = right / max(1, len(given)), right / present
    sure = sum(answer.right and answer.present and answer.probability >= limits.threshold_at_95 for answer in answers)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return figures(answers).top1, precision, recall, f1, sure / present


def show(row: Row) -> None:
    """Print a line of the table."""
    shares = "".join(f"{value:7.3f}" for value in row[2:8])
    print(f"{row.name:34}{row.questions:6}{shares}{row.p50:8.2f}{row.p99:8.2f}{row.build:9.1f}", flush=True)


def ours(companies: Sequence[Company]) -> Method:
    """This product: index in memory, score by weights.json."""
    index, weights = MemoryIndex(companies), score.shipped()

    def ask(name: str) -> Found:
        query = prepare(Query(name))
        shortlist = index.candidates(query)
        rated = rate(query, shortlist.candidates, Rarity(shortlist.total, shortlist.counts), weights)
        return [(one.candidate.company_id, score.probability(one.odds)) for one in rated]

    return ask


def trigrams(companies: Sequence[Company]) -> Method:
    """Character trigrams of normalised names, weighted by rarity, compared by cosine."""
    grams = [Counter(trigrams_of(company.name)) for company in companies]
    frequency = Counter(gram for counted in grams for gram in counted)
    weight = {gram: log(len(companies) / count) + 1 for gram, count in frequency.items()}
    where: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, counted in enumerate(grams):
        length = sqrt(sum((weight[gram] * count) ** 2 for gram, count in counted.items())) or 1.0
        for gram, count in counted.items():
            where[gram].append((number, weight[gram] * count / length))

    def ask(name: str) -> Found:
        asked = Counter(trigrams_of(name))
        length = sqrt(sum((weight.get(gram, 10.0) * count) ** 2 for gram, count in asked.items())) or 1.0
        sums: dict[int, float] = defaultdict(float)
        for gram, count in asked.items():
            for number, part in where.get(gram, ()):
                sums[number] += part * weight[gram] * count / length
        best = sorted(sums.items(), key=lambda pair: -pair[1])[:10]
        return [(companies[number].id, total) for number, total in best]

    return ask


def trigrams_of(name: str) -> list[str]:
    """Three letters at a time."""
    text = f" {' '.join(normalise(name).words)} "
    return [text[at : at + 3] for at in range(len(text) - 2)]


def rapidfuzz_with(scorer: Callable[..., float]) -> Callable[[Sequence[Company]], Method]:
    """Every name on file compared with the question."""

    def build(companies: Sequence[Company]) -> Method:
        names = [utils.default_process(company.name) for company in companies]

        def ask(name: str) -> Found:
            best = process.extract(utils.default_process(name), names, scorer=scorer, limit=10)
            return [(companies[number].id, value / 100) for _, value, number in best]

        return ask

    return build


if __name__ == "__main__":
    main()
