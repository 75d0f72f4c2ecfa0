"""Trees learn what a straight line cannot, and come back from a file as they were written."""

import json

import numpy as np
import pytest

from openprm.matching import boosting
from openprm.matching.context import context
from openprm.matching.trees import Trees, dumps


def learnt() -> tuple[np.ndarray, np.ndarray, Trees]:
    chance = np.random.default_rng(1)
    rows = chance.random((2_000, 4)).astype(np.float32)
    labels = (rows[:, 0] > 0.5) != (rows[:, 1] > 0.5)
    return rows, labels, boosting.learn(rows, labels, ["one", "other", "noise", "more"], trees=40)


def test_trees_learn_that_one_number_turns_the_meaning_of_another() -> None:
    rows, labels, trees = learnt()
    assert ((trees.judge(rows) > 0) == labels).mean() > 0.95


def test_a_model_read_from_its_file_judges_alike() -> None:
    rows, _, trees = learnt()
    again = Trees.load(json.loads(dumps(trees)), trees.names)
    assert np.allclose(again.judge(rows), trees.judge(rows), atol=0.02)


def test_a_model_of_another_version_is_refused() -> None:
    _, _, trees = learnt()
    with pytest.raises(ValueError, match="does not measure"):
        Trees.load(json.loads(dumps(trees)), ["one"])


def test_a_candidate_knows_its_lead_and_its_rivals() -> None:
    about = context(np.array([2.0, 1.5, -4.0], np.float32), ["a", "b", "c"], 100)
    assert about[:, 1].tolist() == [0.5, -0.5, -6.0]  # lead
    assert about[:, 2].tolist() == [1.0, 1.0, 2.0]  # near, or better


def test_two_accounts_of_one_name_are_no_rivals() -> None:
    about = context(np.array([2.0, 2.0], np.float32), ["a", "a"], 100)
    assert about[:, 1].tolist() == [8.0, 8.0]
    assert about[:, 2].tolist() == [0.0, 0.0]
