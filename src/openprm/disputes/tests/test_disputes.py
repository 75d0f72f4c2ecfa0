"""Disputes from the first word to the last: who may what, who learns what, and what follows."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from openprm.deals import services as deals
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration, Protection
from openprm.deals.services.content import content_of
from openprm.disputes import policies, services
from openprm.disputes.lifecycle import State
from openprm.disputes.models import Decision, Dispute, Hearing, Note, Review
from openprm.disputes.tests.conftest import WHY
from openprm.kernel.access import as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.partners.models import Partner
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=5)
Make = Callable[..., Any]


def act(world: World, role: str, verb: str, company: Partner | None = None, at: Any = LATER, **details: Any) -> Any:
    """Let somebody use a service."""
    by = world.actor(role, company)
    with enter(by):
        return getattr(services, verb)(by=by, at=at, **details)


def facts(**wanted: Any) -> list[str]:
    with as_system():
        return list(
            Event.objects.filter(name__startswith="dispute.", **wanted).order_by("id").values_list("name", flat=True)
        )


def test_a_partner_contests_a_rejection_and_is_promised_a_date(world: World, contested: Make) -> None:
    dispute = contested()
    assert dispute.reference.startswith("DP-")
    assert (dispute.state, dispute.due_at) == (State.OPENED, NOW + timedelta(hours=72))
    assert facts(subject_id=dispute.deal_id) == ["dispute.opened"]
    with as_system():
        assert [row.text for row in dispute.statements.all()] == [WHY]


def test_a_verdict_is_contested_while_nobody_has_decided(world: World) -> None:
    world.approved(world.beta)
    deal = world.submitted(world.alfa, evidence="They have signed our letter of intent already.")
    dispute = act(world, "sales", "contest", world.alfa, deal=deal, subject="verdict", text=WHY)
    assert dispute.contested_since == deal.verdict_at == deal.submitted_at


def test_a_verdict_given_anew_is_contested_though_the_older_one_was(world: World) -> None:
    for number, customer in enumerate(("Contoso GmbH", "Fabrikam Works")):
        world.approved(world.beta, customer=customer, at=NOW + timedelta(minutes=number))
    deal = world.submitted(world.alfa, customer="Contoso GmbH", evidence="They have signed our letter of intent.")
    words = {"deal": deal, "subject": "verdict", "text": WHY}
    older = act(world, "sales", "contest", world.alfa, **words)
    told = {"outcome": "rejected", "code": "rules_applied", "text": "We looked at both sides."}
    act(world, "channel_manager", "decide", dispute=older, **told)
    act(world, "sales", "accept", world.alfa, dispute=older)
    manager, sales, answered = (
        world.actor("channel_manager"),
        world.actor("sales", world.alfa),
        NOW + timedelta(days=40),
    )
    with enter(manager):
        deals.ask(deal=deal, fields=["customer_name"], text="Who is it really?", by=manager, at=LATER)
    with pytest.raises(services.NotContestable):
        act(world, "sales", "contest", world.alfa, at=answered, **words)
    with enter(sales):
        deals.answer(
            deal=deal, content=replace(content_of(deal), customer_name="Fabrikam Works"), by=sales, at=answered
        )
    newer = act(world, "sales", "contest", world.alfa, at=answered + timedelta(days=30), **words)
    assert (older.contested_since, newer.contested_since) == (NOW, answered)


def test_a_clear_verdict_and_an_approved_deal_leave_nothing_to_contest(world: World) -> None:
    deal = world.submitted(world.alfa)
    for subject in ("verdict", "rejection", "duplicate", "protection", "nonsense"):
        with pytest.raises(services.NotContestable):
            act(world, "sales", "contest", world.alfa, deal=deal, subject=subject, text=WHY)


def test_what_is_told_long_ago_is_contested_no_more(world: World, rejected: Make) -> None:
    deal, last = rejected(), NOW + timedelta(days=30)
    with pytest.raises(services.NotContestable):
        act(
            world, "sales", "contest", world.alfa, last + timedelta(seconds=1), deal=deal, subject="rejection", text=WHY
        )
    assert act(world, "sales", "contest", world.alfa, last, deal=deal, subject="rejection", text=WHY)


def test_the_same_decision_is_contested_once_but_a_withdrawn_dispute_does_not_count(
    world: World, contested: Make
) -> None:
    dispute = contested()
    again = {"deal": dispute.deal, "subject": "rejection", "text": WHY}
    with pytest.raises(services.AlreadyContested):
        act(world, "sales", "contest", world.alfa, **again)
    act(world, "sales", "withdraw", world.alfa, dispute=dispute)
    second = act(world, "sales", "contest", world.alfa, **again)
    act(world, "channel_manager", "decide", dispute=second, outcome="rejected", code="other", text="Not this time.")
    with pytest.raises(services.AlreadyContested):
        act(world, "sales", "contest", world.alfa, **again)


def test_nobody_contests_for_another_partner_nor_does_the_vendor(world: World, rejected: Make) -> None:
    deal = rejected()
    for role, company in (("sales", world.beta), ("viewer", world.alfa), ("admin", None)):
        with pytest.raises(Forbidden):
            act(world, role, "contest", company, deal=deal, subject="rejection", text=WHY)


def test_evidence_is_checked_by_what_it_holds_and_read_by_both_sides(world: World, contested: Make) -> None:
    with pytest.raises(Invalid):
        contested(uploads=[SimpleUploadedFile("letter.pdf", b"MZ\x00\x00 not a letter")])
    with as_system():
        assert not Dispute.objects.exists()
    dispute = contested(customer="Fabrikam AG", uploads=[SimpleUploadedFile("letter.txt", b"We choose Alfa.")])
    with as_system():
        file = StoredFile.objects.get()
    for role, company, status in (
        ("sales", world.alfa, 200),
        ("legal", None, 200),
        ("sales", world.beta, 404),
        ("finance", None, 404),
    ):
        assert world.browser(role, company).get(file.url).status_code == status, role
    assert file.partner_id == dispute.partner_id


def test_the_clock_stands_still_while_the_partner_is_asked(world: World, contested: Make) -> None:
    dispute = contested()
    due = dispute.due_at
    act(world, "channel_manager", "ask", dispute=dispute, text="Have you a letter of theirs?", at=LATER)
    with as_system():
        assert services.escalate_due(at=due + timedelta(days=9)) == 0
    act(world, "sales", "answer", world.alfa, dispute=dispute, text="Here it is.", at=LATER + timedelta(days=4))
    assert (dispute.state, dispute.due_at) == (State.UNDER_REVIEW, due + timedelta(days=4))


def test_a_long_question_reaches_the_partner_whole(world: World, contested: Make) -> None:
    question = "Which of these letters is theirs? " * 100
    dispute = contested()
    act(world, "channel_manager", "ask", dispute=dispute, text=question)
    assert dispute.asked_text == question.strip()
    assert question.strip() in world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content.decode()


def test_an_overdue_dispute_goes_to_the_next_level_once(world: World, contested: Make) -> None:
    dispute, legal = contested(), world.person("legal")
    with as_system():
        assert services.escalate_due(at=dispute.due_at - timedelta(seconds=1)) == 0
        assert services.escalate_due(at=dispute.due_at) == 1
        assert services.escalate_due(at=dispute.due_at + timedelta(days=1)) == 0
        work_off()
        told = Notification.objects.filter(kind="disputes.escalated").values_list("person_id", flat=True)
        assert legal.pk in set(told)
        assert world.person("channel_manager").pk not in set(told)
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        assert not Event.objects.filter(name="dispute.escalated").exists()


def test_an_upheld_dispute_reopens_the_deal_once_somebody_who_decides_deals_carries_it_out(
    world: World, contested: Make
) -> None:
    dispute = contested()
    decision = {"outcome": "upheld", "code": "engagement_proven", "text": "The letter shows it.", "remedy": "reopen"}
    act(world, "legal", "decide", dispute=dispute, **decision)
    assert dispute.state == State.DECIDED
    with pytest.raises(Forbidden):
        act(world, "legal", "carry_out", dispute=dispute)
    act(world, "channel_manager", "carry_out", dispute=dispute)
    deal = fresh(dispute)
    assert (deal.state, deal.closing_code, deal.decided_at) == (DealState.IN_REVIEW, "", None)
    assert deal.due_at == LATER + timedelta(hours=48)
    assert dispute.state == State.CLOSED
    with as_system():
        assert Event.objects.get(name="deal.reopened").fact.code == "dispute_upheld"
    with pytest.raises(services.DealtWith):
        act(world, "channel_manager", "carry_out", dispute=dispute)


def test_an_upheld_dispute_approves_the_deal_if_protection_allows(world: World, decided: Make) -> None:
    dispute = decided("upheld", "vendor_mistake", "approve")
    act(world, "channel_manager", "carry_out", dispute=dispute)
    assert fresh(dispute).state == DealState.APPROVED
    with as_system():
        assert Protection.objects.get().deal_id == dispute.deal_id


def test_where_somebody_else_is_protected_the_deal_is_at_least_reopened(world: World, decided: Make) -> None:
    dispute = decided("upheld", "vendor_mistake", "approve")
    world.approved(world.beta)
    with pytest.raises(deals.AlreadyProtected):
        act(world, "channel_manager", "carry_out", dispute=dispute)
    with as_system():
        dispute = Dispute.objects.get(pk=dispute.pk)
        assert dispute.remedy_is_due
    assert fresh(dispute).state == DealState.REJECTED
    act(world, "channel_manager", "carry_out", dispute=dispute, remedy="reopen")
    assert fresh(dispute).state == DealState.IN_REVIEW
    with as_system():
        work_off()
        letter = Notification.objects.get(title="What was decided about Contoso GmbH is done")
    instead = (
        "The deal is reopened for review. What was decided was not possible any more, so the deal is decided anew."
    )
    assert letter.body == instead
    case = world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content.decode()
    assert f"What was done: {instead}" in case
    assert "It is closed. What was done: the deal is reopened for review." in case


def test_a_decision_says_why_in_a_code_that_fits_its_outcome(world: World, contested: Make) -> None:
    dispute = contested()
    for outcome, code, text, remedy in (
        ("upheld", "rules_applied", "Long enough.", "reopen"),
        ("maybe", "other", "Long enough.", "none"),
        ("rejected", "other", "Long enough.", "approve"),
        ("rejected", "other", "Short.", "none"),
    ):
        with pytest.raises(Invalid):
            act(
                world,
                "channel_manager",
                "decide",
                dispute=dispute,
                outcome=outcome,
                code=code,
                text=text,
                remedy=remedy,
            )


def test_an_appeal_is_decided_by_somebody_else(world: World, decided: Make) -> None:
    dispute = decided()
    act(world, "sales", "appeal", world.alfa, dispute=dispute, text=WHY)
    assert (dispute.level, dispute.due_at) == (2, LATER + timedelta(hours=120))
    verdict = {"outcome": "upheld", "code": "another_company", "text": "It is another company.", "remedy": "reopen"}
    with pytest.raises(Forbidden):
        act(world, "channel_manager", "decide_on_appeal", dispute=dispute, **verdict)
    act(world, "legal", "decide_on_appeal", dispute=dispute, **verdict)
    act(world, "channel_manager", "carry_out", dispute=dispute)
    assert (dispute.state, fresh(dispute).state) == (State.CLOSED, DealState.IN_REVIEW)
    with as_system():
        assert Event.objects.get(name="deal.reopened").fact.code == "appeal_upheld"


def test_who_decided_first_never_decides_the_appeal_whatever_their_role(world: World, contested: Make) -> None:
    dispute = contested()
    act(world, "legal", "decide", dispute=dispute, outcome="rejected", code="other", text="Not proven to us.")
    act(world, "sales", "appeal", world.alfa, dispute=dispute, text=WHY)
    again = {"outcome": "rejected", "code": "other", "text": "Still not proven."}
    with pytest.raises(Forbidden) as refused:
        act(world, "legal", "decide_on_appeal", dispute=dispute, **again)
    assert refused.value.problem_code == "same_decider"
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():  # the database refuses it, too
        Dispute.objects.filter(pk=dispute.pk).update(appeal_decider=dispute.first_decider)
    act(world, "admin", "decide_on_appeal", dispute=dispute, **again)
    assert dispute.state == State.CLOSED


def test_a_rejected_appeal_leaves_the_first_decision_as_it_was(world: World, decided: Make) -> None:
    dispute = decided("partly", "some_product_lines", "reopen")
    act(world, "sales", "appeal", world.alfa, dispute=dispute, text=WHY)
    act(world, "legal", "decide_on_appeal", dispute=dispute, outcome="rejected", code="other", text="It stays so.")
    assert dispute.remedy_is_due
    act(world, "channel_manager", "carry_out", dispute=dispute)
    with as_system():
        assert Event.objects.get(name="deal.reopened").fact.code == "dispute_partly_upheld"


def test_there_is_one_appeal_within_its_time_and_none_against_what_was_upheld(world: World, decided: Make) -> None:
    upheld = decided("upheld", "goodwill", "reopen", customer="Aldermoor Ltd")
    with pytest.raises(services.NotContestable):
        act(world, "sales", "appeal", world.alfa, dispute=upheld, text=WHY)
    dispute = decided(customer="Brackwater Ltd")
    late = dispute.appeal_until + timedelta(seconds=1)
    with pytest.raises(services.NotContestable):
        act(world, "sales", "appeal", world.alfa, late, dispute=dispute, text=WHY)
    with as_system():
        assert services.close_due(at=dispute.appeal_until) == 0
        assert services.close_due(at=late) == 1
    with as_system():
        closed = Dispute.objects.get(pk=dispute.pk)
    with pytest.raises(services.NotInThisState):
        act(world, "sales", "appeal", world.alfa, dispute=closed, text=WHY)


def test_a_partner_accepts_a_decision_and_the_case_is_closed(world: World, decided: Make) -> None:
    dispute = decided()
    act(world, "sales", "accept", world.alfa, dispute=dispute)
    assert dispute.state == State.CLOSED


def test_notes_stay_with_the_vendor(world: World, contested: Make) -> None:
    dispute = contested()
    act(world, "legal", "add_note", dispute=dispute, text="Their letter looks genuine.")
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        assert not Note.objects.exists()
        assert not Event.objects.filter(name="dispute.note_added").exists()
    with pytest.raises(Forbidden):
        act(world, "sales", "add_note", world.alfa, dispute=dispute, text="Mine.")


def test_the_other_side_is_asked_without_either_partner_learning_of_the_other(world: World, contested: Make) -> None:
    rival = world.approved(world.beta)
    dispute = contested(evidence="They have signed our letter of intent already.")
    act(world, "channel_manager", "ask_other_side", dispute=dispute, deal=rival)
    with as_system():
        work_off()
        review = Review.objects.get()
    upload = SimpleUploadedFile("order.txt", b"Order of Contoso to Beta")
    act(world, "sales", "answer_review", world.beta, review=review, text="They ordered from us.", uploads=[upload])
    with as_system():
        work_off()
    secrets = {
        "beta": ("Alfa", "DP-", dispute.deal.reference, str(dispute.pk)),
        "alfa": ("Beta", "RV-", rival.reference, str(review.pk)),
    }
    for name, hidden in secrets.items():
        actor = world.actor("sales", getattr(world, name))
        with enter(actor):
            seen = [*Event.objects.values(), *Notification.objects.values(), *StoredFile.objects.values()]
            seen += [*Dispute.objects.values(), *Review.objects.values(), *Hearing.objects.values()]
        assert seen
        for word in hidden:
            # As a word of its own: a random reference may well end in the letters of another kind, as "DP-6NRV-A2CV".
            assert not re.search(rf"\b{re.escape(word)}", repr(seen)), (name, word)
    act(world, "sales", "withdraw", world.alfa, dispute=dispute)
    with as_system():
        assert Review.objects.get().closed_at == LATER


def test_a_distributor_and_its_reseller_are_not_set_against_each_other(world: World, contested: Make) -> None:
    rival = world.approved(world.delta)
    dispute = contested(world.epsilon, evidence="They have signed our letter of intent already.")
    with pytest.raises(Refusal):
        act(world, "channel_manager", "ask_other_side", dispute=dispute, deal=rival)


def test_one_review_serves_two_disputes_and_ends_with_the_last(world: World, contested: Make) -> None:
    rival = world.approved(world.beta)
    two = [
        contested(company, evidence="They have signed our letter of intent already.")
        for company in (world.alfa, world.delta)
    ]
    for dispute in two:
        act(world, "channel_manager", "ask_other_side", dispute=dispute, deal=rival)
    with as_system():
        assert (Review.objects.count(), Hearing.objects.count()) == (1, 2)
    act(world, "sales", "withdraw", world.alfa, dispute=two[0])
    with as_system():
        assert Review.objects.get().closed_at is None
    act(world, "sales", "withdraw", world.delta, dispute=two[1])
    with as_system():
        assert Review.objects.get().closed_at is not None


def test_the_vendors_words_name_no_other_partner(world: World, contested: Make) -> None:
    world.approved(world.beta)
    dispute = contested(evidence="They have signed our letter of intent already.")
    for verb, details in (
        ("ask", {"text": "Were you there before beta?"}),
        ("say", {"text": "BETA GmbH was first."}),
        ("decide", {"outcome": "rejected", "code": "other_side_first", "text": "Sorry, Beta was first."}),
    ):
        with pytest.raises(Invalid) as refused:
            act(world, "channel_manager", verb, dispute=dispute, **details)
        assert refused.value.problem_code == "names_another_partner"
    act(world, "channel_manager", "say", dispute=dispute, text="We test the alphabet; a betamax is no partner.")


def test_evidence_of_a_holder_is_given_once_and_so_not_in_a_slip(world: World, contested: Make) -> None:
    rival = world.approved(world.beta)
    act(world, "legal", "ask_other_side", dispute=contested(evidence="They chose us in writing."), deal=rival)
    with as_system():
        review = Review.objects.get()
    with pytest.raises(Invalid):
        act(world, "sales", "answer_review", world.beta, review=review, text="ab")
    page = world.browser("sales", world.beta).get(review.get_absolute_url()).content.decode()
    assert "It can be given once, so add all that belongs to it." in page


def test_those_concerned_are_told(world: World, contested: Make) -> None:
    dispute = contested()
    manager, sales = world.person("channel_manager"), world.person("sales", world.alfa)
    act(world, "legal", "decide", dispute=dispute, outcome="rejected", code="other", text="Not proven to us.")
    with as_system():
        work_off()
        told = set(Notification.objects.filter(kind__startswith="disputes.").values_list("kind", "person_id"))
    assert told == {("disputes.to_decide", manager.pk), ("disputes.mine", sales.pk)}


def test_a_competitor_sees_no_dispute_and_a_reader_of_the_vendor_all(world: World, contested: Make) -> None:
    dispute = contested()
    for role, company, found in (
        ("sales", world.beta, []),
        ("viewer", world.alfa, [dispute]),
        ("analyst", None, [dispute]),
    ):
        actor = world.actor(role, company)
        with enter(actor):
            assert list(policies.visible_to(actor)) == found, role


def test_a_decision_is_one_for_each_level_in_the_database_too(world: World, decided: Make) -> None:
    decision = decided().decisions
    with as_system():
        row: Any = decision.get()
        row.pk = None
        copy = Decision(
            **{f.attname: getattr(row, f.attname) for f in Decision._meta.concrete_fields if f.name != "id"}
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


def fresh(dispute: Dispute) -> DealRegistration:
    with as_system():
        return DealRegistration.objects.get(pk=dispute.deal_id)


def test_nobody_of_a_terminated_partner_is_told_of_its_dispute(world: World, contested: Make) -> None:
    dispute = contested()
    administrator = world.person("admin", world.alfa)
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(status="terminated")
    told = {"outcome": "rejected", "code": "rules_applied", "text": "We looked at both sides."}
    act(world, "channel_manager", "decide", dispute=dispute, **told)
    with as_system():
        assert not policies.who_follows(dispute).exists()
        work_off()
        assert not Notification.objects.filter(person_id=administrator.pk).exists()


def test_a_remedy_that_nobody_carries_out_keeps_no_other_dispute_open(
    world: World, decided: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openprm.disputes.services.clock.BATCH", 1)
    owed = decided("partly", "shared_customer", "reopen", customer="Fabrikam AG")
    other = decided(customer="Contoso GmbH")
    with as_system():
        Dispute.objects.filter(pk=owed.pk).update(appeal_until=NOW)
        assert services.close_due(at=NOW + timedelta(days=90)) == 1
        assert services.close_due(at=NOW + timedelta(days=90)) == 0
        owed.refresh_from_db()
        other.refresh_from_db()
    assert (owed.state, other.state) == (State.DECIDED, State.CLOSED)
