"""Deals from the first word to the last."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from openprm.customers import services as customers
from openprm.deals import policies, services
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, InternalNote, Protection
from openprm.deals.rules import Level
from openprm.deals.services.claiming import Blocked
from openprm.deals.services.content import Content
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.errors import Forbidden, Invalid, Stale
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.partners import services as partners
from tests.world import NOW, World


def names_of(deal: DealRegistration) -> list[str]:
    with as_system():
        return list(Event.objects.filter(subject_id=deal.pk).order_by("at", "id").values_list("name", flat=True))


def test_a_draft_may_be_incomplete_and_a_submission_may_not(world: World) -> None:
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        draft = services.save_draft(content=Content(customer_name="Con"), by=sales, at=NOW)
        with pytest.raises(Invalid) as refusal:
            services.submit(deal=draft, by=sales, at=NOW)
        assert DealRegistration.objects.get().state == State.DRAFT
    assert set(refusal.value.fields) == {"country", "product_lines", "value", "close_date", "description"}


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"value": Decimal("1000000000.01")}, "Give at most 1,000,000,000 EUR. Is there a digit too many?"),
        ({"value": Decimal("100000000000.01"), "currency": "JPY"}, "Give at most 100,000,000,000 JPY."),
        ({"close_date": date(2031, 11, 3)}, "Give a date until 2 Nov 2031: an order is expected within 5 years."),
        ({"close_date": date(9000, 1, 1)}, "Give a date until 2 Nov 2031: an order is expected within 5 years."),
    ],
)
def test_a_slip_of_the_finger_is_no_deal_of_thousands_of_millions_nor_of_thousands_of_years(
    world: World, details: dict[str, Any], told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        world.submitted(world.alfa, **details)
    assert set(refused.value.fields) == {next(iter(details))}
    assert next(iter(refused.value.fields.values())).startswith(told)


def test_the_largest_deal_and_the_last_day_are_accepted(world: World) -> None:
    most, last = Decimal(10**9), date(2031, 11, 2)
    deal = world.approved(world.alfa, value=most, close_date=last)
    assert (deal.value, deal.close_date) == (most, last)
    sales = world.actor("sales", world.alfa)
    with enter(sales), pytest.raises(Invalid, match="Give at most 1,000,000,000 EUR"):
        services.win(deal=deal, value=Decimal(10**10), by=sales, at=NOW)
    with enter(sales):
        assert services.win(deal=deal, value=most, by=sales, at=NOW).state == State.WON


def test_a_new_customer_is_clear_and_goes_to_the_vendor(world: World) -> None:
    deal = world.submitted(world.alfa)
    assert (deal.state, deal.verdict) == (State.SUBMITTED, Level.CLEAR)
    assert deal.due_at == NOW + timedelta(hours=48)
    assert names_of(deal) == ["deal.submitted"]


def test_approval_protects_the_customer_for_the_window(world: World) -> None:
    deal = world.approved(world.alfa)
    assert deal.state == State.APPROVED
    assert deal.protected_until == NOW + timedelta(days=90)
    with as_system():
        assert Protection.objects.get().deal == deal


def test_a_second_partner_is_told_that_somebody_was_first_and_never_who(world: World) -> None:
    world.approved(world.alfa, customer="Müller Maschinenbau GmbH")
    sales = world.actor("sales", world.beta)
    with enter(sales):
        told = services.check(content=world.content("MUELLER MASCHINENBAU"), by=sales, at=NOW)
    assert told is not None
    assert told.level is Level.BLOCKED
    assert [reason.code for reason in told.reasons] == ["protected_by_another"]
    assert "Alfa" not in repr(told)


def test_a_direct_opportunity_blocks_the_same_product_line(world: World) -> None:
    account = world.account("Fabrikam Inc", country="US")
    with as_system():
        customers.create_opportunity(
            account=account, name="Renewal", is_open=True, product_lines=[world.cloud], by=SYSTEM, at=NOW
        )
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        told = services.check(content=world.content("Fabrikam, Inc."), by=sales, at=NOW)
        elsewhere = world.content("Fabrikam, Inc.", product_lines=frozenset({world.edge.pk}))
        told_of_edge = services.check(content=elsewhere, by=sales, at=NOW)
    assert told is not None
    assert told_of_edge is not None
    assert [reason.code for reason in told.reasons] == ["direct_opportunity"]
    assert told_of_edge.level is Level.POSSIBLE


def test_a_blocked_deal_goes_to_review_only_with_evidence(world: World) -> None:
    world.approved(world.alfa)
    with pytest.raises(Blocked):
        world.submitted(world.beta)
    deal = world.submitted(world.beta, evidence="The customer signed our offer of 28 October.")
    assert (deal.state, deal.verdict) == (State.SUBMITTED, Level.BLOCKED)


def test_two_protections_for_one_customer_and_line_cannot_be(world: World) -> None:
    world.approved(world.alfa)
    second = world.submitted(world.beta, evidence="The customer signed our offer of 28 October.")
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(services.AlreadyProtected):
        services.approve(deal=second, by=manager, at=NOW)
    with as_system():
        assert DealRegistration.objects.get(pk=second.pk).state == State.SUBMITTED
        assert Protection.objects.count() == 1


def test_another_product_line_of_the_same_customer_can_be_granted(world: World) -> None:
    world.approved(world.alfa)
    deal = world.approved(world.beta, product_lines=frozenset({world.edge.pk}))
    assert deal.state == State.APPROVED


def test_a_withdrawn_deal_gives_the_customer_free(world: World) -> None:
    first = world.approved(world.alfa)
    sales = world.actor("sales", world.alfa)
    later = NOW + timedelta(days=3)
    with enter(sales):
        services.withdraw(deal=first, code="customer_cancelled", by=sales, at=later)
    deal = world.approved(world.beta, at=later)
    assert deal.state == State.APPROVED


def rule(world: World, **details: object) -> None:
    admin = world.actor("admin")
    given = {"name": "Small and clear", "audience": EVERYBODY, "most": Decimal(30_000), "currency": "EUR"}
    with enter(admin):
        services.save_rule(**(given | {"levels": ["clear"]} | details), by=admin, at=NOW)  # type: ignore[arg-type]


def test_a_clean_deal_under_the_limit_is_approved_at_once_by_the_rule(world: World) -> None:
    rule(world)
    deal = world.submitted(world.alfa)
    assert (deal.state, deal.automatic, deal.decided_by) == (State.APPROVED, True, "Small and clear")
    assert names_of(deal) == ["deal.submitted", "deal.approved"]


@pytest.mark.parametrize(
    "details",
    [
        {"most": Decimal(24_999)},
        {"currency": "USD"},
        {"enabled": False},
        {"audience": {"field": "partner.country", "op": "in", "value": ["FR"]}},
    ],
)
def test_a_rule_that_does_not_hold_leaves_the_decision_to_people(world: World, details: dict[str, object]) -> None:
    rule(world, **details)
    assert world.submitted(world.alfa).state == State.SUBMITTED


def test_a_rule_never_covers_blocked_deals(world: World) -> None:
    with pytest.raises(Invalid):
        rule(world, levels=["clear", "blocked"])


def test_only_the_fields_asked_for_can_be_changed(world: World) -> None:
    deal = world.submitted(world.alfa)
    manager, sales = world.actor("channel_manager"), world.actor("sales", world.alfa)
    with enter(manager):
        services.ask(deal=deal, fields=["website"], text="Which web site?", by=manager, at=NOW)
    with enter(sales):
        with pytest.raises(Invalid) as refusal:
            services.answer(deal=deal, content=world.content(value=Decimal(1)), by=sales, at=NOW)
        assert "value" in refusal.value.fields
        services.answer(deal=deal, content=world.content(website="https://contoso.example"), by=sales, at=NOW)
    assert (deal.state, deal.website, deal.asked_fields) == (State.IN_REVIEW, "https://contoso.example", [])


def test_a_rejection_needs_a_coded_reason(world: World) -> None:
    deal = world.submitted(world.alfa)
    manager = world.actor("channel_manager")
    with enter(manager):
        with pytest.raises(Invalid):
            services.reject(deal=deal, code="because", by=manager, at=NOW)
        services.reject(deal=deal, code="not_qualified", text="No budget.", by=manager, at=NOW)
    assert (deal.state, deal.closing_code) == (State.REJECTED, "not_qualified")


def test_a_move_from_the_wrong_state_is_refused_in_words(world: World) -> None:
    deal = world.approved(world.alfa)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(services.NotInThisState, match="approved"):
        services.approve(deal=deal, by=manager, at=NOW)


def test_of_two_who_decide_the_slower_is_told(world: World) -> None:
    deal = world.submitted(world.alfa)
    manager = world.actor("channel_manager")
    with enter(manager):
        seen_by_other = DealRegistration.objects.get(pk=deal.pk)
        services.approve(deal=deal, by=manager, at=NOW)
        with pytest.raises(Stale):
            services.reject(deal=seen_by_other, code="other", by=manager, at=NOW)


def test_a_partner_decides_nothing_and_a_competitor_touches_nothing(world: World) -> None:
    deal = world.submitted(world.alfa)
    own, rival = world.actor("sales", world.alfa), world.actor("sales", world.beta)
    with enter(own), pytest.raises(Forbidden):
        services.approve(deal=deal, by=own, at=NOW)
    with enter(rival), pytest.raises(Forbidden):
        services.withdraw(deal=deal, code="other", by=rival, at=NOW)


def test_protection_ends_by_the_clock_and_is_announced_before(world: World) -> None:
    deal = world.approved(world.alfa)
    with as_system():
        assert services.remind_due(at=NOW + timedelta(days=29)) == 0
        assert services.remind_due(at=NOW + timedelta(days=30)) == 1
        assert services.remind_due(at=NOW + timedelta(days=31)) == 0
        assert services.remind_due(at=NOW + timedelta(days=84)) == 1
        assert services.expire_due(at=NOW + timedelta(days=89)) == 0
        assert services.expire_due(at=NOW + timedelta(days=90)) == 1
        deal.refresh_from_db()
    assert (deal.state, deal.closing_code) == (State.EXPIRED, "window_ended")
    told = names_of(deal)
    assert told.count("deal.protection_reminded") == 2
    assert told[-1] == "deal.expired"


def test_a_won_deal_keeps_what_it_came_to(world: World) -> None:
    deal = world.approved(world.alfa)
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        services.win(deal=deal, value=Decimal("27500.50"), by=sales, at=NOW + timedelta(days=20))
    assert (deal.state, deal.value) == (State.WON, Decimal("27500.50"))


def test_everybody_concerned_is_told(world: World) -> None:
    world.alfa  # noqa: B018 - with its channel manager
    deal = world.submitted(world.alfa)
    with as_system():
        work_off()
        to_manager = Notification.objects.get(kind="deals.to_decide")
        assert to_manager.person_id == world.person("channel_manager").pk
    manager = world.actor("channel_manager")
    with enter(manager):
        services.approve(deal=deal, by=manager, at=NOW)
        services.comment(deal=deal, text="Well done!", by=manager, at=NOW)
    with as_system():
        work_off()
        kinds = Notification.objects.filter(person_id=world.person("sales", world.alfa).pk)
        assert set(kinds.values_list("kind", flat=True)) == {"deals.decided", "deals.talk"}


def test_internal_notes_stay_with_the_vendor(world: World) -> None:
    deal = world.submitted(world.alfa)
    manager, sales = world.actor("channel_manager"), world.actor("sales", world.alfa)
    with enter(manager):
        services.add_note(deal=deal, text="They compete with Beta here.", by=manager, at=NOW)
    with enter(sales):
        assert InternalNote.objects.count() == 0
        assert not Event.objects.filter(name="deal.note_added").exists()
        with pytest.raises(Forbidden):
            services.add_note(deal=deal, text="Let me in.", by=sales, at=NOW)


def test_a_draft_is_the_partners_own_and_a_distributor_sees_what_was_submitted_below(world: World) -> None:
    draft = world.draft(world.epsilon)
    submitted = world.submitted(world.epsilon, customer="Litware AG")
    manager, above = world.actor("channel_manager"), world.actor("sales", world.delta)
    with enter(manager):
        assert not policies.visible_to(manager).filter(pk=draft.pk).exists()
    with enter(above):
        assert list(policies.visible_to(above)) == [submitted]


def test_the_vendors_words_about_a_deal_name_no_other_partner_that_claims_the_customer(world: World) -> None:
    world.approved(world.beta)
    deal = world.submitted(world.alfa, evidence="They asked us in writing, before anybody.")
    manager = world.actor("channel_manager")
    for verb, details in (
        ("comment", {"text": "Ask BETA GmbH whether they share."}),
        ("ask", {"fields": [], "text": "Were you there before beta?"}),
        ("reject", {"code": "other", "text": "Beta was first."}),
        ("mark_duplicate", {"code": "another_registration", "text": "It is Beta's."}),
    ):
        with enter(manager), pytest.raises(Invalid) as refused:
            getattr(services, verb)(deal=deal, by=manager, at=NOW, **details)
        assert (refused.value.problem_code, set(refused.value.fields)) == ("names_another_partner", {"text"})
    with enter(manager):
        services.add_note(deal=deal, text="Beta was first.", by=manager, at=NOW)
        services.comment(deal=deal, text="A betamax is no partner.", by=manager, at=NOW)
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        services.comment(deal=deal, text="We heard that Beta is there, too.", by=sales, at=NOW)


def test_an_extension_leaves_a_deal_where_it_stands_since_its_approval(world: World) -> None:
    deal, manager = world.approved(world.alfa), world.actor("channel_manager")
    since = deal.state_since
    with enter(manager):
        services.extend(deal=deal, days=10, by=manager, at=NOW + timedelta(days=20))
    assert (deal.state, deal.state_since) == (State.APPROVED, since)


def test_the_customers_of_a_partner_that_leaves_are_free_again(world: World) -> None:
    approved, undecided = world.approved(world.alfa), world.submitted(world.alfa, customer="Fabrikam Works")
    draft, admin, later = world.draft(world.alfa), world.actor("admin"), NOW + timedelta(days=1)
    with enter(admin):
        partners.change_status(partner=world.alfa, status="terminated", reason="contract_ended", by=admin, at=later)
    with as_system():
        work_off()
        rows = DealRegistration.objects.in_bulk([approved.pk, undecided.pk, draft.pk])
        assert [rows[deal.pk].state for deal in (approved, undecided, draft)] == ["withdrawn", "withdrawn", "draft"]
        assert rows[approved.pk].closing_code == "partner_left"
        assert not Protection.objects.filter(period__endswith__gt=later).exists()
    assert world.approved(world.beta, at=later).state == State.APPROVED


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 3, 3, tzinfo=UTC), date(2026, 11, 2)),
        ("Asia/Tokyo", datetime(2026, 11, 1, 23, tzinfo=UTC), date(2026, 11, 2)),
        ("UTC", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_close_date_is_not_in_the_past_by_the_calendar_of_whoever_gives_it(
    world: World, zone: str, at: datetime, today: date
) -> None:
    with timezone.override(zone):
        services.require_complete(world.content(close_date=today), at=at)
        with pytest.raises(Invalid) as refusal:
            services.require_complete(world.content(close_date=today - timedelta(days=1)), at=at)
    assert set(refusal.value.fields) == {"close_date"}


def test_who_terminates_a_partner_is_told_beforehand_that_its_deals_end(world: World) -> None:
    page = f"/console/partners/{world.alfa.pk}/status/"
    admin = world.browser("admin")
    assert "Its open deals end" in admin.get(f"{page}terminated/").content.decode()
    assert "Its open deals end" not in admin.get(f"{page}suspended/").content.decode()
