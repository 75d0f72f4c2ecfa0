"""Tiers that move by themselves: up at once, down after grace, held by hand, and why."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.program import jobs, queries, receivers, replay, services
from openprm.program.definition import Benefit
from openprm.program.models import Membership, Programme, Proposal, TierMove
from openprm.program.tests.conftest import ladder
from tests.world import NOW, World

Win = Callable[..., None]
DAY = timedelta(days=1)


def moves(member: Membership) -> list[tuple[str, str, str]]:
    """Return the member's history, oldest first."""
    rows = TierMove.objects.filter(partner_id=member.partner_id, programme_id=member.programme_id)
    return [(row.kind, row.before, row.after) for row in rows.order_by("at", "step")]


def test_winning_a_deal_raises_the_tier_at_once_and_everything_that_hangs_on_it(
    world: World, alfa: Membership, win: Win
) -> None:
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        alfa.refresh_from_db()
        world.alfa.refresh_from_db()
        assert (alfa.tier, world.alfa.tier) == ("silver", "silver")
        assert queries.discount_points(world.alfa.pk, NOW) == {None: Decimal(10)}
        assert queries.protection_days(world.alfa.pk, NOW) == {None: 120}
        assert queries.standing(world.alfa.pk)[0].tier_name == "Silver"
        given = Event.objects.filter(name="benefit.granted", partner_id=world.alfa.pk)
        assert [event.payload["code"] for event in given.order_by("at", "id")] == ["margin", "margin", "window"]
        raised = Event.objects.get(name="tier.raised")
        assert raised.payload["measured"] == [["deals.won_revenue", 12, "25000.00"]]
        assert "25,000" in raised.payload["why"][0]


def test_everyone_concerned_is_told_with_the_reason(world: World, alfa: Membership, win: Win) -> None:
    seller, manager = world.person("sales", world.alfa), world.person("channel_manager")
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        mine = Notification.objects.get(person_id=seller.pk, kind="program.moved")
        theirs = Notification.objects.get(person_id=manager.pk, kind="program.moved_vendor")
    assert mine.title == "Congratulations: Silver in Reseller"
    assert "Won revenue" in theirs.body


def test_a_group_of_alternatives_is_met_by_any_one(world: World, alfa: Membership, win: Win) -> None:
    win(world.alfa, 70_000)
    with as_system():
        work_off()
        alfa.refresh_from_db()
        assert alfa.tier == "silver"  # nobody is certified, nobody asked the customers
        services.record_value(
            partner=world.alfa, kpi="program.satisfaction", value=Decimal(82), source="Survey", by=SYSTEM, at=NOW
        )
        work_off()
        alfa.refresh_from_db()
    assert alfa.tier == "gold"


def test_falling_below_starts_grace_and_the_tier_falls_exactly_at_its_end(
    world: World, alfa: Membership, win: Win
) -> None:
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        later = NOW + 366 * DAY  # the deal has rolled out of the window
        services.assess_all(alfa.programme, at=later)
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.grace_until) == ("silver", later + 30 * DAY)
        services.assess(alfa.pk, at=later + 30 * DAY - timedelta(seconds=1))
        alfa.refresh_from_db()
        assert alfa.tier == "silver"
        assert queries.due(later + 30 * DAY) == [(alfa.pk, later + 30 * DAY)]
        services.assess(alfa.pk, at=later + 30 * DAY)
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.grace_until) == ("registered", None)
        assert [kind for kind, *_rest in moves(alfa)] == ["joined", "raised", "grace", "lowered"]
        assert queries.discount_points(world.alfa.pk, later) == {None: Decimal(10)}
        assert queries.discount_points(world.alfa.pk, later + 31 * DAY) == {None: Decimal(5)}
        assert list(replay.check()) == []


def test_who_meets_the_requirements_again_during_grace_loses_nothing(world: World, alfa: Membership, win: Win) -> None:
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        later = NOW + 366 * DAY
        services.assess_all(alfa.programme, at=later)
        win(world.alfa, 30_000, at=later + DAY)
        work_off()
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.grace_until) == ("silver", None)
        assert [kind for kind, *_rest in moves(alfa)] == ["joined", "raised", "grace", "recovered"]


def test_a_tier_set_by_hand_stays_until_its_end(world: World, alfa: Membership, win: Win) -> None:
    manager = world.actor("channel_manager")
    with enter(manager):
        services.set_tier(
            member=alfa, tier="gold", reason="Strategic launch partner", until=NOW + 90 * DAY, by=manager, at=NOW
        )
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.held_reason) == ("gold", "Strategic launch partner")
        services.assess(alfa.pk, at=NOW + 90 * DAY)
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.held, alfa.grace_until) == ("gold", False, NOW + 150 * DAY)
        services.assess(alfa.pk, at=NOW + 150 * DAY)
        alfa.refresh_from_db()
        assert alfa.tier == "silver"
        assert list(replay.check(world.alfa.pk)) == []


def test_who_does_not_look_after_a_partner_sets_no_tier(world: World, reseller: Programme) -> None:
    with as_system():
        beta = services.enroll(partner=world.beta, programme=reseller, by=SYSTEM, at=NOW)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        services.set_tier(member=beta, tier="gold", reason="A favour", by=manager, at=NOW)


def test_a_reason_is_needed(world: World, alfa: Membership) -> None:
    with as_system(), pytest.raises(Invalid):
        services.set_tier(member=alfa, tier="gold", reason=" ", by=SYSTEM, at=NOW)


def test_under_review_moves_are_proposed_and_somebody_decides(world: World, alfa: Membership, win: Win) -> None:
    manager = world.actor("channel_manager")
    with as_system():
        services.edit(programme=alfa.programme, definition=ladder(review=True), by=SYSTEM, at=NOW)
        services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        alfa.refresh_from_db()
        proposal = Proposal.objects.get(state="open")
    assert (alfa.tier, proposal.after) == ("registered", "silver")
    with enter(manager):
        services.reject(proposal=proposal, note="One deal only", by=manager, at=NOW)
    win(world.alfa, 1_000)
    with as_system():
        work_off()
        assert not Proposal.objects.filter(state="open").exists()  # the same is not asked again
        services.record_value(
            partner=world.alfa, kpi="program.certified_people", value=Decimal(3), source="LMS", by=SYSTEM, at=NOW
        )
    win(world.alfa, 40_000)
    with as_system():
        work_off()
        proposal = Proposal.objects.get(state="open")
    assert proposal.after == "gold"
    with enter(manager):
        services.approve(proposal=proposal, by=manager, at=NOW + DAY)
    with as_system():
        alfa.refresh_from_db()
        assert alfa.tier == "gold"
        assert list(replay.check()) == []


def test_money_in_another_currency_counts_by_its_rate_and_without_one_not_at_all(
    world: World, alfa: Membership, win: Win
) -> None:
    win(world.alfa, 30_000, currency="USD")
    with as_system():
        work_off()
        alfa.refresh_from_db()
        assert alfa.tier == "registered"
        services.set_rate(currency="USD", rate=Decimal("0.9"), by=SYSTEM, at=NOW)
        services.assess_all(alfa.programme, at=NOW)
        alfa.refresh_from_db()
    assert alfa.tier == "silver"


def test_rates_changed_one_after_the_other_count_as_they_are_in_the_end(
    world: World, alfa: Membership, win: Win
) -> None:
    win(world.alfa, 25_000, currency="USD")
    with as_system():
        services.set_rate(currency="USD", rate=Decimal("0.1"), by=SYSTEM, at=NOW)
        services.set_rate(currency="USD", rate=Decimal("0.9"), by=SYSTEM, at=NOW)
        work_off()
        alfa.refresh_from_db()
        assert moves(alfa) == [("joined", "", "registered"), ("raised", "registered", "silver")]


def test_a_benefit_given_by_hand_counts_beside_the_tiers_and_ends(world: World, alfa: Membership) -> None:
    manager = world.actor("channel_manager")
    with enter(manager):
        extra = Benefit(code="extra", kind="discount", amount=Decimal(8), line="cloud")
        given = services.grant(member=alfa, benefit=extra, reason="Launch", by=manager, at=NOW)
        assert queries.discount_points(world.alfa.pk, NOW) == {None: Decimal(5), world.cloud.pk: Decimal(8)}
        services.revoke(grant=given, reason="Over", by=manager, at=NOW + DAY)
        services.withhold(member=alfa, code="margin", reason="Invoices are overdue", by=manager, at=NOW + DAY)
        assert queries.discount_points(world.alfa.pk, NOW + DAY) == {}
        assert queries.discount_points(world.alfa.pk, NOW + timedelta(hours=1))[None] == 5


def test_the_end_of_a_benefit_given_until_a_time_is_announced_once(world: World, alfa: Membership) -> None:
    until = NOW + 3 * DAY
    extra = Benefit(code="extra", kind="discount", amount=Decimal(8))
    ended = Event.objects.filter(name="benefit.withdrawn", partner_id=world.alfa.pk)
    with as_system():
        services.grant(member=alfa, benefit=extra, reason="Launch", until=until, by=SYSTEM, at=NOW)
        jobs.due.run(int((until - timedelta(minutes=1)).timestamp()))
        assert not ended.exists()
        jobs.due.run(int(until.timestamp()))
        jobs.due.run(int((until + timedelta(minutes=1)).timestamp()))
        assert [(event.payload["code"], event.at) for event in ended] == [("extra", until)]


def test_what_was_ended_by_hand_does_not_end_again(world: World, alfa: Membership) -> None:
    until = NOW + 3 * DAY
    extra = Benefit(code="extra", kind="discount", amount=Decimal(8))
    with as_system():
        given = services.grant(member=alfa, benefit=extra, reason="Launch", until=until, by=SYSTEM, at=NOW)
        services.revoke(grant=given, reason="Over", by=SYSTEM, at=NOW + DAY)
        jobs.due.run(int(until.timestamp()))
        assert Event.objects.filter(name="benefit.withdrawn", partner_id=world.alfa.pk).count() == 1


def test_a_fact_that_arrives_late_is_judged_with_what_happened_since(world: World, alfa: Membership, win: Win) -> None:
    win(world.alfa, 25_000)
    with as_system():
        work_off()
    later = NOW + 366 * DAY  # the first deal has rolled out of the window
    win(world.alfa, 1, at=later)
    win(world.alfa, 30_000, at=later + timedelta(hours=1))
    with as_system():
        late = Event.objects.get(name="deal.won", at=later)
        receivers.follow(late)
        alfa.refresh_from_db()
        assert (alfa.tier, alfa.grace_until) == ("silver", None)


def test_a_longer_protection_comes_with_the_tier(world: World, alfa: Membership, win: Win) -> None:
    with as_system():
        services.set_tier(member=alfa, tier="silver", reason="Test", by=SYSTEM, at=NOW)
    deal = world.approved(world.alfa)
    assert deal.protected_until == NOW + 120 * DAY
    assert world.approved(world.beta, customer="Somebody else").protected_until == NOW + 90 * DAY


def test_a_tier_set_on_the_profile_counts_as_set_by_hand(world: World, alfa: Membership) -> None:
    manager = world.actor("channel_manager")
    with enter(manager):
        partners.change_profile(partner=world.alfa, tier="gold", by=manager, at=NOW)
    with as_system():
        work_off()
        alfa.refresh_from_db()
    assert (alfa.tier, alfa.held) == ("gold", True)
    assert manager.name in alfa.held_reason


def test_partners_of_the_audience_join_by_themselves(world: World, reseller: Programme) -> None:
    german = {"field": "partner.country", "op": "in", "value": ["DE"]}
    with as_system():
        services.edit(programme=reseller, definition=ladder(joins=german), by=SYSTEM, at=NOW)
        services.publish(programme=reseller, by=SYSTEM, at=NOW)
        services.join_by_itself(world.beta.pk, at=NOW)
        assert queries.standing(world.beta.pk)[0].tier == "registered"


def test_leaving_ends_what_the_programme_gave(world: World, alfa: Membership) -> None:
    with as_system():
        services.leave(member=alfa, reason="Moved to the MSP programme", by=SYSTEM, at=NOW + DAY)
        assert queries.discount_points(world.alfa.pk, NOW + DAY) == {}
        assert queries.standing(world.alfa.pk) == []
        assert list(replay.check()) == []


def test_what_was_rejected_is_proposed_again_once_something_else_was_earned(
    world: World, alfa: Membership, win: Win
) -> None:
    manager = world.actor("channel_manager")
    with as_system():
        services.edit(programme=alfa.programme, definition=ladder(review=True), by=SYSTEM, at=NOW)
        services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
    win(world.alfa, 65_000)
    with as_system():
        work_off()
        silver = Proposal.objects.get(state="open")
    with enter(manager):
        services.reject(proposal=silver, note="Not yet", by=manager, at=NOW)
    with as_system():
        certified = services.record_value(
            partner=world.alfa, kpi="program.certified_people", value=Decimal(3), source="LMS", by=SYSTEM, at=NOW
        )
        work_off()
        assert Proposal.objects.get(state="open").after == "gold"
        services.remove_value(value=certified, by=SYSTEM, at=NOW)
        work_off()
        assert Proposal.objects.get(state="open").after == "silver"


def test_who_was_taken_out_does_not_come_back_by_itself(world: World, reseller: Programme, win: Win) -> None:
    german = {"field": "partner.country", "op": "in", "value": ["DE"]}
    with as_system():
        services.edit(programme=reseller, definition=ladder(joins=german), by=SYSTEM, at=NOW)
        services.publish(programme=reseller, by=SYSTEM, at=NOW)
        member = services.join_by_itself(world.alfa.pk, at=NOW)[0]
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        services.leave(member=member, reason="Moved to the MSP programme", by=SYSTEM, at=NOW + DAY)
        work_off()
        assert queries.standing(world.alfa.pk) == []
        services.enroll(partner=world.alfa, programme=reseller, by=SYSTEM, at=NOW + DAY)
        assert queries.standing(world.alfa.pk)[0].tier == "silver"


def test_who_was_there_before_joins_when_the_programme_says_so(world: World, reseller: Programme) -> None:
    german = {"field": "partner.country", "op": "in", "value": ["DE"]}
    with as_system():
        french = partners.create(legal_name="Chloé SA", country="FR", status="active", by=SYSTEM, at=NOW)
        assert world.alfa.country == "DE"
        work_off()
        services.edit(programme=reseller, definition=ladder(joins=german), by=SYSTEM, at=NOW)
        assert services.foresee(reseller, ladder(joins=german), at=NOW).joins == 1
        services.publish(programme=reseller, by=SYSTEM, at=NOW)
        work_off()
        assert queries.standing(french.pk) == []
        assert queries.standing(world.alfa.pk)[0].tier == "registered"
        Partner.objects.filter(pk=french.pk).update(country="DE")  # as what changes with time, which no event tells
    jobs.every_day.run(timestamp=int((NOW + DAY).timestamp()))
    with as_system():
        assert queries.standing(french.pk)[0].tier == "registered"
