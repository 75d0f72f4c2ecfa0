"""How well and how fast companies are matched, beside other ways of doing it, on the same questions in the same run.

    make bench-matching ARGS="FOLDER [--pool 1000000] [--per-set 400] [--baselines 200]"
    make bench-matching ARGS="FOLDER --scale 10000000"      (speed and memory alone: see scale)

FOLDER (or OPENPRM_MATCHING_DATA) holds gold_*_dev.csv.gz and pool_names.csv.gz; see openprm.matching.samples. Three of
ten questions ask for a company that is not on file. Names only: no domain, no country. The threshold is chosen on one
half of the companies and judged on the other, both ways round. Our model was learnt from the same questions, so our
figures here are flattered: `python -m openprm.matching.train FOLDER --dry-run` prints those of unseen companies. Each
method has two lines: over the five sets, and without `employer`, whose labels are loose.
"""

import argparse
import gc
import os
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg
from rapidfuzz import fuzz, process, utils

from benchmarks import scale
from openprm.config import embedded
from openprm.matching import Company, MemoryIndex, Query, prepare, samples, score
from openprm.matching.engine import CANDIDATES, rate
from openprm.matching.measure import Answer, crossed, percentile
from openprm.matching.normalise import normalise
from openprm.matching.packed import Multimap
from openprm.matching.rarity import Rarity
from openprm.matching.samples import Sample

Found = Sequence[tuple[str, float]]  # company id and score, best first
Method = Callable[[str], Found]
TICK = 1000 / os.sysconf("SC_CLK_TCK")


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
    names_per_second: float
    bytes_per_name: float


class Told(NamedTuple):
    """What a method said to one question."""

    sample: Sample
    answer: Answer
    in_ten: bool


def main() -> None:
    """Measure and print a table."""
    chosen = arguments()
    if chosen.scale:
        scale.run(chosen.folder, chosen.scale, questions=chosen.per_set * 5)
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        return
    rows = samples.read(chosen.folder)
    companies = samples.pool(chosen.folder, rows, chosen.pool)
    questions = samples.choose(rows, companies, per_set=chosen.per_set, sets=samples.ALSO_ON_FILE)
    few = questions[:: max(1, len(questions) // max(1, chosen.baselines))] if chosen.baselines else []
    print(f"{len(companies)} companies, {len(questions)} questions ({len(few)} for the slow methods), ms are CPU")
    titles = "".join(f"{title:>7}" for title in ("top-1", "R@10", "P", "R", "F1", "R@95P"))
    print(f"{'method':44}{'n':>6}{titles}{'p50':>8}{'p99':>8}{'names/s':>9}{'B/name':>8}")
    measured: list[tuple[str, Callable[[Sequence[Company]], Method], Sequence[Sample]]] = [
        ("openprm", ours, questions),
        ("TF-IDF of trigrams, cosine", trigrams, few),
        ("pg_trgm, GIN, normalised names, % 0.3", pg_trgm, few),
        ("RapidFuzz token_sort_ratio", rapidfuzz_with(fuzz.token_sort_ratio), few),
        ("RapidFuzz WRatio", rapidfuzz_with(fuzz.WRatio), few),
    ]
    for name, build, asked in measured:
        if asked:
            measure(name, build, companies, asked)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("OPENPRM_MATCHING_DATA"))
    parser.add_argument("--pool", type=int, default=100_000)
    parser.add_argument("--per-set", type=int, default=400)
    parser.add_argument("--baselines", type=int, help="questions for the slow methods (200, fewer above 100,000)")
    parser.add_argument("--scale", type=int, help="ask an index of so many names, and tell time and memory alone")
    chosen = parser.parse_args()
    if chosen.folder is None or not Path(chosen.folder).is_dir():
        parser.error("say where the data are: an argument or OPENPRM_MATCHING_DATA")
    chosen.folder = Path(chosen.folder)
    if chosen.baselines is None:
        chosen.baselines = max(60, min(200, 200 * 100_000 // chosen.pool))
    return chosen


def measure(
    name: str, build: Callable[[Sequence[Company]], Method], companies: Sequence[Company], asked: Sequence[Sample]
) -> None:
    """Ask one method everything and print its lines."""
    names = {company.id: company.name for company in companies}
    gc.collect()
    memory, start = resident(), cpu()
    method = build(companies)
    built, used = cpu() - start, resident() - memory
    gc.collect()
    gc.freeze()  # a full sweep over an index of millions is no part of a question
    times, told = list[float](), list[Told]()
    for sample in asked:
        start = cpu()
        found = method(sample.query)
        times.append((cpu() - start) * 1000)
        if sample.kind not in samples.HARD:
            told.append(_told(sample, found, names))
    _BACKENDS.clear()
    shape = (percentile(times, 0.5), percentile(times, 0.99), len(companies) / built, used / len(companies))
    show(_row(name, told, shape))
    show(_row("... without employer", [one for one in told if one.sample.source != "employer"], shape))


def _told(sample: Sample, found: Found, names: dict[str, str]) -> Told:
    account = samples.key(sample.account)
    right = [one == sample.entity or samples.key(names[one]) == account for one, _ in found[:10]]
    answer = Answer(found[0][1] if found else 0.0, bool(right and right[0]), not sample.absent)
    return Told(sample, answer, any(right))


def _row(name: str, told: Sequence[Told], shape: tuple[float, float, float, float]) -> Row:
    answers = [[one.answer for one in told if one.sample.fold % 2 == half] for half in (0, 1)]
    judged = [crossed(answers[1 - half], answers[half]) for half in (0, 1)]
    top1, precision, recall, f1, sure, _ = (sum(values) / 2 for values in zip(*judged, strict=True))
    tens = [one.in_ten for one in told if not one.sample.absent]
    return Row(name, len(told), top1, sum(tens) / max(1, len(tens)), precision, recall, f1, sure, *shape)


_BACKENDS: list[int] = []  # processes of the database that work for a method


def cpu() -> float:
    """CPU seconds that this process and the database's for it have used."""
    used = time.process_time()
    for backend in _BACKENDS:
        fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) * TICK / 1000
    return used


def resident() -> int:
    """Bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def show(row: Row) -> None:
    """Print a line of the table."""
    shares = "".join(f"{value:7.3f}" for value in row[2:8])
    shape = f"{row.p50:8.2f}{row.p99:8.2f}{row.names_per_second:9.0f}{row.bytes_per_name:8.0f}"
    print(f"{row.name:44}{row.questions:6}{shares}{shape}", flush=True)


def ours(companies: Sequence[Company]) -> Method:
    """This product: index in memory, scored by its model."""
    index, weights = MemoryIndex(companies), score.shipped()
    index.candidates(prepare(Query("warm up")))  # sorts what was loaded

    def ask(name: str) -> Found:
        query = prepare(Query(name))
        shortlist = index.candidates(query, CANDIDATES)
        rated = rate(query, shortlist.candidates, Rarity(shortlist.total, shortlist.counts), weights)
        return [(one.candidate.company_id, score.probability(one.odds)) for one in rated]

    return ask


def trigrams(companies: Sequence[Company]) -> Method:
    """Character trigrams of normalised names, weighted by rarity, compared by cosine."""
    ids: dict[str, int] = {}
    where = Multimap()
    for number, company in enumerate(companies):
        where.add({ids.setdefault(gram, len(ids)) for gram in trigrams_of(company.name)}, number)
    rows = where.get(range(len(ids)))
    weight = np.log(len(companies) / np.array([len(found) for found in rows])) + 1.0
    square = np.zeros(len(companies))
    for found, value in zip(rows, weight.tolist(), strict=True):
        square[found] += value**2
    length = np.sqrt(square)

    def ask(name: str) -> Found:
        sums = np.zeros(len(companies))
        asked = [ids[gram] for gram in set(trigrams_of(name)) if gram in ids]
        for gram in asked:
            sums[rows[gram]] += weight[gram] ** 2
        sums /= length * (np.sqrt((weight[asked] ** 2).sum()) or 1.0)
        best = np.argpartition(-sums, 10)[:10]
        return [(companies[at].id, float(sums[at])) for at in best[np.argsort(-sums[best])]]

    return ask


def pg_trgm(companies: Sequence[Company]) -> Method:
    """PostgreSQL's own trigrams, as most systems use them: a GIN index over normalised names."""
    place = embedded.ensure(Path(os.environ.get("OPENPRM_DATA", ".var/bench")).absolute())
    connection = psycopg.connect(host=place.host, port=place.port, user=embedded.OWNER, dbname="postgres")
    connection.autocommit = True
    cursor: Any = connection.cursor()
    _BACKENDS[:] = [connection.info.backend_pid]
    cursor.execute("create extension if not exists pg_trgm")
    cursor.execute("create temporary table names (number int, name text)")
    with cursor.copy("copy names from stdin") as copy:
        for number, company in enumerate(companies):
            copy.write_row((number, " ".join(normalise(company.name).words)))
    cursor.execute("create index on names using gin (name gin_trgm_ops)")
    cursor.execute("analyze names")
    cursor.execute("set pg_trgm.similarity_threshold = 0.3")

    def ask(name: str) -> Found:
        wanted = " ".join(normalise(name).words)
        cursor.execute(
            "select number, similarity(name, %s) from names where name %% %s order by 2 desc limit 10",
            [wanted, wanted],
        )
        return [(companies[number].id, likeness) for number, likeness in cursor.fetchall()]

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
