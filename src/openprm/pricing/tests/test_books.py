"""Books, editions and assignments: who gets what from when on, and that history stays true."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.pricing import queries, services
from openprm.pricing.models import Assignment, Edition, Entry, PriceBook
from openprm.pricing.queries import Margin
from openprm.pricing.services import spreading
from openprm.pricing.services.books import PriorityTaken
from openprm.pricing.services.editions import DayTaken, NothingChanged
from openprm.pricing.tests.making import ALFA_ONLY, JANUARY, book, points, reprice
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GOLD = {"field": "partner.tier", "op": "in", "value": ["gold"]}


def margin(world: World, partner: Partner, at: Any = NOW, **more: Any) -> Margin:
    with as_system():
        return queries.margin(partner.pk, world.cloud.pk, at, **more)


def move_to(partner: Partner, tier: str) -> None:
    """Move a partner to a tier, with what follows."""
    with as_system():
        partner.refresh_from_db()
        partners.change_profile(partner=partner, tier=tier, by=SYSTEM, at=NOW + DAY)
        jobs.work_off()


def test_everybody_in_the_audience_has_the_book_once_it_is_published(world: World) -> None:
    alfa, beta = world.alfa, world.beta
    book(world, "standard", audience=ALFA_ONLY)
    assert (margin(world, alfa).points, margin(world, alfa).book) == (20, "Standard")
    assert (margin(world, beta).points, margin(world, beta).is_any) == (0, False)
    with as_system():
        assert Event.objects.filter(name="price_book.assigned", partner_id=alfa.pk).count() == 1


def test_a_draft_gives_nothing_to_anybody(world: World) -> None:
    alfa = world.alfa
    book(world, "standard", publish=False)
    assert not margin(world, alfa).is_any


def test_a_partner_that_reaches_gold_gets_the_gold_book_at_once_and_loses_it_again(world: World) -> None:
    alfa = world.alfa
    book(world, "standard")
    book(world, "gold", points(30), priority=20, audience=GOLD)
    assert margin(world, alfa, NOW + DAY).points == 20
    move_to(alfa, "gold")
    later = JANUARY + 400 * DAY
    assert margin(world, alfa, later).points == 30
    move_to(alfa, "silver")
    assert margin(world, alfa, later).points == 20


def test_a_deal_of_last_march_is_told_by_the_prices_of_last_march(world: World) -> None:
    alfa = world.alfa
    made = book(world, "standard")
    reprice(made, points(25), at=NOW + 10 * DAY)
    reprice(made, points(15), at=NOW + 20 * DAY, starts_on=date(2027, 1, 1))
    told = [margin(world, alfa, at).points for at in (NOW, NOW + 9 * DAY, NOW + 10 * DAY, JANUARY)]
    assert told == [20, 20, 25, 15]
    with as_system():
        services.change_book(book=PriceBook.objects.get(), priority=50, by=SYSTEM, at=NOW + 30 * DAY)
        services.retire(book=PriceBook.objects.get(), by=SYSTEM, at=NOW + 40 * DAY)
    assert [margin(world, alfa, NOW + n * DAY).points for n in (0, 15, 35, 41)] == [20, 25, 25, 0]


def test_a_change_of_priority_does_not_rewrite_who_had_what(world: World) -> None:
    alfa = world.alfa
    standard = book(world, "standard", points(20), priority=10)
    book(world, "other", points(30), priority=20)
    with as_system():
        services.change_book(book=standard, priority=30, by=SYSTEM, at=NOW + DAY)
    assert [margin(world, alfa, at).book for at in (NOW, NOW + DAY)] == ["Other", "Standard"]


def test_two_books_that_hold_at_once_cannot_share_a_priority(world: World) -> None:
    book(world, "standard")
    with pytest.raises(PriorityTaken, match="Standard"):
        book(world, "msp")
    third = PriceBook(code="third", name="Third", currency="EUR", priority=10, state="published")
    third.period = DateTimeTZRange(NOW + DAY, None)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        third.save(force_insert=True)
    book(world, "later", starts_on=date(2027, 6, 1), priority=11)


def test_the_database_refuses_two_editions_or_assignments_at_once(world: World) -> None:
    made = book(world, "standard", audience=ALFA_ONLY)
    with as_system():
        held = {"partner": world.beta, "book": made, "priority": 10, "source": "named"}
        Assignment.objects.create(**held, period=DateTimeTZRange(NOW, NOW + DAY))
        for model, values in (
            (Assignment, {**held, "period": DateTimeTZRange(NOW, None)}),
            (Edition, {"book": made, "number": 7, "state": "published", "published_at": NOW,
                       "period": DateTimeTZRange(NOW + DAY, None)}),
            (Entry, {"edition": made.editions.get(), "points": 1, "sku": ""}),
            (Entry, {"edition": made.editions.get(), "points": 1, "net_price": 1, "sku": "A"}),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.create(**values)  # type: ignore[attr-defined]


def test_prices_are_never_changed_for_the_past(world: World) -> None:
    made = book(world, "standard")
    with as_system():
        services.write_draft(book=made, terms=[points(9)], by=SYSTEM, at=NOW + 5 * DAY)
        with pytest.raises(Invalid) as refused:
            services.publish(book=made, starts_on=NOW.date(), by=SYSTEM, at=NOW + 5 * DAY)
    assert "starts_on" in refused.value.fields


def test_a_planned_change_can_be_taken_back_before_it_begins(world: World) -> None:
    alfa = world.alfa
    made = book(world, "standard")
    reprice(made, points(15), at=NOW, starts_on=date(2027, 1, 1))
    with as_system():
        planned = made.editions.get(number=2)
        with pytest.raises(DayTaken):
            reprice(made, points(14), at=NOW, starts_on=date(2027, 1, 1))
        services.discard_draft(book=made, by=SYSTEM, at=NOW)
        services.take_back(edition=planned, by=SYSTEM, at=NOW)
    assert margin(world, alfa, JANUARY).points == 20
    with as_system():
        services.publish(book=made, by=SYSTEM, at=NOW + DAY)
        begun = made.editions.get(number=2)
        with pytest.raises(Refusal, match="hold already"):
            services.take_back(edition=begun, by=SYSTEM, at=JANUARY)


def test_publishing_the_same_prices_again_is_refused(world: World) -> None:
    made = book(world, "standard")
    with as_system():
        services.start_draft(book=made, by=SYSTEM, at=NOW + DAY)
        with pytest.raises(NothingChanged):
            services.publish(book=made, by=SYSTEM, at=NOW + DAY)


def test_what_is_wrong_with_an_entry_is_said_beside_it_and_nothing_is_written(world: World) -> None:
    made = book(world, "standard", publish=False)
    wrong = [points(101), points(5, world.cloud), points(6, world.cloud), points(5, net_price=Decimal(1))]
    with as_system(), pytest.raises(Invalid) as refused:
        services.write_draft(book=made, terms=wrong, by=SYSTEM, at=NOW)
    assert set(refused.value.fields) == {"0.points", "2.product_line", "3.net_price", "3.product_line"}
    with as_system():
        assert [entry.points for entry in Entry.objects.all()] == [20]


def test_a_book_assigned_by_name_counts_and_is_taken_away_again(world: World) -> None:
    alfa, manager = world.alfa, world.actor("channel_manager")
    made = book(world, "msp", reach="named")
    assert not margin(world, alfa).is_any
    with enter(manager):
        services.assign(partner=alfa, book=made, by=manager, at=NOW, reason="Chose managed services.")
        services.assign(partner=alfa, book=made, by=manager, at=NOW)
    assert margin(world, alfa).points == 20
    with enter(manager):
        services.unassign(partner=alfa, book=made, by=manager, at=NOW + DAY)
    assert [margin(world, alfa, at).points for at in (NOW, NOW + DAY)] == [20, 0]


def test_who_does_not_look_after_a_partner_cannot_give_it_a_book(world: World) -> None:
    made, manager = book(world, "msp", reach="named"), world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        services.assign(partner=world.beta, book=made, by=manager, at=NOW)


def test_a_book_by_name_stays_when_the_partner_leaves_the_audience(world: World) -> None:
    alfa, later = world.alfa, NOW + 5 * DAY
    made = book(world, "gold", points(30), audience=GOLD)
    move_to(alfa, "gold")
    with as_system():
        services.assign(partner=alfa, book=made, by=SYSTEM, at=later, until=date(2027, 3, 31))
    move_to(alfa, "silver")
    told = [margin(world, alfa, at).points for at in (JANUARY, JANUARY + 100 * DAY)]
    assert told == [30, 0]


def test_a_book_ends_on_its_last_day_and_its_partners_with_it(world: World) -> None:
    alfa = world.alfa
    made = book(world, "promotion", ends_on=date(2026, 12, 31))
    assert [margin(world, alfa, at).points for at in (NOW, JANUARY - DAY, JANUARY)] == [20, 20, 0]
    assert "31 Dec 2026" in " ".join(margin(world, alfa).why)
    with as_system():
        services.change_book(book=made, ends_on=date(2027, 1, 31), by=SYSTEM, at=NOW + DAY)
        assert services.lapse(at=JANUARY) == 0
    assert [margin(world, alfa, at).points for at in (JANUARY, JANUARY + 31 * DAY)] == [20, 0]
    with as_system():
        assert services.lapse(at=JANUARY + 31 * DAY) == Assignment.objects.count()
        assert not Assignment.objects.exclude(in_force="").exists()


def test_a_book_that_begins_later_is_given_for_then(world: World) -> None:
    alfa = world.alfa
    made = book(world, "next-year", starts_on=date(2027, 1, 1))
    assert [margin(world, alfa, at).points for at in (NOW, JANUARY)] == [0, 20]
    with as_system():
        assert not Assignment.objects.exclude(in_force="").exists()
        services.lapse(at=JANUARY)
        assert Assignment.objects.filter(partner=alfa).get().in_force == made.code


def test_an_audience_can_ask_for_a_price_book_but_a_books_own_cannot(world: World) -> None:
    from openprm.kernel import audiences

    alfa, beta = world.alfa, world.beta
    book(world, "standard", audience=ALFA_ONLY)
    asks = {"field": "partner.price_book", "op": "in", "value": ["standard"]}
    with as_system():
        assert list(audiences.members(asks, subject="partner")) == [alfa]
        assert beta not in audiences.members(asks, subject="partner")
    with pytest.raises(Invalid, match="attention"):
        book(world, "circle", audience=asks, priority=30)


def test_a_retired_book_can_be_brought_back(world: World) -> None:
    alfa = world.alfa
    made = book(world, "standard")
    with as_system():
        services.retire(book=made, by=SYSTEM, at=NOW + DAY)
        services.restore(book=made, by=SYSTEM, at=NOW + 2 * DAY)
        services.start_draft(book=made, by=SYSTEM, at=NOW + 2 * DAY)
        services.publish(book=made, by=SYSTEM, at=NOW + 3 * DAY)
    assert [margin(world, alfa, NOW + n * DAY).points for n in range(4)] == [20, 0, 0, 20]


def test_why_says_which_book_decides_and_which_stands_back(world: World) -> None:
    alfa = world.alfa
    book(world, "standard", name="Standard")
    book(world, "gold", points(30, world.cloud), name="Gold promotion", priority=20, ends_on=date(2026, 12, 31))
    told = margin(world, alfa).why
    assert told[0] == "“Gold promotion” gives 30 points on Cloud."
    assert told[1] == "It goes before “Standard”, which has a lower priority."
    assert told[-1] == "It holds until 31 Dec 2026."


def test_a_book_for_very_many_is_given_by_a_worker_part_by_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alfa, beta, delta = world.alfa, world.beta, world.delta
    monkeypatch.setattr(spreading, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(spreading, "PART", 2)
    made = book(world, "standard")
    with as_system():
        assert not Assignment.objects.exists()
        made.refresh_from_db()
        many = Partner.objects.count()
        assert (made.spread_done, made.spread_total) == (0, many)
        job = ProcrastinateJob.objects.get(task_name="pricing.spread", status="todo")
    assert f"0 of {many} partners" in world.browser("admin").get(made.get_absolute_url()).content.decode()
    for _again in range(2):  # begun again, it comes to the same
        with as_system():
            services.spread(made.pk, person=None, name=job.args["name"], ended=None, at=NOW)
    assert [margin(world, one).points for one in (alfa, beta, delta)] == [20, 20, 20]
    with as_system():
        made.refresh_from_db()
        assert (made.spread_total, Event.objects.filter(name="price_book.assigned").count()) == (0, many)
        services.retire(book=made, by=SYSTEM, at=NOW + DAY)
        services.spread(made.pk, person=None, name="", ended=None, at=NOW + DAY)
    assert not margin(world, alfa, NOW + DAY).is_any
