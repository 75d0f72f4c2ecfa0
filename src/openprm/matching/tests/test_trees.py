"""Trees learn what a straight line cannot, and come back from a file as they were written."""

import json

import numpy as np
import pytest

from openprm.matching import boosting, features
from openprm.matching.context import NAMES, Listed, context
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


def test_what_a_model_says_is_the_sum_of_what_it_credits_to_each_number() -> None:
    rows, _, trees = learnt()
    for row in rows[:20]:
        start, credit = trees.explain(row)
        assert start + credit.sum() == pytest.approx(float(trees.judge(row[None, :])[0]), abs=1e-3)
        assert abs(credit[2]) < abs(credit[:2]).sum()  # noise says little


def test_trees_correct_what_is_known_already() -> None:
    rows, labels, trees = learnt()
    known = trees.judge(rows) / 4
    more = boosting.learn(rows, labels, ["one", "other", "noise", "more"], known=known, trees=10)
    off = [np.abs(1 / (1 + np.exp(-odds)) - labels).mean() for odds in (known, known + more.judge(rows))]
    assert off[1] < off[0]


def listed(
    odds: list[float],
    names: list[str],
    answered: list[list[float]],
    *,
    asked: float = 0.0,
    filed: float = 0.0,
    forms: list[list[float]] | None = None,
) -> dict[str, list[float]]:
    rows = np.zeros((len(odds), len(features.NAMES)), np.float32)
    words = np.array(answered, np.float32)
    sides = np.tile(np.repeat(np.array([asked, filed], np.float32), len(features.OF_A_SIDE)), (len(odds), 1))
    weights = np.ones(words.shape[1], np.float32)
    agree = np.array(forms or [[0.0, 0.0]] * len(odds), np.float32)
    about = context(Listed(np.array(odds, np.float32), names, rows, words, weights, 100, sides, agree))
    return {name: about[:, at].tolist() for at, name in enumerate(NAMES)}


def test_a_candidate_knows_its_lead_and_its_rivals() -> None:
    about = listed([2.0, 1.5, -4.0], ["a", "b", "c"], [[1, 1], [1, 1], [1, 0]])
    assert about["lead"] == [0.5, -0.5, -6.0]
    assert about["near"] == [1.0, 1.0, 2.0]  # or better
    assert about["as_much"] == [1.0, 1.0, 2.0]


def test_what_another_candidate_answers_and_this_one_does_not_counts() -> None:
    about = listed([2.0, 1.5], ["a", "b"], [[1, 0], [1, 1]])
    assert about["elsewhere"] == pytest.approx([0.5, 0.0])
    assert about["less_answered"] == pytest.approx([-0.5, 0.5])


def test_two_accounts_of_one_name_are_no_rivals() -> None:
    about = listed([2.0, 2.0], ["a", "a"], [[1], [1]])
    assert about["lead"] == [8.0, 8.0]
    assert about["near"] == [0.0, 0.0]


def test_who_asks_and_who_is_on_file_matters_only_where_there_is_something_to_choose_from() -> None:
    several = listed([2.0, 1.0], ["a", "b"], [[1], [1]], asked=1.0, filed=3.0)
    assert several["asked_short"] == [1.0, 1.0]
    assert several["filed_short"] == [3.0, 3.0]
    alone = listed([2.0, 2.0], ["a", "a"], [[1], [1]], asked=1.0, filed=3.0)
    assert alone["asked_short"] == alone["filed_short"] == [2.0, 2.0]


def test_legal_forms_matter_only_where_there_is_something_to_choose_from() -> None:
    several = listed([2.0, 1.0], ["a", "b"], [[1], [1]], forms=[[1, 0], [0, 1]])
    assert (several["form_shared"], several["form_differs"]) == ([1.0, 0.0], [0.0, 1.0])
    assert (several["rival_form_shared"], several["rival_form_differs"]) == ([0.0, 1.0], [1.0, 0.0])
    alone = listed([2.0, 2.0], ["a", "a"], [[1], [1]], forms=[[1, 0], [0, 1]])
    assert not any(alone["form_shared"] + alone["form_differs"] + alone["rival_form_differs"])
