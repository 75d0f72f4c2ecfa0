"""The pool to measure with, and the figures: what is measured must be what the protocol says."""

import csv
import gzip
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

import pytest

from openprm.matching import samples
from openprm.matching.measure import Answer, crossed, figures

REGISTER = ("Birch Quarry GmbH", "Teal Harbour Lighting Ltd", "Ostrava Cement Works")
OTHERS = ("Zyx", "Vantablack Networks", "Quux Semiconductor Holdings")


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    rows = list(rows)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [*((name, "GLEIF") for name in REGISTER), *((name, "FinanceDatabase") for name in OTHERS)]
    write(tmp_path / "pool_names.csv.gz", ({"name": name, "country": "", "source": source} for name, source in names))
    return tmp_path


def sample(entity: str, account: str, query: str, *, absent: bool = False) -> samples.Sample:
    return samples.Sample(entity, account, query, "format", absent, "typed")


def test_real_names_come_first_and_then_names_made_of_the_registers_alone(folder: Path) -> None:
    names = list(islice(samples.endless(folder), 206))
    assert sorted(names[:6]) == sorted(REGISTER + OTHERS)
    words = {word for name in REGISTER for word in name.split()}
    assert len(set(names[6:])) > 3
    assert all(word in words for name in names[6:] for word in name.split())


def test_a_pool_has_the_accounts_on_file_and_nobody_else_of_a_name_that_is_asked_for(folder: Path) -> None:
    asked = [
        sample("1", "Amber Kettle Inc", "AMBER KETTLE"),
        sample("2", "Zyx Ltd", "Zyx"),
        sample("3", "Ostrava Cement Works", "Ostrava Cement", absent=True),
    ]
    on_file = samples.pool(folder, asked, 6)
    assert {company.id for company in on_file if not company.id.startswith("other:")} == {"1", "2"}
    assert not {"Zyx", "Ostrava Cement Works"} & {company.name for company in on_file}


def test_thresholds_are_chosen_on_other_answers_than_those_judged() -> None:
    others = [Answer(0.9, True, True), Answer(0.6, True, True), Answer(0.5, False, False)]
    answers = [Answer(0.8, True, True), Answer(0.7, False, True), Answer(0.55, True, True), Answer(0.65, False, False)]
    limits = figures(others)
    assert limits.threshold == limits.threshold_at_95 == 0.6
    judged = crossed(others, answers)
    assert judged.top1 == pytest.approx(2 / 3)
    assert judged.precision == judged.recall == judged.f1 == judged.recall_at_95 == pytest.approx(1 / 3)
    assert judged.precision_there == pytest.approx(1 / 3)
