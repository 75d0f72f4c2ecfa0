"""Vendor conduct: each figure is what the log says, opens into its rows, and tells of no single other partner."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from openprm.conduct import policies, queries, rules, services
from openprm.conduct.models import Case
from openprm.conduct.rules import Count, Figure, Measured, Period
from openprm.customers import services as customers
from openprm.customers.models import Account
from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.kernel import days
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.ledger import verifying
from openprm.kernel.notifications.models import Notification
from openprm.partners.models import Partner
from tests.world import NOW, World, company

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = rules.period("12m", at=NOW + timedelta(days=60))


def figures(partner: Partner | None, period: Period = YEAR) -> dict[Figure, Measured]:
    found = queries.measured(period, partner=partner.pk if partner else None)
    return {measured.figure: measured for measured in found}


def decide(world: World, deal: DealRegistration, at: datetime, code: str = "") -> None:
    by = world.actor("channel_manager")
    with enter(by):
        if code:
            deals.reject(deal=deal, code=code, by=by, at=at)
        else:
            deals.approve(deal=deal, by=by, at=at)


def win_directly(world: World, deal: DealRegistration, closed: date, **details: Any) -> None:
    with as_system():
        customers.create_opportunity(
            account=deal.account, name="Own sale", close_date=closed, by=SYSTEM, at=days.begin(closed, UTC),
            **({"is_won": True, "product_lines": ["cloud"], "amount": Decimal(5), "currency": "EUR"} | details),
        )  # fmt: skip


class TestDefinitions:
    """Each figure, by small examples."""

    def test_time_counts_from_submission_to_the_decision_of_people(self, world: World) -> None:
        for number, hours in enumerate((1, 2, 3, 4, 10)):
            decide(world, world.submitted(world.alfa, customer=f"{'QXZJV'[number] * 9} AG"), NOW + hours * HOUR)
        own = figures(world.alfa)[Figure.TIME].own
        assert (own.whole, own.median, own.ninetieth) == (5, 3 * HOUR, timedelta(hours=7.6))

    def test_a_decision_by_a_rule_takes_nobodys_time_but_is_in_time(self, world: World) -> None:
        admin = world.actor("admin")
        with enter(admin):
            deals.save_rule(
                name="r", audience={"all": []}, most=10**6, currency="EUR", levels=["clear"], by=admin, at=NOW,  # type: ignore[arg-type]
            )  # fmt: skip
        world.submitted(world.alfa)
        found = figures(world.alfa)
        assert found[Figure.TIME].own.whole == 0
        assert (found[Figure.TURNED_DOWN].own.whole, found[Figure.TURNED_DOWN].own.part) == (1, 0)
        assert found[Figure.TARGET].own == Count(whole=1, part=1)

    def test_a_registration_nobody_decided_by_the_promised_date_is_late(self, world: World) -> None:
        world.submitted(world.alfa, customer="Waiting AG")
        decide(world, world.submitted(world.alfa, customer="Fast Quartz AG"), NOW + 48 * HOUR)
        decide(world, world.submitted(world.alfa, customer="Slow Zinnia AG"), NOW + 49 * HOUR)
        assert figures(world.alfa)[Figure.TARGET].own == Count(whole=3, part=1)
        not_due = rules.period("12m", at=NOW + 47 * HOUR)
        assert figures(world.alfa, not_due)[Figure.TARGET].own.whole == 0

    def test_what_the_partner_withdrew_in_time_was_never_late(self, world: World) -> None:
        deal, sales = world.submitted(world.alfa), world.actor("sales", world.alfa)
        with enter(sales):
            deals.withdraw(deal=deal, code="other", by=sales, at=NOW + HOUR)
        assert figures(world.alfa)[Figure.TARGET].own.whole == 0

    def test_other_is_no_specific_reason(self, world: World) -> None:
        for number, code in enumerate(("compliance", "other", "not_qualified", "")):
            decide(world, world.submitted(world.alfa, customer=f"{'QXZJ'[number] * 9} AG"), NOW + HOUR, code)
        found = figures(world.alfa)
        assert found[Figure.TURNED_DOWN].own == Count(whole=4, part=3)
        assert found[Figure.REASONED].own == Count(whole=3, part=2)

    def test_extensions_are_counted_as_soon_as_there_are_any(self, world: World) -> None:
        deal = world.approved(world.alfa)
        assert figures(world.alfa)[Figure.EXTENSIONS].own.percent is None
        for name in (*rules.GRANTED, *rules.GRANTED, *rules.DECLINED):
            told(world.alfa, name, NOW, subject=deal.pk)
        assert figures(world.alfa)[Figure.EXTENSIONS].own == Count(whole=3, part=2)


class TestClosedDirectly:
    """The vendor's own team sells to the customer of a protected deal."""

    @pytest.mark.parametrize(
        ("closed", "counts", "protected"),
        [
            (date(2026, 11, 1), False, None),
            (date(2026, 11, 2), True, True),
            (date(2027, 1, 31), True, True),
            (date(2027, 2, 1), True, False),
            (date(2027, 7, 30), True, False),
            (date(2027, 7, 31), False, None),
        ],
    )
    def test_from_the_first_day_of_protection_to_180_days_after_it(
        self, world: World, closed: date, counts: bool, protected: bool | None
    ) -> None:
        deal = world.approved(world.alfa)
        win_directly(world, deal, closed)
        assert services.notice_direct_closings(at=NOW + timedelta(days=50)) == counts
        with as_system():
            event = Event.objects.filter(name="deal.closed_directly", subject_id=deal.pk).first()
        assert (event.payload["while_protected"] if event else None) is protected
        assert figures(world.alfa)[Figure.CLOSED_DIRECTLY].own == Count(whole=1, part=int(counts))

    @pytest.mark.parametrize("details", [{"product_lines": ["edge"]}, {"is_won": False}, {"partner": "beta"}])
    def test_not_for_other_product_lines_lost_sales_or_those_with_a_partner(
        self, world: World, details: dict[str, Any]
    ) -> None:
        world.edge  # noqa: B018 - the product line is made
        deal = world.approved(world.alfa)
        with as_system():
            partner = {"partner": world.beta.pk} if "partner" in details else {}
            win_directly(world, deal, date(2026, 12, 1), **{k: v for k, v in details.items() if k != "partner"})
            if partner:
                deal.account.opportunities.update(partner_id=world.beta.pk)  # type: ignore[union-attr]
        assert services.notice_direct_closings(at=NOW) == 0

    def test_a_sale_of_an_unknown_day_does_not_count_whatever_is_written_later(self, world: World) -> None:
        deal, twin, admin = world.approved(world.alfa), world.account("Zanzibar Holdings"), world.actor("admin")
        with as_system():
            old = customers.create_opportunity(
                account=twin, name="Old sale", is_won=True, product_lines=["cloud"], by=SYSTEM, at=NOW - 900 * DAY
            )
            stays = Account.objects.get(pk=deal.account_id)
        with enter(admin):
            merge = customers.merge_accounts(account=twin, into=stays, by=admin, at=NOW + DAY)
        assert services.notice_direct_closings(at=NOW + 2 * DAY) == 0
        with enter(admin):
            old.refresh_from_db()
            customers.edit_opportunity(opportunity=old, owner_name="Dora Direct", by=admin, at=NOW + 2 * DAY)
            customers.undo_merge(merge=merge, by=admin, at=NOW + 3 * DAY)
            old.refresh_from_db()
            customers.edit_opportunity(opportunity=old, account=stays, by=admin, at=NOW + 3 * DAY)
        assert services.notice_direct_closings(at=NOW + 4 * DAY) == 0

    def test_a_sale_that_closes_without_a_date_counts_on_the_day_it_closes(self, world: World) -> None:
        deal, admin = world.approved(world.alfa), world.actor("admin")
        with as_system():
            sale = customers.create_opportunity(
                account=deal.account, name="Own sale", product_lines=["cloud"], by=SYSTEM, at=NOW - 900 * DAY
            )
        assert services.notice_direct_closings(at=NOW + DAY) == 0
        with enter(admin):
            customers.edit_opportunity(opportunity=sale, is_won=True, by=admin, at=NOW + 2 * DAY)
        assert services.notice_direct_closings(at=NOW + 3 * DAY) == 1
        with as_system():
            assert Event.objects.get(name="deal.closed_directly").payload["closed_on"] == "2026-11-04"

    def test_not_where_the_partner_won_the_deal(self, world: World) -> None:
        deal, sales = world.approved(world.alfa), world.actor("sales", world.alfa)
        win_directly(world, deal, date(2026, 12, 1))
        with enter(sales):
            deals.win(deal=deal, by=sales, at=NOW)
        assert services.notice_direct_closings(at=NOW) == 0

    def test_it_is_recorded_once_in_the_deals_chain_and_the_partner_hears_of_it(self, world: World) -> None:
        deal = world.approved(world.alfa)
        win_directly(world, deal, date(2026, 12, 1))
        win_directly(world, deal, date(2026, 12, 5))
        assert [services.notice_direct_closings(at=NOW) for _twice in range(2)] == [1, 0]
        assert verifying.walked().problems == 0
        with as_system():
            work_off()
            assert Notification.objects.filter(kind="conduct.closed_directly", person_id=deal.owner_id).count() == 1
            event = Event.objects.get(name="deal.closed_directly")
        assert (event.shared, event.partner_id) == (True, world.alfa.pk)
        assert "Own sale" not in json.dumps(event.payload)
        page = world.browser("sales", world.alfa).get(f"/portal/deals/{deal.pk}/").content.decode()
        assert "The vendor closed this customer itself" in page


def told(partner: Partner, name: str, at: datetime, *, subject: UUID, by: str = "person", **payload: Any) -> None:
    """Write a fact into the log as it stands there."""
    with as_system():
        Event.objects.create(
            name=name, subject_type="deals.DealRegistration", subject_id=subject, subject_label=str(subject)[:8],
            partner_id=partner.pk, shared=True, actor_kind=by, actor_name="-", actor_side="vendor", at=at,
            payload=payload,
        )  # fmt: skip


def lived(partners: list[Partner], chance: Random, deals: int) -> None:
    """Write made-up lives of deals into the log."""
    for _one in range(deals):
        partner, subject = chance.choice(partners), UUID(int=chance.getrandbits(128))
        at = NOW - timedelta(days=chance.uniform(0, 420))
        target = at + timedelta(hours=chance.choice([24, 48, 720]))
        due = {"due_at": target.isoformat().replace("+00:00", "Z")} if chance.random() < 0.9 else {}
        told(partner, "deal.submitted", at, subject=subject, **due)
        at += timedelta(hours=chance.uniform(0, 90))
        name = chance.choice([*rules.DECISIONS, "deal.approved", "deal.withdrawn", ""])
        code = {"code": chance.choice(["compliance", "other"])} if name in rules.TURNED_DOWN else {}
        if name:
            told(partner, name, at, subject=subject, by=chance.choice(["person", "person", "system"]), **code)
        if name in rules.TURNED_DOWN and chance.random() < 0.2:  # decided again after a dispute
            told(partner, "deal.approved", at + timedelta(days=9), subject=subject)
        if name == "deal.approved" and chance.random() < 0.2:  # expired, reopened and approved again
            told(partner, "deal.approved", at + timedelta(days=chance.uniform(1, 200)), subject=subject)
        if name == "deal.approved" and chance.random() < 0.2:
            told(partner, "deal.closed_directly", at + timedelta(days=30), subject=subject)
        if name == "deal.approved" and chance.random() < 0.4:
            told(
                partner,
                chance.choice(["deal.extension_granted", "deal.extension_declined"]),
                at + HOUR,
                subject=subject,
            )


def counted_again(period: Period, mine: Callable[[Event], bool]) -> dict[Figure, Count]:
    """Count every figure from the log anew, as docs/fairness.md says and without a database's help."""
    with as_system():
        log = list(Event.objects.filter(subject_type="deals.DealRegistration").order_by("at"))
    by_deal: dict[UUID, list[Event]] = {}
    for event in log:
        by_deal.setdefault(event.subject_id, []).append(event)
    waited, target, decided, reasoned, approved, extended = [], [], [], [], [], []
    for life in by_deal.values():
        if not mine(life[0]):
            continue
        submission = next((e for e in life if e.name == "deal.submitted"), None)
        decision = next((e for e in life if e.name in rules.DECISIONS), None)
        withdrawal = next((e for e in life if e.name == "deal.withdrawn"), None)
        if submission and submission.payload.get("due_at"):
            due = datetime.fromisoformat(submission.payload["due_at"]).astimezone(UTC)
            in_time = decision is not None and decision.at <= due
            taken_back = withdrawal is not None and withdrawal.at <= due
            if period.since < due <= period.until and submission.at <= period.until and (in_time or not taken_back):
                target.append(in_time)
        if decision and period.since < decision.at <= period.until:
            turned_down = decision.name in rules.TURNED_DOWN
            decided.append(turned_down)
            if turned_down:
                reasoned.append(decision.payload["code"] != "other")
            if submission and decision.actor_kind != "system":
                waited.append((decision.at - submission.at).total_seconds())
        approval = next((e for e in life if e.name == "deal.approved"), None)
        if approval and period.since < approval.at <= period.until:
            approved.append(any(e.name == "deal.closed_directly" and e.at <= period.until for e in life))
        for event in life:
            if period.since < event.at <= period.until and event.name.startswith("deal.extension_"):
                extended.append(event.name == "deal.extension_granted")
    shares = {
        Figure.TARGET: target, Figure.TURNED_DOWN: decided, Figure.REASONED: reasoned,
        Figure.CLOSED_DIRECTLY: approved, Figure.EXTENSIONS: extended,
    }  # fmt: skip
    found = {figure: Count(len(rows), sum(rows)) for figure, rows in shares.items()}
    found[Figure.TIME] = Count(len(waited), 0, percentile(waited, 0.5), percentile(waited, 0.9))
    return found


def percentile(values: list[float], share: float) -> timedelta | None:
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return timedelta(seconds=ordered[below] + (ordered[above] - ordered[below]) * (place - below))


@pytest.mark.parametrize("key", ["90d", "12m"])
def test_every_figure_is_what_anybody_counts_from_the_log(world: World, key: str) -> None:
    partners = [world.alfa, world.beta, *(company(f"Partner{number}") for number in range(3))]
    lived(partners, Random(key), 150)
    period = rules.period(key, at=NOW)
    for partner in partners[:2]:
        own = counted_again(period, lambda event, pk=partner.pk: event.partner_id == pk)  # type: ignore[misc]
        everybody = counted_again(period, lambda event: True)
        recounted = {one.figure: one for one in queries.recounted(period, partner=partner.pk)}
        for figure, measured in figures(partner, period).items():
            assert close(measured.own, own[figure]), figure
            assert close(measured.everybody, everybody[figure]), figure
            assert measured == recounted[figure]


def test_a_case_is_what_the_log_says_in_whatever_order_it_was_told(world: World) -> None:
    subject = UUID(int=7)
    told(world.alfa, "deal.approved", NOW + 9 * HOUR, subject=subject)
    told(world.alfa, "deal.rejected", NOW + 5 * HOUR, subject=subject, by="system", code="other")
    told(world.alfa, "deal.commented", NOW + 6 * HOUR, subject=subject, text="Hello.")
    told(world.alfa, "deal.submitted", NOW, subject=subject, due_at="2026-11-04T09:00:00Z")
    with as_system():
        case = Case.objects.get()
    assert (case.partner_id, case.submitted_at, case.decided_at) == (world.alfa.pk, NOW, NOW + 5 * HOUR)
    assert (case.due_at, case.approved_at) == (NOW + 48 * HOUR, NOW + 9 * HOUR)
    assert (case.by_people, case.turned_down, case.specific) == (False, True, False)


def test_what_a_partner_announces_is_counted_and_no_other_partner_reads_it(world: World) -> None:
    deal = world.submitted(world.alfa)
    with enter(world.actor("sales", world.alfa)):
        assert Case.objects.get().deal_id == deal.pk
    with enter(world.actor("sales", world.beta)):
        assert not Case.objects.exists()


def close(one: Count, other: Count) -> bool:
    """Say whether two counts are the same, to the microsecond's rounding."""

    def near(first: timedelta | None, second: timedelta | None) -> bool:
        return first == second or abs((first or timedelta()) - (second or timedelta())) < timedelta(milliseconds=1)

    same = (one.whole, one.part) == (other.whole, other.part)
    return same and near(one.median, other.median) and near(one.ninetieth, other.ninetieth)


def test_the_page_asks_as_many_questions_for_many_deals_as_for_few(
    world: World, django_assert_max_num_queries: Any
) -> None:
    lived([world.alfa, world.beta], Random(1), 60)
    with django_assert_max_num_queries(8):
        figures(world.alfa)


class TestWhatPartnersSee:
    """Their own rows; of others counts, where nobody is recognised in them."""

    @pytest.mark.parametrize(
        ("others", "partners", "shown"), [(0, 0, False), (4, 4, False), (5, 2, False), (5, 3, True), (90, 3, True)]
    )
    def test_others_counts_need_five_rows_of_three_partners(self, others: int, partners: int, shown: bool) -> None:
        measured = Measured(Figure.TIME, Count(whole=7), Count(whole=7 + others), partners)
        assert measured.shows_everybody is shown

    def test_too_few_others_are_not_shown_on_the_page_nor_to_programs(self, world: World) -> None:
        now = timezone.now() - DAY
        for partner, number in ((world.alfa, 1), (world.beta, 2), (world.delta, 3)):
            told(partner, "deal.rejected", now - number * HOUR, subject=UUID(int=number), code="compliance")
        page = world.browser("sales", world.alfa).get("/portal/conduct/").content.decode()
        assert "Not shown: too few others" in page
        assert "1 of 1" in page
        assert "3 of 3" not in page
        assert "3 of 3" in world.browser("admin").get("/console/conduct/").content.decode()
        found = program(world, world.alfa).get("/api/v1/conduct").json()["figures"]
        assert {figure["everybody"] is None for figure in found} == {True}
        assert next(f for f in found if f["figure"] == "turned_down")["own"]["whole"] == 1

    def test_enough_others_are_shown_as_counts(self, world: World) -> None:
        now = timezone.now() - DAY
        others = [world.beta, world.delta, company("Gamma")]
        for number in range(6):
            told(others[number % 3], "deal.rejected", now - HOUR, subject=UUID(int=number + 1), code="other")
        page = world.browser("sales", world.alfa).get("/portal/conduct/?period=12m").content.decode()
        assert "6 of 6" in page
        assert not any(partner.trading_name in page for partner in others)

    def test_asking_again_and_again_tells_nothing_of_what_is_decided_today(self, world: World) -> None:
        yesterday, others = timezone.now() - DAY, [world.beta, world.delta, company("Gamma")]
        for number in range(6):
            told(others[number % 3], "deal.rejected", yesterday, subject=UUID(int=number + 1), code="other")
        client, vendor = program(world, world.alfa), world.browser("admin")
        before = client.get("/api/v1/conduct").content
        assert "6 of 6" in vendor.get("/console/conduct/").content.decode()
        told(world.beta, "deal.approved", timezone.now(), subject=UUID(int=7))
        assert client.get("/api/v1/conduct").content == before
        assert "6 of 7" in vendor.get("/console/conduct/").content.decode()
        tomorrow = policies.period(world.actor("sales", world.alfa), "90d", at=timezone.now() + DAY)
        assert figures(world.alfa, tomorrow)[Figure.TURNED_DOWN].everybody == Count(whole=7, part=6)

    def test_yesterday_ends_at_the_vendors_midnight_when_the_clocks_change(self, world: World) -> None:
        sales = world.actor("sales", world.alfa)
        with timezone.override("Asia/Tokyo"), override_settings(TIME_ZONE="Europe/Berlin"):
            spans = [policies.period(sales, "90d", at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)]
            assert {span.until for span in spans} == {datetime(2026, 10, 24, 22, tzinfo=UTC)}
            evening = policies.period(sales, "90d", at=datetime(2026, 10, 25, 23, 30, tzinfo=UTC))
        assert evening.until == datetime(2026, 10, 25, 23, tzinfo=UTC)

    def test_a_figure_opens_into_the_partners_own_rows(self, world: World) -> None:
        now = timezone.now() - DAY
        mine, others = (
            world.submitted(partner, at=now - 9 * HOUR, customer=customer)
            for partner, customer in ((world.alfa, "Mine AG"), (world.beta, "Quartz Zebra Ltd"))
        )
        for deal in (mine, others):
            decide(world, deal, now - HOUR)
        for figure in Figure:
            page = world.browser("sales", world.alfa).get(f"/portal/conduct/{figure}/?period=90d").content.decode()
            assert "Quartz" not in page
        page = world.browser("sales", world.alfa).get("/portal/conduct/time/").content.decode()
        assert f"/portal/deals/{mine.pk}/" in page
        assert "8 hours" in page
        everybodys = world.browser("admin").get("/console/conduct/turned_down/").content.decode()
        assert "Quartz" in everybodys
        listed = program(world, world.alfa).get("/api/v1/conduct/time").json()
        assert [row["deal_id"] for row in listed["items"]] == [str(mine.pk)]


def program(world: World, partner: Partner) -> Client:
    from openprm.accounts import services as accounts

    with as_system():
        sales = world.actor("sales", partner)
        secret = accounts.create_token(
            name="t", verbs=["conduct.view", "deals.view"], expires_at=None, by=sales, at=NOW
        )[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})
