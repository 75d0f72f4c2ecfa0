"""What the vendor's people do with deals on their pages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openprm.customers import services as customers
from openprm.deals import services
from openprm.deals.lifecycle import State
from openprm.deals.models import ApprovalRule, DealRegistration, InternalNote
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.audiences import EVERYBODY
from tests.world import NOW, World

QUEUE, LIST, BOARD, PIPELINE = (
    "/console/review-queue/",
    "/console/deals/",
    "/console/deals/board/",
    "/console/pipeline/",
)
RULES, NEW_RULE = "/console/approval-rules/", "/console/approval-rules/new/"
MANY = ("Aurora", "Birkenfeld", "Castello", "Drachenfels", "Estrella", "Fjordland", "Grünwald", "Hirondelle")
EVIDENCE = "The customer signed our offer of 28 October."


def text(response: Any) -> str:
    return str(response.content.decode())


def state_of(deal: DealRegistration) -> str:
    with as_system():
        return str(DealRegistration.objects.get(pk=deal.pk).state)


@pytest.fixture
def manager(world: World) -> Client:
    return world.browser("channel_manager")


def test_an_empty_queue_says_so(world: World, manager: Client) -> None:
    assert "Nothing waits for a decision" in text(manager.get(QUEUE))


def test_the_queue_holds_what_waits_the_longest_first_and_marks_what_is_late(world: World, manager: Client) -> None:
    world.submitted(world.alfa, customer="Second Ltd", at=NOW + timedelta(days=60))
    world.submitted(world.alfa, customer="First Ltd")
    world.approved(world.alfa, customer="Done Ltd")
    page = text(manager.get(QUEUE))
    assert page.index("First Ltd") < page.index("Second Ltd")
    assert "Done Ltd" not in page
    assert "First Ltd" in text(manager.get(QUEUE, {"late": "1"}))
    assert "Second Ltd" not in text(manager.get(QUEUE, {"late": "1"}))


def test_the_queue_is_for_those_who_decide(world: World) -> None:
    assert world.browser("finance").get(QUEUE).status_code == 403
    assert world.browser("sales", world.alfa).get(QUEUE).status_code == 403


def test_one_click_approves(world: World, manager: Client) -> None:
    deal = world.submitted(world.alfa)
    manager.post(f"{deal.console_url}approve/")
    assert state_of(deal) == State.APPROVED
    assert "Protected until" in text(manager.get(deal.console_url))


def test_a_conflict_shows_both_sides(world: World, manager: Client) -> None:
    world.approved(world.alfa)
    account = world.account("Contoso Holding", country="DE", owner_name="Dora Direct")
    with as_system():
        customers.create_opportunity(
            account=account, name="Renewal 2027", is_open=True, owner_name="Dora Direct", by=SYSTEM, at=NOW
        )
    deal = world.submitted(world.beta, evidence=EVIDENCE)
    page = text(manager.get(deal.console_url))
    assert "Alfa" in page
    assert "The same company" in page
    assert EVIDENCE in page
    assert "Blocked" in page


def test_approving_against_a_protection_says_why_not_and_shows_the_deal(world: World, manager: Client) -> None:
    world.approved(world.alfa)
    deal = world.submitted(world.beta, evidence=EVIDENCE)
    answer = manager.post(f"{deal.console_url}approve/")
    assert answer.status_code == 409
    assert "Another deal is protected for this customer" in text(answer)
    assert state_of(deal) == State.SUBMITTED


def test_who_reads_only_sees_no_rival_and_no_decision(world: World) -> None:
    world.approved(world.alfa)
    deal = world.submitted(world.beta, evidence=EVIDENCE)
    browser = world.browser("finance")
    page = text(browser.get(deal.console_url))
    assert "Only those who decide see the other side." in page
    assert f"{deal.console_url}approve/" not in page
    assert browser.post(f"{deal.console_url}approve/").status_code == 403


def test_a_rejection_needs_its_reason(world: World, manager: Client) -> None:
    deal = world.submitted(world.alfa)
    assert manager.post(f"{deal.console_url}reject/", {"text": "no"}).status_code == 422
    manager.post(f"{deal.console_url}reject/", {"code": "not_qualified", "text": "No budget named."})
    assert state_of(deal) == State.REJECTED
    page = text(world.browser("sales", world.alfa).get(deal.get_absolute_url()))
    assert "No budget named." in page
    assert "Not qualified" in page


def test_a_question_opens_only_the_chosen_fields(world: World, manager: Client) -> None:
    deal = world.submitted(world.alfa)
    assert manager.post(f"{deal.console_url}ask/", {"text": "", "fields_asked": ["website"]}).status_code == 422
    manager.post(f"{deal.console_url}ask/", {"text": "Which site?", "fields_asked": ["website"]})
    with as_system():
        asked = DealRegistration.objects.get(pk=deal.pk)
    assert (asked.state, asked.asked_fields) == (State.ACTION_REQUIRED, ["website"])


def test_somebody_elses_decision_is_told_with_the_fresh_deal(world: World, manager: Client) -> None:
    deal = world.approved(world.alfa)
    answer = manager.post(f"{deal.console_url}reject/", {"code": "not_qualified"})
    assert answer.status_code == 409
    assert "this step is not possible now" in text(answer)
    assert "Protected until" in text(answer)


def test_many_are_decided_each_for_itself_and_honestly_reported(world: World, manager: Client) -> None:
    first = world.submitted(world.alfa)
    second = world.submitted(world.beta)
    third = world.submitted(world.beta, customer="Fabrikam Inc")
    chosen = {"ids": [str(deal.pk) for deal in (first, second, third)], "next": QUEUE}
    page = text(manager.post(f"{QUEUE}approve/", chosen, follow=True))
    assert "2 deals approved" in page
    assert "1 not: another deal is already protected (Contoso GmbH)" in page
    assert [state_of(deal) for deal in (first, second, third)] == ["approved", "submitted", "approved"]


def test_what_was_decided_meanwhile_is_named_in_a_bulk_decision(world: World, manager: Client) -> None:
    done, waiting = world.approved(world.alfa), world.submitted(world.alfa, customer="Fabrikam Inc")
    chosen = {"ids": [str(done.pk), str(waiting.pk)], "next": QUEUE}
    page = text(manager.post(f"{QUEUE}review/", chosen, follow=True))
    assert "Review of 1 deal began" in page
    assert "1 not: decided meanwhile (Contoso GmbH)" in page


def test_many_are_rejected_with_one_reason(world: World, manager: Client) -> None:
    deals = [world.submitted(world.alfa, customer=name) for name in ("Fabrikam Inc", "Tailspin Toys")]
    chosen = {"ids": [str(deal.pk) for deal in deals], "next": QUEUE}
    asked = text(manager.post(f"{QUEUE}reject/", chosen))
    assert "Reject 2 deals?" in asked
    assert manager.post(f"{QUEUE}reject/", chosen | {"code": ""}).status_code == 422
    manager.post(f"{QUEUE}reject/", chosen | {"code": "outside_territory"})
    assert {state_of(deal) for deal in deals} == {"rejected"}


def test_a_bulk_decision_about_nothing_is_refused_and_leads_nowhere_else(world: World, manager: Client) -> None:
    assert manager.post(f"{QUEUE}approve/", {"ids": []}).status_code == 422
    deal = world.submitted(world.alfa)
    answer = manager.post(f"{QUEUE}approve/", {"ids": [str(deal.pk)], "next": "https://evil.example/"})
    assert answer["Location"] == QUEUE


def test_notes_are_kept_apart_and_only_for_those_who_may(world: World, manager: Client) -> None:
    deal = world.submitted(world.alfa)
    manager.post(f"{deal.console_url}note/", {"text": "Priced too low before."})
    page = text(manager.get(deal.console_url))
    assert "Only your team sees this" in page
    assert "Priced too low before." in page
    analyst = world.browser("analyst")
    assert "Priced too low before." not in text(analyst.get(deal.console_url))
    assert analyst.post(f"{deal.console_url}note/", {"text": "me too"}).status_code == 403
    with as_system():
        assert InternalNote.objects.count() == 1


def test_an_empty_comment_is_refused_and_nothing_typed_is_lost(world: World, manager: Client) -> None:
    deal = world.submitted(world.alfa)
    assert manager.post(f"{deal.console_url}comment/", {"text": "  "}).status_code == 422
    long = "x" * 4001
    assert long in text(manager.post(f"{deal.console_url}comment/", {"text": long}))


def test_drafts_are_the_partners_alone(world: World, manager: Client) -> None:
    draft = world.draft(world.alfa, customer="Secret Ltd")
    assert manager.get(draft.console_url).status_code == 404
    for address in (LIST, BOARD, QUEUE):
        assert "Secret Ltd" not in text(manager.get(address))


def test_the_list_is_narrowed_by_partner_state_and_verdict(world: World, manager: Client) -> None:
    world.submitted(world.alfa, customer="Contoso GmbH")
    world.approved(world.beta, customer="Fabrikam Inc")
    assert "Fabrikam" not in text(manager.get(LIST, {"partner": str(world.alfa.pk)}))
    assert "Contoso" not in text(manager.get(LIST, {"state": "approved"}))
    assert "Contoso" not in text(manager.get(LIST, {"automatic": "1"}))
    assert "Contoso" in text(manager.get(LIST, {"verdict": "clear", "country": "DE", "q": "alfa"}))
    assert "Fabrikam Inc" in text(manager.get(LIST, {"export": "csv"}))


def test_the_pipeline_of_one_partner_leads_to_lists_of_that_partner(world: World, manager: Client) -> None:
    world.approved(world.alfa)
    world.approved(world.beta, customer="Fabrikam Inc")
    page = manager.get(PIPELINE, {"partner": str(world.alfa.pk)})
    tile = page.context["figures"].tiles[0]
    assert f"partner={world.alfa.pk}" in tile.url
    for chart in page.context["figures"].charts:
        for address in chart.urls:
            assert not manager.get(address).context["table"].problems, address


def rule(**changes: Any) -> dict[str, Any]:
    """Return a rule's form."""
    form: dict[str, Any] = {
        "name": "Small and clear",
        "enabled": "on",
        "most": "20000",
        "most_currency": "EUR",
        "levels": ["clear"],
        "audience": '{"all": [{"field": "partner.country", "op": "in", "value": ["DE"]}]}',
    }
    return form | changes


def test_a_rule_reads_as_a_sentence(world: World) -> None:
    admin = world.browser("admin")
    assert "a person decides every deal" in text(admin.get(RULES))
    page = text(admin.post(NEW_RULE, rule(), follow=True))
    assert (
        "Approve at once what is worth up to €20,000, when the verdict is clear, for: Country is one of Germany."
        in page
    )


def test_a_rule_that_cannot_be_says_why_and_keeps_what_was_typed(world: World) -> None:
    answer = world.browser("admin").post(NEW_RULE, rule(most="0", levels=[], audience="nonsense"))
    assert answer.status_code == 422
    assert "Small and clear" in text(answer)
    with as_system():
        assert not ApprovalRule.objects.exists()


def test_a_rule_is_changed_and_removed(world: World) -> None:
    admin = world.browser("admin")
    admin.post(NEW_RULE, rule())
    with as_system():
        made = ApprovalRule.objects.get()
    admin.post(f"{RULES}{made.pk}/", rule(most="5000", enabled=""))
    with as_system():
        made.refresh_from_db()
    assert (made.most, made.enabled) == (Decimal(5000), False)
    admin.post(f"{RULES}{made.pk}/remove/")
    with as_system():
        assert not ApprovalRule.objects.exists()


def test_rules_are_for_administrators(world: World, manager: Client) -> None:
    for address in (RULES, NEW_RULE):
        assert manager.get(address).status_code == 403


def test_the_partner_reads_that_it_was_automatic_but_not_by_which_rule(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        services.save_rule(
            name="Trusted few",
            audience=EVERYBODY,
            most=Decimal(90000),
            currency="EUR",
            levels=["clear"],
            by=admin,
            at=NOW,
        )
    deal = world.submitted(world.alfa)
    page = text(world.browser("sales", world.alfa).get(deal.get_absolute_url()))
    assert "Approved automatically" in page
    assert "Trusted few" not in page
    assert "Trusted few" in text(world.browser("channel_manager").get(deal.console_url))


@pytest.mark.parametrize("address", [QUEUE, LIST, BOARD, PIPELINE])
def test_more_deals_take_no_more_queries(
    world: World, manager: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    for name in MANY:
        world.submitted(world.alfa, customer=name)
    with django_assert_max_num_queries(35):
        assert manager.get(address).status_code == 200


def test_a_conflicting_deals_page_takes_few_queries(
    world: World, manager: Client, django_assert_max_num_queries: Any
) -> None:
    world.approved(world.alfa)
    deal = world.submitted(world.beta, evidence=EVIDENCE)
    with django_assert_max_num_queries(55):
        assert manager.get(deal.console_url).status_code == 200


def test_the_conflict_review_shows_evidence_as_bars_and_one_click_settles_it(world: World, manager: Client) -> None:
    rival = world.approved(world.beta, customer="Granitwerk Süd Holding AG")
    deal = world.submitted(world.alfa, customer="Granitwerk AG", evidence=EVIDENCE)
    page = text(manager.get(deal.console_url))
    assert "evidence-bar" in page
    assert "Same company" in page
    answer = manager.post(f"{deal.console_url}company/", {"other": rival.account_id, "verdict": "different"})
    assert answer.status_code == 302
    page = text(manager.get(deal.console_url))
    assert rival.reference not in page
    assert "The customer and Granitwerk Süd Holding AG are not the same company." in page


def test_a_deal_taken_for_the_wrong_company_moves_to_its_own(world: World, manager: Client) -> None:
    rival = world.approved(world.beta, customer="Granitwerk AG", product_lines=frozenset({world.edge.pk}))
    deal = world.approved(world.alfa, customer="Granitwerk GmbH")
    assert deal.account_id == rival.account_id
    manager.post(f"{deal.console_url}company/", {"other": rival.account_id, "verdict": "different"})
    with as_system():
        deal.refresh_from_db()
        assert deal.account_id != rival.account_id
        assert {row.account_id for row in deal.protections.all()} == {deal.account_id}
        assert {row.identity for row in deal.protections.all()} == {deal.account_id}


def test_a_decision_that_would_protect_a_customer_twice_is_refused_on_the_page(world: World, manager: Client) -> None:
    rival = world.approved(world.beta, customer="Fjordbank ASA")
    deal = world.approved(world.alfa, customer="Granitwerk AG")
    answer = manager.post(f"{deal.console_url}company/", {"other": rival.account_id, "verdict": "same"})
    assert answer.status_code == 409
    assert "End one of them first" in text(answer)
