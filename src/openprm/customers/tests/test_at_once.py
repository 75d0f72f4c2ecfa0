"""Many at the same moment: registrations of one new company make one account."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection

from openprm.customers import services
from openprm.customers.models import Account
from openprm.kernel import access
from openprm.kernel.access import SYSTEM
from openprm.matching import Query

AT_ONCE, ROUNDS = 8, 6

pytestmark = pytest.mark.django_db(transaction=True)


def together(work: Callable[[int], UUID]) -> list[UUID]:
    """Do the same thing in several threads that start at the same moment."""
    barrier = threading.Barrier(AT_ONCE)

    def one(number: int) -> UUID:
        try:
            barrier.wait(timeout=20)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_eight_registrations_of_a_new_company_make_one_account(at: datetime) -> None:
    spellings = ("Kestrel %s GmbH", "KESTREL %s", "kestrel-%s gmbh", "Kestrel %s, GmbH")
    for round_ in ("Avionics", "Brewing", "Ceramics", "Dental", "Energy", "Foods")[:ROUNDS]:

        def register(number: int, word: str = round_) -> UUID:
            query = Query(spellings[number % len(spellings)] % word, country="DE")
            with access.as_system():
                return services.identify(query=query, by=SYSTEM, at=at).pk

        assert len(set(together(register))) == 1
    with access.as_system():
        assert Account.objects.count() == ROUNDS


def test_companies_that_share_words_do_not_wait_in_a_circle(at: datetime) -> None:
    words = ("Harbour", "Granite", "Meadow", "Copper", "Willow", "Summit", "Falcon", "Cedar")

    def register(number: int) -> UUID:
        names = words[number:] + words[:number]
        with access.as_system():
            return services.identify(query=Query(" ".join(names[:4])), by=SYSTEM, at=at).pk

    assert len(set(together(register))) == AT_ONCE
