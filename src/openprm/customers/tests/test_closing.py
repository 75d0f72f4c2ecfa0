"""The day on which an opportunity was closed: what is known of it, whoever writes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.customers import closing, services
from openprm.customers.models import Account, Opportunity
from openprm.customers.tests.test_import import bring, take_back
from openprm.kernel.access import SYSTEM

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY, DAY = AT.date(), timedelta(days=1)
DAYS = st.none() | st.dates(date(2024, 1, 1), date(2028, 1, 1))
ROW = {"external_id": "O1", "account_external_id": "A1", "name": "Rollout"}


@given(given=DAYS, known=DAYS, is_open=st.booleans(), was_open=st.booleans())
def test_a_day_of_closing_is_never_guessed(
    given: date | None, known: date | None, is_open: bool, was_open: bool
) -> None:
    found = closing.day(is_open=is_open, given=given, at=AT, was_open=was_open, known=None if was_open else known)
    if is_open:
        assert found is None
    elif given and given <= TODAY:
        assert found == given
    elif given is None or given > TODAY + DAY:
        assert found == (TODAY if was_open else known)


def test_a_date_counts_once_its_day_has_begun_anywhere() -> None:
    evening = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # in Auckland the third of March has begun
    assert closing.day(is_open=False, given=TODAY + DAY, at=evening) == TODAY + DAY
    assert closing.day(is_open=False, given=TODAY + 2 * DAY, at=evening) is None


@pytest.mark.parametrize("outcome", [{"is_won": True}, {"is_open": False}])
def test_what_closes_is_closed_today_or_on_the_date_that_is_given(
    account: Callable[..., Account], outcome: dict[str, Any]
) -> None:
    for details, wanted in (
        ({}, TODAY),
        ({"close_date": date(2026, 2, 27)}, date(2026, 2, 27)),
        ({"close_date": date(2026, 9, 9)}, TODAY),
    ):
        row = services.create_opportunity(
            account=account("Hansa"), name="Rollout", close_date=date(2026, 1, 31), by=SYSTEM, at=AT - 90 * DAY
        )
        assert row.closed_on is None
        services.edit_opportunity(opportunity=row, by=SYSTEM, at=AT, **outcome, **details)
        row.refresh_from_db()
        assert row.closed_on == wanted


def test_what_is_closed_keeps_its_day_until_another_one_is_given_or_it_is_opened(
    account: Callable[..., Account],
) -> None:
    row = services.create_opportunity(account=account("Hansa"), name="Rollout", by=SYSTEM, at=AT)
    for details, wanted in (
        ({"is_won": True, "close_date": date(2026, 3, 9)}, TODAY),
        ({"owner_name": "Ines", "close_date": date(2026, 3, 9)}, TODAY),  # the day has come; it is no news
        ({"is_won": False}, TODAY),
        ({"close_date": date(2026, 1, 5)}, date(2026, 1, 5)),
        ({"close_date": None}, date(2026, 1, 5)),
        ({"is_open": True}, None),
        ({"is_open": False}, date(2026, 3, 12)),
    ):
        later = AT if details.get("is_won") else AT + 10 * DAY
        services.edit_opportunity(opportunity=row, by=SYSTEM, at=later, **details)
        row.refresh_from_db()
        assert row.closed_on == wanted, details


def test_of_what_arrives_closed_without_a_date_nobody_knows_the_day(account: Callable[..., Account]) -> None:
    account("Hansa", external_id="A1")
    single = services.create_opportunity(account=account("Alpha"), name="Old", is_won=True, by=SYSTEM, at=AT)
    rows = [{**ROW, "is_won": True}, {**ROW, "external_id": "O2", "is_open": "no", "close_date": "2025-01-31"}]
    services.upsert_opportunities(rows=rows, by=SYSTEM, at=AT)
    services.upsert_opportunities(rows=[{**row, "owner_name": "Ines"} for row in rows], by=SYSTEM, at=AT + DAY)
    known = dict(Opportunity.objects.values_list("external_id", "closed_on"))
    assert (known, single.closed_on) == ({None: None, "O1": None, "O2": date(2025, 1, 31)}, None)


def test_a_batch_that_closes_gives_the_day_and_one_that_opens_takes_it(account: Callable[..., Account]) -> None:
    account("Hansa", external_id="A1")
    for values, after, wanted in (
        ({}, 0, None),
        ({"is_won": True}, 1, TODAY + DAY),
        ({"is_won": True, "stage": "Closed"}, 5, TODAY + DAY),
        ({"is_won": True, "close_date": "2026-03-01"}, 6, date(2026, 3, 1)),
        ({"is_open": True}, 7, None),
    ):
        [one] = services.upsert_opportunities(rows=[{**ROW, **values}], by=SYSTEM, at=AT + after * DAY)
        assert one.outcome in ("created", "updated")
        assert Opportunity.objects.get().closed_on == wanted


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ({"is_won": True, "close_date": date(2025, 7, 1)}, "no,yes,2026-01-15"),  # another day
        ({"is_won": True, "close_date": date(2025, 7, 1)}, "yes,no,2026-12-31"),  # opened
        ({"is_won": True}, "no,yes,2026-01-15"),  # the day becomes known
        ({"close_date": date(2025, 7, 1)}, "no,no,"),  # closed
    ],
)
def test_an_import_that_is_taken_back_gives_back_what_was_known(
    account: Callable[..., Account], before: dict[str, Any], row: str
) -> None:
    details = {"account": account("Hansa", external_id="A1"), "name": "Rollout", "external_id": "O1"}
    stored = services.create_opportunity(**details, **before, by=SYSTEM, at=AT)
    known = stored.closed_on
    item = bring(f"id,name,account id,open,won,close date\nO1,Rollout,A1,{row}\n", kind="opportunities")
    assert Opportunity.objects.get().closed_on != known
    assert (item.updated, take_back(item).kept) == (1, 0)
    stored.refresh_from_db()
    assert stored.closed_on == known
