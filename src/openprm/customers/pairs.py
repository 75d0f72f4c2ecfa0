"""Labelled pairs from files, as examples to learn from. Pure; no database.

A folder's ``gold_*.csv`` and ``gold_*.csv.gz``, or one such file, with columns ``account`` (the name on file) and
``query`` (the same company as somebody else wrote it), and, if you like, ``entity_id`` and ``absent`` (1: not on file,
so that every answer is wrong).
"""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from openprm.customers.learning import Example
from openprm.matching import Company, Decision, Match, MemoryIndex, Query, find
from openprm.matching.normalise import normalise

SHARE_ABSENT = 0.3  # of the questions, as in everyday work


class Pair(NamedTuple):
    """One line of a file."""

    entity: str
    account: str
    query: str
    absent: bool


def examples(data: Path, most: int, *, seed: int = 5) -> Iterator[Example]:
    """Yield the best answer to each of at most ``most`` questions, put to an index of all accounts in the files."""
    rows = list(_read(data))
    Random(seed).shuffle(rows)  # noqa: S311 (a repeatable choice, no secret)
    absent = [row for row in rows if row.absent][: int(most * SHARE_ABSENT)]
    present = [row for row in rows if not row.absent][: most - len(absent)]
    index = MemoryIndex([Company(str(at), row.account) for at, row in enumerate(present)])
    keys = {str(at): normalise(row.account).key for at, row in enumerate(present)}
    for row in [*present, *absent]:
        match = next(iter(find(Query(row.query), index, 1)), Match("", "", 0.0, Decision.DIFFERENT))
        right = not row.absent and keys.get(match.company_id) == normalise(row.account).key
        yield Example(match, right, not row.absent, row.entity)


def _read(data: Path) -> Iterator[Pair]:
    files = sorted([*data.glob("gold_*.csv"), *data.glob("gold_*.csv.gz")]) if data.is_dir() else [data]
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row.get("account") and row.get("query"):
                    entity = row.get("entity_id") or row["account"]
                    yield Pair(entity, row["account"], row["query"], row.get("absent") == "1")
