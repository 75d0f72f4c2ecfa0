"""Labelled pairs of names for training and measuring, from a folder of `gold_*_dev.csv.gz` and `pool_names.csv.gz`.

The data are not part of the package. Columns: entity_id, account (the name on file), query (the same company as
somebody else wrote it), kind, absent (1: not on file, so the right answer is "none").
"""

import csv
import gzip
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from openprm.matching.model import Company
from openprm.matching.normalise import normalise

SETS = ("listed", "abbrev", "typed", "ror_company")
ALSO_ON_FILE = (*SETS, "employer")
RECOMBINED = "GLEIF"  # the register, of whose names more are made when those of the pool run out
HARD = frozenset({"acronym", "translation", "rename", "disjoint"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A name somebody asked about, and the company it is."""

    entity: str
    account: str
    query: str
    kind: str
    absent: bool
    source: str

    @property
    def fold(self) -> int:
        """0 to 9, the same for all rows of an entity, so that nobody is measured on what was learnt."""
        return crc32(self.entity.encode()) % 10


def read(folder: Path, names: Sequence[str] = ALSO_ON_FILE) -> list[Sample]:
    """Every row of the named gold sets."""
    rows = ((name, row) for name in names for row in _rows(folder / f"gold_{name}_dev.csv.gz"))
    return [
        Sample(row["entity_id"], row["account"], row["query"], row["kind"], row["absent"] == "1", name)
        for name, row in rows
        if row["query"] and row["account"]
    ]


def pool(folder: Path, samples: Sequence[Sample], size: int, *, seed: int = 7) -> list[Company]:
    """Accounts of the samples that are on file, filled up with names of other companies to the wanted size.

    Sets overlap: a company absent from one may be on file in another. Names equal to an absent one are left out, as
    distractors equal to any sample are.
    """
    absent = {key(text) for sample in samples if sample.absent for text in (sample.account, sample.query)}
    accounts = {sample.entity: sample.account for sample in samples if not sample.absent}
    companies = [Company(entity, name) for entity, name in accounts.items() if key(name) not in absent]
    taken = absent | {key(text) for sample in samples for text in (sample.account, sample.query)}
    rng = random.Random(seed)  # noqa: S311 (a repeatable choice, no secret)
    for number, name in enumerate(endless(folder, rng)):
        if len(companies) >= size:
            break
        if key(name) not in taken:
            companies.append(Company(f"other:{number}", name))
    rng.shuffle(companies)  # which of equally good candidates are kept must not depend on who is the right one
    return companies


def key(name: str) -> str:
    """What two spellings of one name have in common."""
    return normalise(name).key


def choose(
    samples: Sequence[Sample],
    companies: Sequence[Company],
    *,
    per_set: int,
    sets: Sequence[str] = SETS,
    seed: int = 7,
) -> list[Sample]:
    """Samples to measure with, as many from each set: those on file, those absent (0.44 of it), the hard ones (0.24).

    No company gives more than two, so that a few with many spellings do not decide the figures.
    """
    on_file = {company.id for company in companies}
    rng = random.Random(seed)  # noqa: S311
    chosen: list[Sample] = []
    for name in sets:
        rows = [sample for sample in samples if sample.source == name and (sample.absent or sample.entity in on_file)]
        rng.shuffle(rows)
        plain, hard = (
            at_most_two(row for row in rows if row.kind not in HARD),
            at_most_two(r for r in rows if r.kind in HARD),
        )
        chosen += [row for row in plain if not row.absent][:per_set]
        chosen += [row for row in plain if row.absent][: int(per_set * 0.44)]
        chosen += [row for row in hard if not row.absent][: int(per_set * 0.24)]
    return chosen


def at_most_two(samples: Iterable[Sample]) -> list[Sample]:
    """Samples without a third of one set and company, so that a few with many spellings do not decide the figures."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for sample in samples:
        seen[sample.source, sample.entity] += 1
        if seen[sample.source, sample.entity] <= 2:
            kept.append(sample)
    return kept


def endless(folder: Path, rng: random.Random | None = None) -> Iterator[str]:
    """The names of the pool in any order; when they run out, words of one before words of another of the register's."""
    rng = rng or random.Random(7)  # noqa: S311
    rows = [(row["name"], row["source"]) for row in _rows(folder / "pool_names.csv.gz")]
    rng.shuffle(rows)
    yield from (name for name, _ in rows)
    names = [name for name, source in rows if source == RECOMBINED]
    while True:
        one, other = rng.choice(names).split(), rng.choice(names).split()
        yield " ".join([*one[: max(1, len(one) // 2)], *other[len(other) // 2 :]])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
