"""Asking for more time, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, Protection
from openprm.extensions import policies, services
from openprm.extensions.models import ExtensionRequest
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from tests.world import NOW, World

DAY = timedelta(days=1)
END = NOW + 90 * DAY
LATE = END - 5 * DAY  # when an extension is asked for
pytestmark = pytest.mark.django_db


def names_of(deal: DealRegistration) -> list[str]:
    with as_system():
        return list(Event.objects.filter(subject_id=deal.pk).order_by("at", "id").values_list("name", flat=True))


def fresh(deal: DealRegistration) -> DealRegistration:
    with as_system():
        return DealRegistration.objects.select_related("partner").get(pk=deal.pk)


def ask(world: World, deal: DealRegistration, *, days: int = 30, at: Any = LATE) -> ExtensionRequest:
    sales = world.actor("sales", deal.partner)
    with enter(sales):
        return services.ask(deal=fresh(deal), days=days, reason="The board decides in March.", by=sales, at=at)


def call(world: World, deal: DealRegistration, *, at: Any, kind: str = "call", by: Actor | None = None) -> None:
    who = by or world.actor("sales", deal.partner)
    with enter(who):
        services.log(deal=fresh(deal), kind=kind, title="Talked about the offer", by=who, at=at)


def rule(allowed: str = "once", **details: Any) -> None:
    with as_system():
        services.save_rule(name="The rule", allowed=allowed, by=SYSTEM, at=NOW, **details)


def test_a_request_waits_for_the_channel_manager_and_changes_nothing_by_itself(world: World) -> None:
    deal = world.approved(world.alfa)
    request = ask(world, deal)
    assert request.state == "pending"
    assert fresh(deal).protected_until == END
    with as_system():
        work_off()
        told = Notification.objects.get(kind="extensions.to_decide")
    assert told.person_id == world.person("channel_manager").pk
    assert "30" in told.title


def test_a_granted_request_protects_for_longer_and_tells_the_partner(world: World) -> None:
    deal = world.approved(world.alfa)
    request, manager = ask(world, deal), world.actor("channel_manager")
    with enter(manager):
        services.grant(request=request, by=manager, at=LATE + DAY)
    assert fresh(deal).protected_until == END + 30 * DAY
    with as_system():
        assert Protection.objects.get(deal=deal).period.upper == END + 30 * DAY
        work_off()
        assert Notification.objects.filter(kind="extensions.decided").count() == 1
    assert names_of(deal)[-3:] == ["deal.extension_asked", "deal.extended", "deal.extension_granted"]


def test_the_channel_manager_may_grant_fewer_days(world: World) -> None:
    request, manager = ask(world, world.approved(world.alfa)), world.actor("channel_manager")
    with enter(manager):
        granted = services.grant(request=request, days=7, by=manager, at=LATE)
    assert (granted.granted_days, granted.end_after) == (7, END + 7 * DAY)


def test_a_declined_request_says_why_and_the_deal_expires_at_its_end(world: World) -> None:
    deal = world.approved(world.alfa)
    request, manager = ask(world, deal), world.actor("channel_manager")
    with enter(manager):
        with pytest.raises(Invalid):
            services.decline(request=request, code="because", by=manager, at=LATE)
        services.decline(request=request, code="no_progress", text="Nothing since June.", by=manager, at=LATE)
    with as_system():
        deals.expire_due(at=END)
    assert fresh(deal).state == State.EXPIRED


def test_enough_activity_grants_at_once_and_says_so(world: World) -> None:
    rule(grant_from=2, grant_days=30)
    deal = world.approved(world.alfa)
    call(world, deal, at=LATE - 3 * DAY)
    call(world, deal, at=LATE - 2 * DAY, kind="meeting")
    request = ask(world, deal)
    assert (request.state, request.automatic, request.counted) == ("granted", True, 2)
    assert request.text == "Granted at once: 2 activities logged in the last 30 days."
    assert fresh(deal).protected_until == END + 30 * DAY


def test_silence_declines_at_once_and_says_so(world: World) -> None:
    rule(quiet_days=30)
    deal = world.approved(world.alfa)
    call(world, deal, at=LATE - 40 * DAY)
    request = ask(world, deal)
    assert (request.state, request.code) == ("declined", "no_activity")
    assert "no activity was logged in the last 30 days" in request.text
    assert fresh(deal).protected_until == END


def test_once_means_once_and_unlimited_means_again(world: World) -> None:
    deal = world.approved(world.alfa)
    rule("once", grant_from=1)
    call(world, deal, at=LATE - DAY)
    ask(world, deal)
    with pytest.raises(services.NotNow) as refused:
        ask(world, deal, at=LATE + 29 * DAY)
    assert refused.value.problem_code == "extension_used_up"
    rule("unlimited", position=1)
    assert ask(world, deal, at=LATE + 29 * DAY).state == "pending"


def test_where_the_programme_has_none_nobody_asks(world: World) -> None:
    rule("none", audience={"field": "partner.tier", "op": "in", "value": ["registered"]})
    with pytest.raises(services.NotNow) as refused:
        ask(world, world.approved(world.alfa))
    assert refused.value.problem_code == "extension_not_allowed"


def test_the_first_rule_that_fits_a_partner_counts(world: World) -> None:
    with as_system():
        services.save_rule(name="All", allowed="none", position=20, by=SYSTEM, at=NOW)
        gold = {"field": "partner.tier", "op": "in", "value": ["gold"]}
        services.save_rule(name="Gold", allowed="unlimited", position=10, audience=gold, by=SYSTEM, at=NOW)
        world.alfa.tier = "gold"
        world.alfa.save()
    assert services.terms_for(world.alfa)[1] == "Gold"
    assert services.terms_for(world.beta)[1] == "All"


def test_one_request_waits_at_a_time_and_can_be_taken_back(world: World) -> None:
    deal, sales = world.approved(world.alfa), world.actor("sales", world.alfa)
    first = ask(world, deal)
    with pytest.raises(services.AlreadyAsked):
        ask(world, deal)
    with enter(sales):
        services.withdraw(request=first, by=sales, at=LATE)
    assert ask(world, deal).state == "pending"


def test_asking_too_early_or_for_too_long_says_what_is_possible(world: World) -> None:
    deal = world.approved(world.alfa)
    with pytest.raises(services.NotNow) as early:
        ask(world, deal, at=NOW + DAY)
    assert "1 Jan 2027" in str(early.value)
    with pytest.raises(Invalid) as long:
        ask(world, deal, days=31)
    assert "30 days" in long.value.fields["days"]


def test_an_expired_deal_is_revived_within_the_grace_while_the_customer_is_free(world: World) -> None:
    deal = world.approved(world.alfa)
    with as_system():
        deals.expire_due(at=END)
    later = END + 3 * DAY
    request, manager = ask(world, deal, at=later), world.actor("channel_manager")
    with enter(manager):
        services.grant(request=request, by=manager, at=later)
    revived = fresh(deal)
    assert (revived.state, revived.protected_until) == (State.APPROVED, later + 30 * DAY)
    assert (revived.closing_code, revived.closed_at) == ("", None)


def test_whoever_is_protected_meanwhile_keeps_the_customer(world: World) -> None:
    deal = world.approved(world.alfa)
    with as_system():
        deals.expire_due(at=END)
    request = ask(world, deal, at=END + DAY)
    world.approved(world.beta, at=END + DAY)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(deals.AlreadyProtected):
        services.grant(request=request, by=manager, at=END + 2 * DAY)
    assert fresh(deal).state == State.EXPIRED
    with as_system():
        assert ExtensionRequest.objects.get().state == "pending"


def test_a_rule_cannot_give_what_somebody_else_holds(world: World) -> None:
    rule(grant_from=1)
    deal = world.approved(world.alfa)
    call(world, deal, at=END - DAY)
    with as_system():
        deals.expire_due(at=END)
    world.approved(world.beta, at=END + DAY)
    request = ask(world, deal, at=END + 2 * DAY)
    assert (request.state, request.code) == ("declined", "customer_taken")
    assert "Beta" not in request.text


def test_after_the_grace_nothing_is_revived_and_what_waits_is_declined(world: World) -> None:
    deal = world.approved(world.alfa)
    request = ask(world, deal)
    with as_system():
        deals.expire_due(at=END)
        assert services.lapse_due(at=END + 13 * DAY) == 0
        assert services.lapse_due(at=END + 14 * DAY) == 1
        request.refresh_from_db()
    assert (request.state, request.code) == ("declined", "not_decided_in_time")
    with pytest.raises(services.NotNow), as_system():
        ask(world, deal, at=END + 14 * DAY)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(deals.TooLate):
        deals.extend(deal=fresh(deal), days=5, by=manager, at=END + 14 * DAY)


def test_a_deal_that_is_won_needs_no_extension_any_more(world: World) -> None:
    deal, sales = world.approved(world.alfa), world.actor("sales", world.alfa)
    request = ask(world, deal)
    with enter(sales):
        deals.win(deal=fresh(deal), by=sales, at=LATE)
    with as_system():
        work_off()
        request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_competitor_and_a_viewer_neither_ask_nor_decide_nor_read(world: World) -> None:
    deal = world.approved(world.alfa)
    request = ask(world, deal)
    for who in (world.actor("sales", world.beta), world.actor("viewer", world.alfa)):
        with enter(who):
            with pytest.raises(Forbidden):
                services.ask(deal=deal, days=5, reason="Please.", by=who, at=LATE)
            with pytest.raises(Forbidden):
                services.grant(request=request, by=who, at=LATE)
            with pytest.raises(Forbidden):
                services.withdraw(request=request, by=who, at=LATE)
    beta = world.actor("sales", world.beta)
    with enter(beta):
        assert not policies.visible_to(beta).exists()
        assert not ExtensionRequest.objects.exists()


def test_the_vendor_extends_without_being_asked(world: World) -> None:
    deal, manager = world.approved(world.alfa), world.actor("channel_manager")
    with enter(manager):
        deals.extend(deal=fresh(deal), days=10, text="The tender was late.", by=manager, at=LATE)
    assert fresh(deal).protected_until == END + 10 * DAY


def test_a_log_filled_in_afterwards_earns_no_extension_and_the_partner_is_told_so(world: World) -> None:
    rule(grant_from=5, grant_days=30)
    deal, sales = world.approved(world.alfa), world.actor("sales", world.alfa)
    with enter(sales):
        for days in range(3, 9):
            services.log(
                deal=fresh(deal), kind="call", title="Called", by=sales, at=LATE, happened_at=LATE - days * DAY
            )
    request = ask(world, deal)
    assert (request.state, request.counted) == ("pending", 1)
    with as_system():
        type(deal).objects.filter(pk=deal.pk).update(protected_until=timezone.now() + DAY)
        deal.activities.update(happened_at=timezone.now() - 5 * DAY, created_at=timezone.now())
        request.delete()
    page = world.browser("sales", world.alfa).get(deal.get_absolute_url()).content.decode()
    assert "1 activity was logged more than 3 days after it happened, so a person looks." in page
    assert "logged later:" in page


def test_after_an_extension_the_notices_before_the_new_end_are_given_and_old_ones_are_not(world: World) -> None:
    deal, manager = world.approved(world.alfa), world.actor("channel_manager")
    with as_system():
        deals.remind_due(at=END - 7 * DAY)
    with enter(manager):
        deals.extend(deal=fresh(deal), days=30, by=manager, at=LATE)
    with as_system():
        assert deals.remind_due(at=LATE + DAY) == 0
        assert deals.remind_due(at=END + 5 * DAY) == 1  # 90 days after the registration
        assert deals.remind_due(at=END + 16 * DAY) == 1  # 14 days before the new end
