"""A partner's checks of a day: what they cost, in whatever way it asks, and what stays of them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.checks import services as checks
from openprm.checks.models import Asked, Day
from openprm.checks.services import Question
from openprm.customers.blind import digests
from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.kernel.access import Actor, as_system, enter
from openprm.kernel.events.models import Event
from openprm.kernel.ids import uuid7
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.kernel.settings_store import StoredSetting
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
EVIDENCE = "The customer asked us for this offer in writing."


def limit(key: str, value: int) -> None:
    """Set one of the limits."""
    with as_system():
        StoredSetting.objects.update_or_create(key=key, defaults={"value": value})


@pytest.fixture
def sales(world: World) -> Actor:
    return world.actor("sales", world.alfa)


@pytest.fixture
def used(sales: Actor) -> Callable[[], int]:
    return lambda: checks.left(by=sales, at=NOW).used


def ask(by: Actor, name: str, **options: Any) -> None:
    """Ask about a company, as the form does."""
    with enter(by):
        checks.spend(question=Question(name=name, website=options.pop("website", "")), by=by, at=NOW, **options)


def program(world: World) -> Client:
    """Return a program of Alfa's sales."""
    by = world.actor("sales", world.alfa)
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(by.grants), expires_at=None, by=by, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_typing_one_name_and_its_website_in_one_form_is_one_check(sales: Actor, used: Callable[[], int]) -> None:
    form = uuid7()
    for name in ("Co", "Cont", "Contoso", "Contoso Gm", "Contoso GmbH"):
        ask(sales, name, form=form)
    for website in ("contoso.co", "contoso.com", "https://www.contoso.com/de"):
        ask(sales, "Contoso GmbH", website=website, form=form)
    assert used() == 1


def test_the_same_company_costs_nothing_elsewhere_on_that_day(world: World, used: Callable[[], int]) -> None:
    for role in ("sales", "admin"):
        ask(world.actor(role, world.alfa), "Contoso GmbH", form=uuid7())
    ask(world.actor("sales", world.alfa), "CONTOSO")
    assert used() == 1


def test_one_name_with_many_websites_costs_a_check_each(sales: Actor, used: Callable[[], int]) -> None:
    for number in range(5):
        ask(sales, "Contoso", website=f"{number}firm.com", form=uuid7())
    assert used() == 5


def test_a_blind_check_costs_what_an_open_one_costs(sales: Actor, used: Callable[[], int]) -> None:
    with enter(sales):
        checks.spend(question=Question(blind=digests.of("Contoso GmbH")), by=sales, at=NOW)
    ask(sales, "Contoso")
    assert used() == 1


def test_one_company_too_many_is_refused_and_costs_nothing(sales: Actor, used: Callable[[], int]) -> None:
    limit("checks.per_day", 2)
    ask(sales, "Contoso")
    ask(sales, "Fabrikam")
    with pytest.raises(checks.UsedUp) as refused:
        ask(sales, "Litware")
    assert refused.value.retry_after == 15 * 3600  # it is nine in the morning, UTC
    ask(sales, "Fabrikam")
    assert used() == 2


def test_the_next_day_has_new_checks(sales: Actor) -> None:
    limit("checks.per_day", 1)
    ask(sales, "Contoso")
    assert checks.left(by=sales, at=NOW).left == 0
    assert checks.left(by=sales, at=NOW + timedelta(hours=15)).left == 1


@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2027, 3, 28, tzinfo=UTC),  # summer time begins an hour later in much of Europe
        datetime(2027, 11, 7, tzinfo=UTC),  # and ends in much of America
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2028, 1, 1, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "UTC"])
def test_the_day_ends_at_midnight_utc_wherever_its_reader_is(sales: Actor, midnight: datetime, zone: str) -> None:
    limit("checks.per_day", 1)
    last, next_day = midnight - timedelta(seconds=1), midnight
    question = [Question(name=name) for name in ("Contoso", "Fabrikam")]
    with timezone.override(zone), enter(sales):
        checks.spend(question=question[0], by=sales, at=last)
        assert checks.left(by=sales, at=last).renews_at == midnight
        with pytest.raises(checks.UsedUp) as refusal:
            checks.spend(question=question[1], by=sales, at=last)
        assert refusal.value.retry_after == 1
        checks.spend(question=question[1], by=sales, at=next_day)
        assert checks.left(by=sales, at=next_day).renews_at == midnight + timedelta(days=1)


def test_one_person_does_not_use_up_what_colleagues_need(world: World, sales: Actor) -> None:
    limit("checks.per_person", 1)
    ask(sales, "Contoso")
    with pytest.raises(checks.UsedUp):
        ask(sales, "Fabrikam")
    ask(world.actor("admin", world.alfa), "Fabrikam")


def test_nobody_types_so_fast(world: World) -> None:
    limit("checks.per_minute", 10)
    browser = world.browser("sales", world.alfa)
    form = {"key": str(uuid7()), "customer_name": "Contoso"}
    statuses = [browser.post("/portal/deals/verdict/", form).status_code for _number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_form_page_program_and_submission_share_one_budget(world: World, used: Callable[[], int]) -> None:
    browser, client = world.browser("sales", world.alfa), program(world)
    for address, name in (("/portal/deals/verdict/", "Contoso"), ("/portal/check/", "Fabrikam")):
        assert browser.post(address, {"key": str(uuid7()), "customer_name": name}).status_code == 200
    said = {"customer_name": "Litware"}
    assert client.post("/api/v1/deals/check", said, content_type="application/json").status_code == 200
    blind = {"name": digests.of("Proseware").name.hex()}
    assert client.post("/api/v1/checks/blind", blind, content_type="application/json").json()["answer"] == "not_clear"
    answer = client.get("/api/v1/checks").json()
    assert (answer["used"], answer["left"]) == (4, 56)


def test_a_registration_counts_and_is_possible_when_all_is_used_up(world: World, used: Callable[[], int]) -> None:
    limit("checks.per_day", 1)
    world.submitted(world.alfa, customer="Contoso")
    with pytest.raises(deals.ChecksUsedUp):
        world.submitted(world.alfa, customer="Fabrikam")
    deal = world.submitted(world.alfa, customer="Fabrikam", evidence=EVIDENCE)
    assert deal.state == "submitted"
    assert checks.left(by=world.actor("sales", world.alfa), at=NOW).left == 0


def test_without_evidence_a_partner_that_used_up_its_checks_learns_nothing(world: World) -> None:
    """The refusal is the same for a company that is free and for one that is taken."""
    limit("checks.per_day", 1)
    world.approved(world.beta, customer="Fabrikam")
    world.submitted(world.alfa, customer="Contoso")
    told = []
    for customer in ("Fabrikam", "Litware"):
        with pytest.raises(deals.ChecksUsedUp) as refused:
            world.submitted(world.alfa, customer=customer)
        told.append((str(refused.value), refused.value.fields))
    assert told[0] == told[1]


def test_a_refused_submission_of_a_program_is_counted_although_it_is_undone(world: World) -> None:
    world.approved(world.beta)
    line, soon = world.cloud.key, f"{timezone.now() + timedelta(days=300):%Y-%m-%d}"
    deal = {"customer_name": "Contoso GmbH", "country": "DE", "product_lines": [line], "value": "1.00",
            "currency": "EUR", "close_date": soon, "description": "Needs servers.", "submit": True}  # fmt: skip
    client = program(world)
    answer = client.post("/api/v1/deals", deal, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "deal_blocked")
    with as_system():
        assert not DealRegistration.objects.filter(partner=world.alfa).exists()
    assert client.get("/api/v1/checks").json()["used"] == 1


def test_who_looks_as_a_partner_costs_it_nothing(world: World, sales: Actor, used: Callable[[], int]) -> None:
    ask(replace(sales, viewer=world.actor("admin")), "Contoso")
    assert used() == 0


def test_nothing_of_what_was_asked_stands_in_any_table(world: World, sales: Actor) -> None:
    ask(sales, "Zyzzyva Quixotic GmbH", website="zyzzyva.com", form=uuid7())
    with as_system(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select count(*) from {table} t where t::text ilike %s", ["%zyzzyva%"])
            assert cursor.fetchone() == (0,), table
        assert set(Asked.objects.values_list("initial", flat=True)) == {"z", ""}


def test_a_dictionary_is_noticed_and_the_account_team_is_told(world: World, sales: Actor) -> None:
    world.person("admin")
    for letter in "abcdefgh":
        for end in ("loxa", "mira", "nova"):
            ask(sales, letter + end + "co", form=uuid7())
    with as_system():
        work_off()
        assert Day.objects.get().alarms == ["in_order"]
        event = Event.objects.get(name="checks.scanning_suspected")
        assert (event.partner_id, event.shared, event.payload["alarms"]) == (world.alfa.pk, False, ["in_order"])
        told = Notification.objects.filter(kind="checks.scanning").values_list("person_id", flat=True)
        assert set(told) == {world.person("channel_manager").pk, world.person("admin").pk}


def test_the_vendor_sees_days_and_alarms_and_a_partner_does_not(world: World, sales: Actor) -> None:
    ask(sales, "Contoso")
    assert b"Alfa" in world.browser("channel_manager").get("/console/checks/").content
    assert world.browser("admin", world.alfa).get("/console/checks/").status_code == 403
    with enter(sales):
        assert not Day.objects.exists()
        assert not Asked.objects.exists()


def test_what_was_asked_is_forgotten_after_a_month_and_the_counts_stay(sales: Actor) -> None:
    ask(sales, "Contoso")
    with as_system():
        assert checks.tidy(at=NOW + timedelta(days=31)) == 0
        assert checks.tidy(at=NOW + timedelta(days=32)) == 1
        assert Day.objects.get().asked == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_no_more_than_there_is(world: World, sales: Actor) -> None:
    limit("checks.per_day", 5)
    answers: list[str] = []

    def one(number: int) -> None:
        try:
            ask(sales, f"{chr(97 + number) * 3} Works {number}")
            answers.append("told")
        except checks.UsedUp:
            answers.append("used up")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["told"] * 5 + ["used up"] * 3
    with as_system():
        assert Day.objects.get().asked == 5
