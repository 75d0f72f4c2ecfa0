"""The clock ends protections and reminds of them, and holds nobody up meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openprm.config import roles
from openprm.deals import jobs, services
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration
from openprm.deals.rules import notice_due
from openprm.deals.services import clock
from openprm.deals.tests.test_races import unlike_all_others
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.events.models import Event
from openprm.kernel.services import change_setting
from tests.world import NOW, World

DAY = timedelta(days=1)
END = NOW + 90 * DAY


def approved(world: World, many: int) -> list[DealRegistration]:
    """Return that many protected deals, by id."""
    deals = [world.approved(world.alfa, customer=unlike_all_others(number)) for number in range(many)]
    return sorted(deals, key=lambda deal: deal.pk)


def state_of(deal: DealRegistration) -> str:
    with as_system():
        return DealRegistration.objects.get(pk=deal.pk).state


def reminded() -> int:
    with as_system():
        return Event.objects.filter(name="deal.protection_reminded").count()


@contextmanager
def written(deal: DealRegistration, answer: str) -> Iterator[None]:
    """Let the database answer so to who writes this deal; ``return null`` passes it over, as if it had moved."""
    _as_owner(
        f"create function spoil() returns trigger language plpgsql as $$begin {answer}; end$$;"
        " create trigger spoil before update on deals_dealregistration for each row"
        f" when (old.id = '{deal.pk}') execute function spoil()"
    )
    try:
        yield
    finally:
        _as_owner("drop function spoil cascade")


def _as_owner(statement: str) -> None:
    roles.become(connection, owner=True)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    roles.become(connection, owner=False)


@pytest.mark.django_db
def test_where_nothing_is_due_the_clock_asks_once_however_many_are_protected(world: World) -> None:
    approved(world, 12)
    with as_system():
        assert services.remind_due(at=NOW + 31 * DAY) == 12
        for act, at in ((services.remind_due, NOW + 32 * DAY), (services.expire_due, END - DAY)):
            with CaptureQueriesContext(connection) as asked:
                assert act(at=at) == 0
            deals = [query["sql"] for query in asked if "deals_" in query["sql"]]
            assert len(deals) == 1
            assert len(asked) <= 3, [query["sql"] for query in asked]


@pytest.mark.django_db(transaction=True)
def test_who_works_on_a_deal_that_is_not_due_waits_for_no_reminder(world: World) -> None:
    deal, sales = world.approved(world.alfa), world.actor("sales", world.alfa)
    services.remind_due(at=NOW + 31 * DAY)
    looked, written = Signal(), Signal()

    def clock_looks() -> None:
        with as_system():  # what it holds, it holds until this block ends
            services.remind_due(at=NOW + 40 * DAY)
            looked.set()
            written.wait(30)
        connection.close()

    thread = Thread(target=clock_looks)
    thread.start()
    looked.wait(30)
    try:
        with enter(sales), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '5s'")
            services.comment(deal=deal, text="We meet them on Friday.", by=sales, at=NOW + 40 * DAY)
    finally:
        written.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_what_the_clock_has_done_stays_done_where_it_fails_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 1)
    first, second = approved(world, 2)
    with written(second, "raise exception 'the disk is full'"):
        for job, at in ((jobs.remind, NOW + 31 * DAY), (jobs.expire, END)):
            with pytest.raises(DatabaseError, match="disk is full"):
                job.run(timestamp=int(at.timestamp()))
    assert reminded() == 1  # the first batch was kept when the second failed
    assert (state_of(first), state_of(second)) == (State.EXPIRED, State.APPROVED)


@pytest.mark.django_db(transaction=True)
def test_a_deal_that_moved_meanwhile_is_taken_next_time_and_the_others_now(world: World) -> None:
    first, second, third = approved(world, 3)
    with written(second, "return null"):
        assert services.remind_due(at=NOW + 31 * DAY) == 2
        assert services.expire_due(at=END) == 2
    assert [state_of(deal) for deal in (first, second, third)] == [State.EXPIRED, State.APPROVED, State.EXPIRED]
    assert (services.expire_due(at=END), services.expire_due(at=END)) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_deal_that_somebody_works_on_is_left_for_next_time(world: World) -> None:
    first, second = approved(world, 2)

    def clock_runs(found: list[Any]) -> None:
        found += [services.remind_due(at=NOW + 31 * DAY), services.expire_due(at=END)]
        connection.close()

    found: list[Any] = []
    with transaction.atomic(), as_system():
        DealRegistration.objects.select_for_update().get(pk=first.pk)
        thread = Thread(target=clock_runs, args=[found])
        thread.start()
        thread.join()
    assert found == [1, 1]
    assert (state_of(first), state_of(second)) == (State.APPROVED, State.EXPIRED)
    assert services.expire_due(at=END) == 1


@pytest.mark.django_db(transaction=True)
def test_more_deals_than_one_batch_are_all_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 2)
    approved(world, 5)
    assert (services.remind_due(at=NOW + 31 * DAY), services.expire_due(at=END)) == (5, 5)


@pytest.mark.django_db
def test_each_notice_is_given_once_though_the_product_lines_end_on_different_days(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        services.save_window(product_line=world.cloud, days=55, by=admin, at=NOW)
        services.save_window(product_line=world.edge, days=120, by=admin, at=NOW)
    world.approved(world.alfa, product_lines=frozenset({world.cloud.pk, world.edge.pk}))
    with as_system():
        given = {day: told for day in range(1, 121) if (told := _given_at(NOW + day * DAY))}
    first = {30: "after:30", 41: "before:14", 48: "before:7", 54: "before:1"}
    assert given == first | {60: "after:60", 90: "after:90", 106: "before:14", 113: "before:7", 119: "before:1"}


def _given_at(at: datetime) -> str:
    """Let the clock run twice, and return the notice that it gave."""
    services.remind_due(at=at)
    services.remind_due(at=at)
    told = Event.objects.filter(name="deal.protection_reminded", at=at).values_list("payload__notice", flat=True)
    assert len(told) <= 1
    return "".join(told)


@pytest.fixture
def one_deal(db: None, world: World) -> DealRegistration:
    return world.approved(world.alfa)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    after=st.lists(st.integers(1, 100), max_size=4),
    before=st.lists(st.integers(1, 60), max_size=4),
    days=st.lists(st.integers(0, 89), max_size=12).map(sorted),
    part=st.integers(0, 86_399),
)
def test_what_the_database_finds_due_is_what_the_rule_says(
    one_deal: DealRegistration, after: list[int], before: list[int], days: list[int], part: int
) -> None:
    with transaction.atomic(), as_system():
        for key, chosen in (("deals.notices_after", after), ("deals.notices_before", before)):
            change_setting(key=key, value=sorted(set(chosen)), by=SYSTEM, at=NOW)
        known: list[str] = []
        for day in days:
            at = NOW + day * DAY + timedelta(seconds=part)
            due = notice_due(since=NOW, until=END, at=at, after=after, before=before)
            assert services.remind_due(at=at) == (due not in ("", *known))
            known.append(due)
        transaction.set_rollback(True)
