"""Identifiers sort as they were made."""

from concurrent.futures import ThreadPoolExecutor

from openprm.kernel.ids import first_of, uuid7


def test_ids_sort_as_they_were_made_also_within_one_millisecond() -> None:
    made = [uuid7() for _time in range(20_000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_no_two_threads_make_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [one for batch in pool.map(lambda _part: [uuid7() for _time in range(2_000)], range(4)) for one in batch]
    assert len(set(made)) == len(made)


def test_an_id_is_not_below_the_first_of_its_moment() -> None:
    one = uuid7()
    assert first_of((one.int >> 80) / 1000) <= one < first_of(((one.int >> 80) + 1) / 1000)
