"""What holds when many try at the same moment, each on a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from openprm.accounts import limits, queries, services
from openprm.accounts.models import Person
from openprm.accounts.tests.conftest import act, sign_in, somebody
from openprm.kernel import jobs
from openprm.kernel.access import as_system, enter
from openprm.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def db(transactional_db: None) -> None:
    """Commit for real, so that other connections see the cast."""


def at_once(works: list[Callable[[], object]]) -> list[object]:
    def run(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_wrong_passwords_are_counted_across_connections(cast: SimpleNamespace) -> None:
    guesses = [
        lambda number=number: sign_in("anna@alfa.example", f"wrong {number}").status_code for number in range(12)
    ]
    assert Counter(at_once(guesses)) == {422: limits.WRONG_PASSWORDS, 429: 12 - limits.WRONG_PASSWORDS}
    assert sign_in("anna@alfa.example").status_code == 429
    assert sign_in("sam@alfa.example").status_code == 302


def test_two_administrators_cannot_remove_each_other(cast: SimpleNamespace) -> None:
    with as_system():
        bea = somebody("bea@alfa.example", "admin", cast.alfa)

    def demote(by: Person, person: Person) -> str:
        actor = act(by)
        try:
            with enter(actor):
                fresh = Person.objects.get(pk=person.pk)
                services.change_roles(person=fresh, roles=["sales"], by=actor, at=timezone.now())
        except Refusal:
            return "refused"
        return "done"

    outcomes = at_once([lambda: demote(cast.anna, bea), lambda: demote(bea, cast.anna)])
    with as_system():
        assert queries.administrators(cast.alfa.pk).count() == 1
    assert sorted(map(str, outcomes)) == ["done", "refused"]


def test_an_invitation_is_accepted_by_one_only(cast: SimpleNamespace) -> None:
    with as_system():
        invitation = services.invite(
            email="nina@alfa.example", roles=["sales"], partner=cast.alfa, by=act(cast.anna), at=timezone.now()
        )
        secret = services.issue_link(invitation=invitation, at=timezone.now()).rsplit("/", 2)[1]

    def accept() -> str:
        try:
            password = "correct horse battery"
            services.accept_invitation(secret=secret, name="Nina", password=password, at=timezone.now())
        except Refusal:
            return "refused"
        return "in"

    assert Counter(at_once([accept] * 5)) == {"in": 1, "refused": 4}
    with as_system():
        jobs.work_off()
        assert Person.objects.filter(email="nina@alfa.example").count() == 1
