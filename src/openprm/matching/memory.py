"""An index of companies in memory: for files, for tests and for measuring. Same look-up as the one in PostgreSQL."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable

from openprm.matching import keys
from openprm.matching.index import Candidate, Prepared, Shortlist, names_of
from openprm.matching.keys import PlannedWord, VocabularyRow
from openprm.matching.model import Company
from openprm.matching.normalise import NormalisedName, load
from openprm.matching.rarity import Rarity


class MemoryIndex:
    """A CandidateIndex of dictionaries and arrays; about a kilobyte for each name."""

    def __init__(self, companies: Iterable[Company] = ()) -> None:
        self._names: dict[int, tuple[str, str, str, str | None, str | None]] = {}
        self._next = 0
        self._of_company: dict[str, list[int]] = {}
        self._word_ids: dict[str, int] = {}
        self._words: list[str] = []
        self._postings: list[array[int]] = []
        self._by_word_key: dict[int, int | array[int]] = {}
        self._by_name_key: dict[int, int | array[int]] = {}
        for company in companies:
            self.add(company)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, company: Company) -> None:
        """Make a company findable under its name and aliases."""
        for row in names_of(company):
            number, self._next = self._next, self._next + 1
            self._names[number] = (row.company_id, row.name.original, row.name.dump(), row.domain, row.country)
            self._of_company.setdefault(company.id, []).append(number)
            for word in set(row.name.words):
                self._postings[self._word_id(word)].append(number)
            for key in keys.name_keys(row.name, row.domain):
                _append(self._by_name_key, key, number)

    def replace(self, company: Company) -> None:
        """Forget what was known under the company's id and add it anew."""
        self.remove(company.id)
        self.add(company)

    def remove(self, company_id: str) -> None:
        """Forget a company. Its words stay in the vocabulary with a count that is right again."""
        for number in self._of_company.pop(company_id, ()):
            candidate = self._candidate(number)
            del self._names[number]
            for word in set(candidate.name.words):
                self._postings[self._word_ids[word]].remove(number)
            for key in keys.name_keys(candidate.name, candidate.domain):
                _discard(self._by_name_key, key, number)

    def candidates(self, query: Prepared, limit: int = 25) -> Shortlist:
        """Return at most `limit` names, best first, with the frequencies that scoring needs."""
        vocabulary = self._vocabulary(query.name)
        counts = {row.word: row.names for row in vocabulary}
        rarity = Rarity(len(self._names), counts)
        sums = self._sums(query, vocabulary, rarity)
        best = heapq.nlargest(limit * keys.SHORTLIST // 25, sums, key=lambda number: (sums[number], -number))
        found = [self._candidate(number) for number in best]
        for word in {word for candidate in found for word in candidate.name.words} | set(query.name.words):
            if word not in counts and word in self._word_ids:
                counts[word] = len(self._postings[self._word_ids[word]])
        rarity = Rarity(len(self._names), counts)
        pairs = ((candidate.name, sums[number]) for candidate, number in zip(found, best, strict=True))
        order = keys.rank(query.name, pairs, rarity, limit)
        return Shortlist([found[position] for position in order], len(self._names), counts)

    def _sums(self, query: Prepared, vocabulary: list[VocabularyRow], rarity: Rarity) -> dict[int, float]:
        """Sum of weights for every name that shares a telling word or a whole-name key with the query."""
        sums: dict[int, float] = {}
        plan = keys.plan(query.name, vocabulary, rarity)
        for planned in plan.words:
            weight = planned.weight
            for number in self._postings[planned.id]:
                sums[number] = sums.get(number, 0.0) + weight
        if plan.together:
            self._add_common(sums, plan.together)
        wanted = keys.query_name_keys(query.name, query.domain)
        for key, weight in keys.weights(wanted, query.name, rarity).items():
            for number in _get(self._by_name_key, key)[: keys.NAMES_PER_KEY]:
                sums[number] = sums.get(number, 0.0) + weight
        return sums

    def _add_common(self, sums: dict[int, float], words: tuple[PlannedWord, ...]) -> None:
        total = sum(word.weight for word in words)
        numbers = set(self._postings[words[0].id][: keys.BUDGET * 10])
        for word in words[1:]:
            numbers.intersection_update(self._postings[word.id])
        for number in heapq.nsmallest(keys.BUDGET, numbers):
            sums[number] = sums.get(number, 0.0) + total

    def _vocabulary(self, name: NormalisedName) -> list[VocabularyRow]:
        return [
            VocabularyRow(key, number, self._words[number], len(self._postings[number]))
            for key in keys.query_word_keys(name)
            for number in _get(self._by_word_key, key)
        ]

    def _candidate(self, number: int) -> Candidate:
        company_id, original, dumped, domain, country = self._names[number]
        return Candidate(company_id, load(original, dumped), domain, country)

    def _word_id(self, word: str) -> int:
        number = self._word_ids.get(word)
        if number is None:
            number = self._word_ids[word] = len(self._words)
            self._words.append(word)
            self._postings.append(array("I"))
            for key in keys.word_keys(word):
                _append(self._by_word_key, key, number)
        return number


def _append(rows: dict[int, int | array[int]], key: int, number: int) -> None:
    """Most keys have one row; an array is made only for the second."""
    there = rows.get(key)
    if there is None:
        rows[key] = number
    elif isinstance(there, int):
        rows[key] = array("I", (there, number))
    else:
        there.append(number)


def _discard(rows: dict[int, int | array[int]], key: int, number: int) -> None:
    there = rows.get(key)
    if isinstance(there, array):
        there.remove(number)
    elif there == number:
        del rows[key]


def _get(rows: dict[int, int | array[int]], key: int) -> array[int] | tuple[int, ...]:
    there = rows.get(key)
    if there is None:
        return ()
    return (there,) if isinstance(there, int) else there
