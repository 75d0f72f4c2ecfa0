"""The keys under which words and names are found again, and the plan of a look-up. Pure; shared by every index.

An index keeps four tables (dictionaries in memory, tables in PostgreSQL):

    word      id, word, count (names that have it)      one row per distinct word
    word key  key -> word id                            `word_keys(word)`
    posting   word id -> name id                        one row per distinct word of a name
    name key  key -> name id                            `name_keys(name, domain)`

and answers a query in two steps: rows of the vocabulary by `query_word_keys`, which `plan` turns into few words with
weights, rarest first and within a budget of postings; then names by these words and by `query_name_keys`, whose weights
are summed per name. `rank` orders the best sums more finely.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from openprm.matching.likeness import compare, written_out, written_short
from openprm.matching.normalise import NormalisedName, umlauts
from openprm.matching.rarity import Rarity

BUDGET = 5_000  # postings read per query, whatever the size of the index
NAMES_PER_KEY = 200  # rows read per name key: initials of two letters are shared by thousands
WORDS_PER_KEY = 400  # words read per key of a word: a beginning of four letters may be that of thousands
SPELLINGS = 12  # other spellings followed per word of the query
EXTRA_WORD = 0.3  # share of its weight that a word costs a name when it was not asked for
WITHIN = 0.5  # share of the weight of the words that are a whole name on file
LONGEST_RUNS = 6  # words of a query in which shorter names are looked for
ABBREVIATIONS = 4  # ways to shorten a word that are tried, the first in synonyms.txt first
SHORTLIST = 100  # names handed to `rank`
_LONGEST_WORD = 24


class VocabularyRow(NamedTuple):
    """A word of the index that shares a key with the query; the same word may come once per shared key."""

    key: int
    id: int
    word: str
    names: int


class PlannedWord(NamedTuple):
    """A word to fetch names by, and what it adds to the sum of a name."""

    id: int
    word: str
    weight: float
    names: int


class Share(NamedTuple):
    """What a key of a whole name adds: a part of the weight of some words of the query, from `since` on."""

    part: float
    words: int
    since: int = 0


class Plan(NamedTuple):
    """Fetch the names of each of `words`; or, when all are too frequent, those that have every one of `together`."""

    words: tuple[PlannedWord, ...]
    together: tuple[PlannedWord, ...] = ()
    left: Mapping[str, float] = MappingProxyType({})  # words too frequent to fetch by, and what they would add


def stable(text: str) -> int:
    """A hash that is the same in every process and fits PostgreSQL's integer."""
    return crc32(text.encode()) - 0x80000000


def word_keys(word: str) -> set[int]:
    """Keys to store for a word of the vocabulary: itself, it with a letter left out, its first four letters."""
    keys = {stable(word), stable(umlauts(word))} | _deletions(word)
    if len(word) > 4:
        keys.add(stable("p:" + word[:4]))
    return keys


def query_word_keys(name: NormalisedName) -> dict[int, set[str]]:
    """Keys to look up for a query, each with the words of the query that ask for it."""
    wanted: dict[int, set[str]] = {}
    for word in dict.fromkeys(name.words[:12]):
        keys = {stable(word), stable(umlauts(word))} | _deletions(word)
        if looks_cut_off(word, name):
            keys.add(stable("p:" + word[:4]))
        for key in keys:
            wanted.setdefault(key, set()).add(word)
    for letters in name.acronyms[:2]:
        wanted.setdefault(stable(letters), set()).add(letters)
    return wanted


def name_keys(name: NormalisedName, domain: str | None = None, signs: Iterable[str] = ()) -> set[int]:
    """Keys to store for a whole name: the words as one, their beginning, initials, web domain and its label."""
    whole = umlauts(name.key)
    keys = {stable("n:" + whole)} if whole else set()
    if len(whole) >= 8:
        keys.add(stable("h:" + whole[:8]))
    keys.update(stable("a:" + letters) for letters in name.acronyms if len(letters) <= 8)
    if domain:
        keys.add(stable("d:" + domain))
        keys.add(stable("n:" + umlauts(domain.partition(".")[0].replace("-", ""))))
    keys.update(stable(sign) for sign in signs)
    return keys


def query_name_keys(name: NormalisedName, domain: str | None = None, signs: Iterable[str] = ()) -> dict[int, Share]:
    """Keys to look up for a query, each with what it adds to a name as a share of the query's weight."""
    whole, size = umlauts(name.key), len(name.words)
    wanted = {stable("n:" + whole): Share(1.2, size)} if whole else {}
    if len(whole) >= 8:
        wanted[stable("h:" + whole[:8])] = Share(0.7, 1)
    if size == 1 and 2 <= len(whole) <= 8:
        wanted[stable("a:" + whole)] = Share(0.8, 1)
    elif size > 1 and 2 <= len(name.words[0]) <= 5:
        wanted[stable("a:" + name.words[0])] = Share(0.7, 1)  # "GE Healthcare" asks for "General Electric" too
    for letters in name.acronyms:
        wanted.setdefault(stable("n:" + letters), Share(0.8, size))
    for since, words in _runs(size):
        wanted.setdefault(_whole(name.words[since : since + words]), Share(WITHIN, words, since))
    for spelling in _abbreviated(name.words):
        wanted.setdefault(_whole(spelling), Share(1.0, size))
    if domain:
        wanted[stable("d:" + domain)] = Share(2.0, size)
        wanted.setdefault(stable("n:" + umlauts(domain.partition(".")[0].replace("-", ""))), Share(0.8, size))
    wanted.update((stable(sign), Share(2.0, size)) for sign in signs)
    return wanted


def _runs(size: int) -> list[tuple[int, int]]:
    """Where a shorter name may stand in a longer one ("Philips" in "Koninklijke Philips"): (first word, words)."""
    size = min(size, LONGEST_RUNS)
    beginnings = [(0, words) for words in range(size - 1, 0, -1)]
    ends = [(since, size - since) for since in range(1, size)]
    return [*beginnings, *ends, *((at, 1) for at in range(1, size - 1))]


def _abbreviated(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The name with all abbreviations written out, and with one word abbreviated: "natl health" asks for both."""
    found = [tuple(written_out(word) for word in words)]
    for at, word in enumerate(words[:LONGEST_RUNS]):
        found += [(*words[:at], short, *words[at + 1 :]) for short in written_short(word)[:ABBREVIATIONS]]
    return found[:1] if len(words) == 1 else found


def _whole(words: Sequence[str]) -> int:
    return stable("n:" + umlauts("".join(words)))


def looks_cut_off(word: str, name: NormalisedName) -> bool:
    """Whether a word of a query may be only the beginning of one: it has a dot behind it, or is the last."""
    if not 4 <= len(word) <= 9:
        return False
    return word + "." in name.original.lower() or (word == name.words[-1] and len(name.words) > 1)


def plan(name: NormalisedName, rows: Iterable[VocabularyRow], rarity: Rarity, *, budget: int = BUDGET) -> Plan:
    """Choose the words to fetch names by: the telling ones first, until the budget of postings is spent."""
    wanted = query_word_keys(name)
    best: dict[int, PlannedWord] = {}
    spellings: dict[str, list[PlannedWord]] = {}
    acronyms = set(name.acronyms) - set(name.words)
    for row in rows:
        for word in wanted.get(row.key, ()):
            alike = _useful(word, row.word, acronyms)
            if alike:
                spellings.setdefault(word, []).append(
                    PlannedWord(row.id, row.word, rarity(row.word) * alike, row.names)
                )
    for found in spellings.values():
        for planned in _promising(set(found)):
            if planned.id not in best or best[planned.id].weight < planned.weight:
                best[planned.id] = planned
    return _within(sorted(best.values(), key=lambda one: -one.weight), budget)


def rank(
    query: NormalisedName, names: Iterable[tuple[NormalisedName, float]], plan: Plan, rarity: Rarity, limit: int
) -> list[int]:
    """Return the positions of the best names: by their sums of weights, by the frequent words that they have as well,
    and a little less for every word that was not asked for.
    """
    asked, left = set(query.words), plan.left
    scored = []
    for position, (name, total) in enumerate(names):
        for word in name.words:
            if word in left:
                total += left[word]
            elif word not in asked:
                total -= EXTRA_WORD * rarity(word)
        scored.append((total, -position))
    return [-position for _, position in heapq.nlargest(limit, scored)]


def _promising(spellings: set[PlannedWord]) -> set[PlannedWord]:
    """The spellings that tell most, and those that are most frequent: a word cut off is more likely a common one."""
    if len(spellings) <= SPELLINGS:
        return spellings
    telling = heapq.nlargest(SPELLINGS // 2, spellings, key=lambda one: (one.weight, one.word))
    return {*telling, *heapq.nlargest(SPELLINGS // 2, spellings, key=lambda one: (one.names, one.word))}


def _useful(word: str, found: str, acronyms: set[str]) -> float:
    if word in acronyms:
        return 0.5 if word == found else 0.0
    alike = compare(word, found)
    return alike * alike if alike >= 0.6 else 0.0


def _within(words: Sequence[PlannedWord], budget: int) -> Plan:
    chosen: list[PlannedWord] = []
    left: dict[str, float] = {}
    spent = 0
    for word in words:
        if spent + word.names <= budget:
            chosen.append(word)
            spent += word.names
        else:
            left[word.word] = word.weight
    if chosen or not words:
        return Plan(tuple(chosen), (), left)
    together = tuple(sorted(words, key=lambda one: one.names)[:2])
    return Plan((), together, {word: weight for word, weight in left.items() if word not in {w.word for w in together}})


def _deletions(word: str) -> set[int]:
    if not 4 <= len(word) <= _LONGEST_WORD or word.isdigit():
        return set()
    return {stable(word[:at] + word[at + 1 :]) for at in range(len(word))}


def weights(wanted: Mapping[int, Share], name: NormalisedName, rarity: Rarity) -> dict[int, float]:
    """Turn the shares of `query_name_keys` into weights that add up with those of words."""
    each = [rarity(word) for word in name.words]
    return {key: share.part * sum(each[share.since : share.since + share.words]) for key, share in wanted.items()}
