"""The index in PostgreSQL finds what the index in memory finds: one truth, two places."""

import random
import uuid

import pytest

from openprm.customers.index import PostgresIndex
from openprm.kernel.access import as_system
from openprm.matching import Company, Match, MemoryIndex, Query, find

PARTS = [
    "Vandelay",
    "Kramerica",
    "Zorbatron",
    "Halvorsen",
    "Quixote",
    "Müller",
    "Global",
    "Solutions",
    "Bank",
    "Energy",
]
FORMS = ["GmbH", "Inc.", "Ltd", "S.A.", "", ""]


def companies(chance: random.Random) -> list[Company]:
    return [
        Company(
            str(uuid.UUID(int=number + 1)),
            " ".join([*chance.sample(PARTS, chance.randint(1, 3)), chance.choice(FORMS)]).strip(),
            aliases=("Old " + chance.choice(PARTS),) if number % 7 == 0 else (),
            domain=f"company{number}.com" if number % 3 == 0 else None,
            country=chance.choice(["DE", "US", None]),
            phone="+4930123456" if number == 5 else None,
            registration=f"DE{100_000_000 + number}" if number % 5 == 0 else None,
            family="family" if number % 11 == 0 else None,
        )
        for number in range(120)
    ]


QUERIES = [
    Query("Vandelay"),
    Query("Vandelai Enrgy", country="DE"),
    Query("Mueller Bank AG"),
    Query("KramericaQuixote"),
    Query("GSB"),
    Query("Global Solutions"),
    Query("Nothing At All", domain="www.company3.com"),
    Query("Nothing At All", registration="DE 100 000 005"),
    Query("Nothing At All", phone="030 123456", country="DE"),
    Query("Old Zorbatron Ltd"),
]


def told(matches: list[Match]) -> list[tuple[str, str, float, str]]:
    return [(one.company_id, one.name, round(one.probability, 5), one.decision) for one in matches]


@pytest.mark.django_db
def test_both_indexes_give_the_same_answers_also_after_changes() -> None:
    chance = random.Random(3)
    memory, postgres = MemoryIndex(), PostgresIndex()
    with as_system():
        for company in companies(chance):
            memory.add(company)
            postgres.add(company)
        for number in range(0, 120, 9):
            gone = str(uuid.UUID(int=number + 1))
            memory.remove(gone)
            postgres.remove(gone)
        for query in QUERIES:
            assert told(find(query, postgres, 5)) == told(find(query, memory, 5)), query
