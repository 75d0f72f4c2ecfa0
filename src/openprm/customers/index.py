"""The company index in PostgreSQL: ``matching``'s candidate index, written in the transaction of the account it is for.

A look-up is two calls of database functions (see the migration). All writing is by batches: the old names of the
accounts go, the new ones come, and counts of words follow. Counts steer and need not be exact: rows that another
transaction holds are left out (nobody waits for a word as common as "bank"), and ``recount`` puts them right at night.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from openprm.customers.blind import shelf
from openprm.matching import Candidate, Company, Decision, Prepared, Query, Shortlist, keys, prepare
from openprm.matching.domains import registrable_domain
from openprm.matching.engine import judge
from openprm.matching.index import names_of
from openprm.matching.keys import Plan, VocabularyRow
from openprm.matching.normalise import load, normalise, umlauts
from openprm.matching.rarity import Rarity

ALL_NAMES = ""  # the word that every name holds: its count is the number of names
NAMES_PER_KEY_OF_FILES = 5

Row = Sequence[Any]

_COUNT = """
with free as (select id from customers_companyword where id = any(%(ids)s) order by id for update skip locked)
update customers_companyword w set names = greatest(0, w.names + change.names)
from unnest(%(ids)s::int[], %(names)s::int[]) as change (id, names) join free on free.id = change.id
where w.id = change.id and change.names <> 0
"""

_RECOUNT = """
with counted as (
    select w.id, case when w.word = '' then (select count(*) from customers_companyname)
        else (select count(*) from customers_posting p where p.word_id = w.id) end::int as names
    from customers_companyword w
)
update customers_companyword w set names = counted.names
from counted where counted.id = w.id and counted.names <> w.names
"""

_BY_KEY = """
select asked.position, n.account_id, n.name, n.dump, n.domain, n.country, n.signs
from unnest(%s::int[], %s::int[]) as asked (position, key)
cross join lateral (
    select name_id from customers_namekey where key = asked.key order by name_id limit %s
) k join customers_companyname n on n.id = k.name_id
"""


class PostgresIndex:
    """Finds the few known names worth scoring; fulfils ``matching.CandidateIndex``. Call it as the system."""

    def add(self, company: Company) -> None:
        """Make a company findable under its name and aliases."""
        write([company], fresh=True)

    def replace(self, company: Company) -> None:
        """Forget what was known under the company's id and add it anew."""
        write([company])

    def remove(self, company_id: str) -> None:
        """Forget a company; unknown ids are no error."""
        forget([company_id])

    def candidates(self, query: Prepared, limit: int = 40) -> Shortlist:
        """Return at most ``limit`` names, best first, with the frequencies that scoring needs."""
        rows, total = _vocabulary(list(keys.query_word_keys(query.name)))
        counts = {row.word: row.names for row in rows}
        rarity = Rarity(total, counts)
        plan = keys.plan(query.name, rows, rarity)
        found = _shortlist(query, plan, rarity, max(limit, keys.SHORTLIST))
        candidates = [_candidate(*row[:6]) for row in found]
        for candidate, row in zip(candidates, found, strict=True):
            counts.update(zip(dict.fromkeys(candidate.name.words), row[7], strict=False))
        pairs = [(candidate.name, row[6]) for candidate, row in zip(candidates, found, strict=True)]
        order = keys.rank(query.name, pairs, plan, Rarity(total, counts), limit)
        return Shortlist([candidates[position] for position in order], total, counts)


def write(companies: Sequence[Company], *, fresh: bool = False) -> int:
    """Put companies into the index in place of what was known of them; return how many names that makes.

    ``fresh`` says that none of them is in it yet.
    """
    if not fresh:
        forget([company.id for company in companies])
    shelf.write(companies)
    rows = [row for company in companies for row in names_of(company)]
    if not rows:
        return 0
    counts = Counter(word for row in rows for word in set(row.name.words))
    counts[ALL_NAMES] = len(rows)
    word_ids = _word_ids(list(counts))
    _write_names(rows, word_ids)
    _count({word_ids[word]: names for word, names in counts.items()})
    return len(rows)


def forget(company_ids: Sequence[str | uuid.UUID]) -> None:
    """Take companies out of the index."""
    shelf.forget(company_ids)
    with connection.cursor() as cursor:
        cursor.execute("select * from customers_forget(%s)", [[uuid.UUID(str(one)) for one in company_ids]])
        changes = dict(cursor.fetchall())
    _count(changes)


def recount() -> None:
    """Count again how many names hold each word."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT)


def same_companies(companies: Sequence[Company]) -> dict[str, str]:
    """Return, for companies that are in the index or higher up in the list itself, the id of the one they are.

    For batches: it compares only what agrees in the whole name (legal form and spelling aside) or in the domain, so it
    misses what ``candidates`` finds by a typing error, and costs next to nothing where nothing agrees.
    """
    wanted = [(position, key) for position, company in enumerate(companies) for key in _sure_keys(company)]
    stored = _names_by_key(wanted)
    above: dict[int, list[int]] = {}
    same: dict[str, str] = {}
    for position, company in enumerate(companies):
        found = stored.get(position, [])
        for key in _sure_keys(company):
            found += [row for one in above.get(key, ()) for row in names_of(companies[one])]
        if found and (match := _same(company, found)):
            same[company.id] = match
            continue
        for key in _sure_keys(company):
            above.setdefault(key, []).append(position)
            del above[key][NAMES_PER_KEY_OF_FILES:]
    return same


def _same(company: Company, found: Sequence[Candidate]) -> str | None:
    query = prepare(Query(company.name, company.domain, company.country, company.phone, company.registration))
    best = judge(query, Shortlist(found, 0, {}), 1)
    return best[0].company_id if best and best[0].decision is Decision.SAME else None


def _sure_keys(company: Company) -> list[int]:
    domain = registrable_domain(company.domain)
    whole = umlauts(normalise(company.name).key)
    return [*([keys.stable("n:" + whole)] if whole else []), *([keys.stable("d:" + domain)] if domain else [])]


def _names_by_key(wanted: Sequence[tuple[int, int]]) -> dict[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {}
    columns = [[pair[0] for pair in wanted], [pair[1] for pair in wanted]]
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY, [*columns, NAMES_PER_KEY_OF_FILES])
        for position, *row in cursor.fetchall():
            found.setdefault(position, []).append(_candidate(*row))
    return found


def _copy_pairs(table: str, columns: str, pairs: Iterable[tuple[int, int]]) -> None:
    text = "".join([f"{one}\t{other}\n" for one, other in pairs])
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
        copy.write(text)


def _copy_names(rows: Iterable[Row]) -> None:
    columns = "id, account_id, name, dump, domain, country, signs, words, keys"
    with connection.cursor() as cursor, cursor.copy(f"copy customers_companyname ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _candidate(account_id: uuid.UUID, name: str, dump: str, domain: str, country: str, signs: list[str]) -> Candidate:
    others = (sign or None for sign in signs)  # phone, register number, family
    return Candidate(str(account_id), load(name, dump), domain or None, country or None, *others)


def _signs(row: Candidate) -> list[str]:
    signs = [row.phone or "", row.registration or "", row.family or ""]
    return signs if any(signs) else []


def _vocabulary(wanted: list[int]) -> tuple[list[VocabularyRow], int]:
    with connection.cursor() as cursor:
        cursor.execute("select * from customers_vocabulary(%s, %s)", [wanted, keys.WORDS_PER_KEY])
        rows = [VocabularyRow(*row) for row in cursor.fetchall()]
    total = sum(row.names for row in rows if row.word == ALL_NAMES)
    return [row for row in rows if row.word != ALL_NAMES], total


def _shortlist(query: Prepared, plan: Plan, rarity: Rarity, most: int) -> list[Any]:
    wanted = keys.weights(keys.query_name_keys(query.name, query.domain, query.signs), query.name, rarity)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from customers_shortlist(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                [word.id for word in plan.words],
                [float(word.weight) for word in plan.words],
                [word.id for word in plan.together],
                float(sum(word.weight for word in plan.together)),
                list(wanted),
                [float(weight) for weight in wanted.values()],
                keys.BUDGET,
                keys.NAMES_PER_KEY,
                most,
            ],
        )
        return list(cursor.fetchall())


def _word_ids(words: list[str]) -> dict[str, int]:
    """Return the ids of words, giving new ones to those that have none."""
    with connection.cursor() as cursor:
        cursor.execute("select word, id from customers_companyword where word = any(%s)", [words])
        ids: dict[str, int] = dict(cursor.fetchall())
        missing = sorted(set(words) - set(ids))  # in order, so that two writers never wait for each other in a circle
        if missing:
            cursor.execute(
                "insert into customers_companyword (word, names) select unnest(%s::text[]), 0"
                " on conflict do nothing returning word, id",
                [missing],
            )
            new = dict(cursor.fetchall())
            _copy_pairs("customers_wordkey", "key, word_id", _word_key_rows(new))
            cursor.execute("select word, id from customers_companyword where word = any(%s)", [missing])
            ids.update(cursor.fetchall())
    return ids


def _word_key_rows(words: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    return ((key, number) for word, number in words.items() if word for key in keys.word_keys(word))


def _write_names(rows: Sequence[Candidate], word_ids: Mapping[str, int]) -> None:
    names: list[Row] = []
    postings: list[tuple[int, int]] = []
    name_keys: list[tuple[int, int]] = []
    for number, row in zip(_numbers(len(rows)), rows, strict=True):
        words = [word_ids[word] for word in dict.fromkeys(row.name.words)]
        found_by = list(keys.name_keys(row.name, row.domain, row.signs))
        columns = (row.company_id, row.name.original, row.name.dump(), row.domain or "", row.country or "")
        names.append((number, *columns, _signs(row), _array(words), _array(found_by)))
        postings += [(word, number) for word in words]
        name_keys += [(key, number) for key in found_by]
    _copy_names(names)
    _copy_pairs("customers_posting", "word_id, name_id", sorted(postings))
    _copy_pairs("customers_namekey", "key, name_id", sorted(name_keys))


def _numbers(how_many: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('customers_companyname', 'id')) from generate_series(1, %s)",
            [how_many],
        )
        return [number for (number,) in cursor.fetchall()]


def _count(changes: Mapping[int, int]) -> None:
    if changes:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"ids": list(changes), "names": list(changes.values())})
