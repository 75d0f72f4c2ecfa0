"""Big tables of small rows in little memory: numbers found by a number, and texts found by their place."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Found = NDArray[np.uint32]

NOTHING: Found = np.empty(0, np.uint32)
RECENT = 20_000  # rows kept in a dictionary before they are sorted in with the others (or an eighth of these)


class Multimap:
    """From a key (a signed 32-bit integer) to numbers in the order in which they were added.

    What is added waits in two arrays until somebody asks. A great deal is then sorted in with the rest, keys in one
    array and numbers in another: eight bytes a row. A little goes into a dictionary, so that adding one company to
    millions and asking at once costs next to nothing.
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, np.int32)
        self._starts = np.zeros(1, np.uint32)
        self._numbers = NOTHING
        self._new_keys, self._new_numbers = array("i"), array("I")
        self._recent: dict[int, list[int]] = {}
        self._recent_rows = 0

    def add(self, keys: Iterable[int], number: int) -> None:
        """Let `number` be found by each of `keys`."""
        before = len(self._new_keys)
        self._new_keys.extend(keys)
        self._new_numbers.extend([number] * (len(self._new_keys) - before))

    def get(self, keys: Sequence[int]) -> list[Found]:
        """Return for each key its numbers, the first added first."""
        if self._new_keys:
            self._take_in()
        if not keys:
            return []
        wanted = np.asarray(keys, np.int32)
        places = np.searchsorted(self._keys, wanted)
        found: list[Found] = []
        for key, place in zip(keys, places.tolist(), strict=True):
            rows = NOTHING
            if place < len(self._keys) and self._keys[place] == key:
                rows = self._numbers[self._starts[place] : self._starts[place + 1]]
            if key in self._recent:
                rows = np.concatenate([rows, np.array(self._recent[key], np.uint32)])
            found.append(rows)
        return found

    def _take_in(self) -> None:
        self._recent_rows += len(self._new_keys)
        if self._recent_rows <= max(RECENT, len(self._numbers) // 8) and len(self._numbers):
            for key, number in zip(self._new_keys, self._new_numbers, strict=True):
                self._recent.setdefault(key, []).append(number)
        else:
            self._sort_in()
        self._new_keys, self._new_numbers = array("i"), array("I")

    def _sort_in(self) -> None:
        recent = [(key, number) for key, numbers in self._recent.items() for number in numbers]
        sizes = np.diff(self._starts)
        keys = np.concatenate(
            [
                np.repeat(self._keys, sizes),
                np.array([key for key, _ in recent], np.int32),
                np.frombuffer(self._new_keys, np.int32),
            ]
        )
        numbers = np.concatenate(
            [
                self._numbers,
                np.array([number for _, number in recent], np.uint32),
                np.frombuffer(self._new_numbers, np.uint32),
            ]
        )
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        self._numbers = numbers[order]
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else NOTHING
        self._keys = keys[first]
        self._starts = np.append(first, len(keys)).astype(np.uint32)
        self._recent, self._recent_rows = {}, 0


class Texts:
    """Texts by number, one after the other in one piece of memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        """Keep a text under the next number."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        """The text of a number."""
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


def add_up(rows: Sequence[tuple[Found, float]], most: int, but: Sequence[int] = ()) -> list[tuple[int, float]]:
    """Sum weights per number; the `most` greatest sums, the lower number first where they are equal."""
    numbers = np.concatenate([NOTHING, *(found for found, _ in rows)])
    if not len(numbers):
        return []
    weights = np.repeat([weight for _, weight in rows], [len(found) for found, _ in rows])
    order = np.argsort(numbers, kind="stable")
    numbers, weights = numbers[order], weights[order]
    first = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
    sums, numbers = np.add.reduceat(weights, first), numbers[first]
    if len(but):
        left = ~np.isin(numbers, np.asarray(but, np.uint32))
        sums, numbers = sums[left], numbers[left]
    if len(sums) > most:
        least = np.partition(sums, len(sums) - most)[len(sums) - most]
        sums, numbers = sums[sums >= least], numbers[sums >= least]
    best = np.argsort(-sums, kind="stable")[:most]
    return list(zip(numbers[best].tolist(), sums[best].tolist(), strict=True))


def common(one: Found, other: Found) -> Found:
    """The numbers of one that are in the other as well, in their order."""
    return one[np.isin(one, other)]


def without(found: Found, but: Sequence[int]) -> Found:
    """The numbers that are not among others."""
    return found[~np.isin(found, np.asarray(but, np.uint32))]
