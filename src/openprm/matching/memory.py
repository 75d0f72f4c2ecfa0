"""An index of companies in memory: for files, for tests and for measuring. Same look-up as the one in PostgreSQL."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from openprm.matching import keys
from openprm.matching.index import Candidate, Prepared, Shortlist, names_of
from openprm.matching.keys import Plan, PlannedWord, VocabularyRow
from openprm.matching.model import Company
from openprm.matching.normalise import NormalisedName, load
from openprm.matching.packed import Found, Multimap, Texts, add_up, common, without
from openprm.matching.rarity import Rarity

_BETWEEN = "\x1f"  # a control character that stands in no name


class MemoryIndex:
    """A CandidateIndex of packed arrays; about 250 bytes for each name."""

    def __init__(self, companies: Iterable[Company] = ()) -> None:
        self._rows = Texts()
        self._gone = array("I")
        self._word_ids: dict[str, int] = {}
        self._words: list[str] = []
        self._counts = array("I")
        self._postings = Multimap()
        self._by_word_key = Multimap()
        self._by_name_key = Multimap()
        self._by_company = Multimap()
        for company in companies:
            self.add(company)

    def __len__(self) -> int:
        return len(self._rows) - len(self._gone)

    def add(self, company: Company) -> None:
        """Make a company findable under its name and aliases."""
        for row in names_of(company):
            number = len(self._rows)
            self._rows.append(_written(row))
            words = [self._word_id(word) for word in dict.fromkeys(row.name.words)]
            for word in words:
                self._counts[word] += 1
            self._postings.add(words, number)
            self._by_name_key.add(keys.name_keys(row.name, row.domain, row.signs), number)
            self._by_company.add((keys.stable(row.company_id),), number)

    def replace(self, company: Company) -> None:
        """Forget what was known under the company's id and add it anew."""
        self.remove(company.id)
        self.add(company)

    def remove(self, company_id: str) -> None:
        """Forget a company. Its words stay in the vocabulary with a count that is right again."""
        found = without(self._by_company.get([keys.stable(company_id)])[0], self._gone)
        for number in found.tolist():
            candidate = self._candidate(number)
            if candidate.company_id == company_id:
                self._gone.append(number)
                for word in set(candidate.name.words):
                    self._counts[self._word_ids[word]] -= 1

    def candidates(self, query: Prepared, limit: int = 40) -> Shortlist:
        """Return at most `limit` names, best first, with the frequencies that scoring needs."""
        vocabulary = self._vocabulary(query.name)
        counts = {row.word: row.names for row in vocabulary}
        rarity = Rarity(len(self), counts)
        plan = keys.plan(query.name, vocabulary, rarity)
        best = add_up(self._hits(query, plan, rarity), max(limit, keys.SHORTLIST), self._gone)
        found = [self._candidate(number) for number, _ in best]
        for word in {word for candidate in found for word in candidate.name.words} | set(query.name.words):
            if word not in counts and word in self._word_ids:
                counts[word] = self._counts[self._word_ids[word]]
        rarity = Rarity(len(self), counts)
        pairs = [(candidate.name, total) for candidate, (_, total) in zip(found, best, strict=True)]
        order = keys.rank(query.name, pairs, plan, rarity, limit)
        return Shortlist([found[position] for position in order], len(self), counts)

    def _hits(self, query: Prepared, plan: Plan, rarity: Rarity) -> list[tuple[Found, float]]:
        """Names that share a telling word or a whole-name key with the query, and what each adds to their sums."""
        found = self._postings.get([word.id for word in plan.words])
        hits = [(rows, word.weight) for rows, word in zip(found, plan.words, strict=True)]
        if plan.together:
            hits.append((self._common(plan.together), sum(word.weight for word in plan.together)))
        wanted = keys.weights(keys.query_name_keys(query.name, query.domain, query.signs), query.name, rarity)
        by_key = self._by_name_key.get(list(wanted))
        hits += [(rows[: keys.NAMES_PER_KEY], weight) for rows, weight in zip(by_key, wanted.values(), strict=True)]
        return hits

    def _common(self, words: tuple[PlannedWord, ...]) -> Found:
        """Names that have every one of these frequent words."""
        first, *others = self._postings.get([word.id for word in words])
        first = first[: keys.BUDGET * 4]
        for other in others:
            first = common(first, other)
        return first[: keys.BUDGET]

    def _vocabulary(self, name: NormalisedName) -> list[VocabularyRow]:
        wanted = list(keys.query_word_keys(name))
        return [
            VocabularyRow(key, number, self._words[number], self._counts[number])
            for key, found in zip(wanted, self._by_word_key.get(wanted), strict=True)
            for number in found[: keys.WORDS_PER_KEY].tolist()
        ]

    def _candidate(self, number: int) -> Candidate:
        company_id, original, dumped, *details = self._rows[number].split(_BETWEEN)
        return Candidate(company_id, load(original, dumped), *(detail or None for detail in details))

    def _word_id(self, word: str) -> int:
        number = self._word_ids.get(word)
        if number is None:
            number = self._word_ids[word] = len(self._words)
            self._words.append(word)
            self._counts.append(0)
            self._by_word_key.add(keys.word_keys(word), number)
        return number


def _written(row: Candidate) -> str:
    """A row as one text. Nearly all memory goes to these, so they are packed; names lose control characters."""
    details = (row.domain, row.country, row.phone, row.registration, row.family)
    texts = (row.company_id, row.name.original, row.name.dump(), *(detail or "" for detail in details))
    return _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
