"""Reasons are the model's own: their points add up to the score."""

import pytest

from openprm.matching import Company, MemoryIndex, Query, find, prepare, reasons, score, sentence
from openprm.matching.engine import rate
from openprm.matching.rarity import Rarity

NAMES = ["Zorbatron Energy AG", "Zorbatron Logistics", "Zorbatron", "General Electric", "Energy Systems Group", "GE"]
INDEX = MemoryIndex(Company(name, name) for name in NAMES)


@pytest.mark.parametrize(
    "asked", ["Zorbatron Energie", "Zorbatronn", "GE Healthcare", "Energy Group", "Zorbatron Energy"]
)
def test_the_points_of_all_reasons_and_the_start_are_the_score(asked: str) -> None:
    query, weights = prepare(Query(asked)), score.shipped()
    shortlist = INDEX.candidates(query)
    rated = rate(query, shortlist.candidates, Rarity(shortlist.total, shortlist.counts), weights)
    for match, one in zip(find(Query(asked), INDEX, k=9), rated, strict=True):
        start = reasons.points(one.about, weights).start
        assert start + sum(reason.points for reason in match.evidence) == pytest.approx(one.odds, abs=0.01)


def test_an_equal_name_speaks_for_and_a_telling_word_too_many_against() -> None:
    equal = find(Query("Zorbatron Logistics GmbH"), INDEX)[0]
    assert max(equal.evidence, key=lambda one: one.points).kind == "name_equal"
    other = next(one for one in find(Query("Zorbatron Quixote"), INDEX) if one.name == "Zorbatron Energy AG")
    points = {(one.kind, one.params.get("word")): one.points for one in other.evidence}
    assert points["word_missing", "quixote"] < 0 < points["word_rare", "zorbatron"]


def test_how_alike_the_letters_are_is_told_in_words() -> None:
    found = find(Query("Zorbatronn"), INDEX)[0]
    assert any(sentence(one).startswith("How alike the letters of the names are: 9") for one in found.evidence)
