"""The packed tables of the index in memory hold what plain dictionaries would."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.matching import packed
from openprm.matching.packed import Multimap, Texts, add_up

pairs = st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 50)), max_size=40)


@given(st.lists(pairs, max_size=6), st.integers(0, 60))
def test_rows_are_found_in_the_order_in_which_they_came_however_they_are_kept(
    batches: list[list[tuple[int, int]]], recent: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "RECENT", recent)
        rows, expected = Multimap(), defaultdict[int, list[int]](list)
        for batch in batches:
            for key, number in batch:
                rows.add([key], number)
                expected[key].append(number)
            for key, found in zip(range(-6, 6), rows.get(range(-6, 6)), strict=True):
                assert found.tolist() == expected[key]


@given(st.lists(st.tuples(st.lists(st.integers(0, 20), max_size=15), st.sampled_from([0.5, 1.0, 2.0])), max_size=5))
def test_sums_are_those_of_a_dictionary(rows: list[tuple[list[int], float]]) -> None:
    sums = defaultdict[int, float](float)
    for numbers, weight in rows:
        for number in numbers:
            sums[number] += weight
    best = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:4]
    assert add_up([(np.array(numbers, np.uint32), weight) for numbers, weight in rows], 4) == best


@given(st.lists(st.text(max_size=10)))
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    kept = Texts()
    for text in texts:
        kept.append(text)
    assert [kept[number] for number in range(len(kept))] == texts
