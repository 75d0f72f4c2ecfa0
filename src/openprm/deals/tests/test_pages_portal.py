"""What a partner's people do with deals on their pages."""

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from openprm.checks.models import Asked
from openprm.deals import services
from openprm.deals.lifecycle import State
from openprm.deals.models import Comment, DealRegistration
from openprm.kernel.access import as_system, enter
from openprm.kernel.ids import uuid7
from tests.world import World

LIST, BOARD, REGISTER, DRAFT = (
    "/portal/deals/",
    "/portal/deals/board/",
    "/portal/deals/register/",
    "/portal/deals/draft/",
)
VERDICT, MARGIN, PIPELINE = "/portal/deals/verdict/", "/portal/deals/margin/", "/portal/pipeline/"
MANY = ("Aurora", "Birkenfeld", "Castello", "Drachenfels", "Estrella", "Fjordland", "Grünwald", "Hirondelle")


def typed(world: World, **changes: Any) -> dict[str, Any]:
    """Return a complete form."""
    form: dict[str, Any] = {
        "key": str(uuid7()),
        "customer_name": "Contoso GmbH",
        "website": "contoso.example",
        "country": "DE",
        "product_lines": [str(world.cloud.pk)],
        "value": "25000",
        "value_currency": "EUR",
        "close_date": (timezone.localdate() + timedelta(days=60)).isoformat(),
        "contact": "Ada King, IT",
        "description": "Replaces the old warehouse servers.",
        "evidence": "",
    }
    return form | changes


def only_deal() -> DealRegistration:
    with as_system():
        return DealRegistration.objects.get()


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def sales(world: World) -> Client:
    return world.browser("sales", world.alfa)


def test_an_empty_list_teaches_and_offers_the_first_registration(sales: Client) -> None:
    page = text(sales.get(LIST))
    assert "No deals yet" in page
    assert f'href="{REGISTER}"' in page


def test_somebody_who_only_reads_is_not_offered_to_register(world: World) -> None:
    browser = world.browser("viewer", world.alfa)
    assert f'href="{REGISTER}"' not in text(browser.get(LIST))
    assert browser.get(REGISTER).status_code == 403


def test_a_complete_form_becomes_a_submitted_deal(world: World, sales: Client) -> None:
    answer = sales.post(REGISTER, typed(world), follow=True)
    deal = only_deal()
    assert deal.state == State.SUBMITTED
    assert answer.redirect_chain[-1][0] == deal.get_absolute_url()
    assert "Contoso GmbH" in text(answer)
    assert "The vendor decides by" in text(answer)


def test_the_same_form_sent_twice_is_one_deal(world: World, sales: Client) -> None:
    form = typed(world)
    sales.post(REGISTER, form)
    again = sales.post(REGISTER, form)
    assert again["Location"] == only_deal().get_absolute_url()


def test_what_is_missing_is_said_beside_its_field_and_kept_as_a_draft(world: World, sales: Client) -> None:
    answer = sales.post(REGISTER, typed(world, description="", product_lines=[]))
    assert answer.status_code == 422
    assert "Say in a sentence what the customer needs." in text(answer)
    assert "Choose at least one product line." in text(answer)
    assert only_deal().state == State.DRAFT
    assert only_deal().customer_name == "Contoso GmbH"


def test_a_value_that_is_no_number_is_said_together_with_all_that_is_missing(world: World, sales: Client) -> None:
    answer = sales.post(REGISTER, typed(world, value="a lot", close_date=""))
    assert answer.status_code == 422
    assert "a lot" in text(answer)
    assert "Give the date when you expect the order." in text(answer)


def test_typing_saves_a_draft_and_tells_the_page_its_address(world: World, sales: Client) -> None:
    form = typed(world, value="", description="")
    answer = sales.post(DRAFT, form)
    deal = only_deal()
    assert answer.status_code == 204
    assert answer["HX-Replace-Url"] == f"/portal/deals/{deal.pk}/edit/"
    sales.post(DRAFT, form | {"contact": "Grace Hopper"})
    assert only_deal().contact == "Grace Hopper"
    assert "Grace Hopper" in text(sales.get(answer["HX-Replace-Url"]))


def test_a_draft_that_arrives_after_the_submission_changes_nothing(world: World, sales: Client) -> None:
    form = typed(world)
    sales.post(REGISTER, form)
    assert sales.post(DRAFT, form | {"contact": "too late"}).status_code == 204
    assert only_deal().contact == "Ada King, IT"


def test_a_field_can_be_emptied_again_in_a_draft(world: World, sales: Client) -> None:
    form = typed(world)
    sales.post(DRAFT, form)
    sales.post(DRAFT, form | {"website": "", "value": "", "product_lines": []})
    deal = only_deal()
    assert (deal.website, deal.value) == ("", None)
    with as_system():
        assert deal.lines.count() == 0


def test_the_verdict_is_clear_for_a_new_customer(world: World, sales: Client) -> None:
    page = text(sales.post(VERDICT, typed(world), headers={"HX-Request": "true"}))
    assert 'data-level="clear"' in page
    assert "Nothing stands against this registration right now." in page


def test_the_verdict_names_no_other_partner(world: World) -> None:
    world.approved(world.alfa)
    page = text(world.browser("sales", world.beta).post(VERDICT, typed(world, customer_name="CONTOSO")))
    assert 'data-level="blocked"' in page
    assert "Registered by another partner" in page
    assert "Alfa" not in page
    assert not re.search(r"\bDR-", page)


def test_the_verdict_leads_to_the_own_registration(world: World, sales: Client) -> None:
    own = world.submitted(world.alfa)
    page = text(sales.post(VERDICT, typed(world)))
    assert own.get_absolute_url() in page


@pytest.mark.parametrize("name", ["C", "GmbH", "The Ltd", "株式会社", "🙂🙂🙂"])
def test_half_a_name_or_none_gets_no_verdict_costs_no_check_and_is_not_registered(
    world: World, sales: Client, name: str
) -> None:
    assert "Type the customer" in text(sales.post(VERDICT, typed(world, customer_name=name)))
    with as_system():
        assert not Asked.objects.exists()
    refused = sales.post(REGISTER, typed(world, customer_name=name))
    assert refused.status_code == 422
    assert "Give the customer" in text(refused)


def test_a_blocked_form_asks_for_evidence_and_goes_to_review_with_it(world: World) -> None:
    world.approved(world.alfa)
    browser = world.browser("sales", world.beta)
    form = typed(world)
    refused = browser.post(REGISTER, form)
    assert refused.status_code == 422
    assert "Say in at least 20 characters why the customer is yours." in text(refused)
    assert 'data-level="blocked"' in text(refused)
    evidence = "The customer signed our offer of 28 October."
    browser.post(REGISTER, form | {"evidence": evidence})
    with as_system():
        deal = DealRegistration.objects.get(partner=world.beta)
    assert (deal.state, deal.evidence) == (State.SUBMITTED, evidence)


def test_a_blocked_form_is_told_at_once_that_it_lacks_evidence_too(world: World) -> None:
    world.approved(world.beta, customer="Contoso GmbH")
    form = typed(world, description="", value="a lot")
    refused = text(world.browser("sales", world.alfa).post(REGISTER, form))
    assert "3 answers need another look" in refused
    assert "Say in at least 20 characters why the customer is yours." in refused
    free = text(
        world.browser("sales", world.alfa).post(REGISTER, typed(world, description="", customer_name="Tailspin"))
    )
    assert "Say in at least 20 characters why the customer is yours." not in free


def test_evidence_is_kept_in_the_draft(world: World, sales: Client) -> None:
    sales.post(DRAFT, typed(world, evidence="They called us"))
    assert only_deal().evidence == "They called us"


def test_a_form_sent_after_the_session_ended_is_filled_again(world: World) -> None:
    browser = Client()
    answer = browser.post(REGISTER, typed(world, customer_name="Kept Ltd"))
    assert answer.status_code == 302
    with as_system():
        browser.force_login(world.person("sales", world.alfa))
    assert "Kept Ltd" in text(browser.get(REGISTER))


@pytest.mark.parametrize(
    ("before", "leads_to"),
    [
        ("http://testserver/portal/deals/?q=x", "/portal/deals/?q=x"),
        ("https://evil.example/portal/deals/", "/"),
        ("", "/"),
    ],
)
def test_an_address_that_only_takes_forms_leads_back_to_the_page_of_its_form(
    world: World, before: str, leads_to: str
) -> None:
    deal = world.submitted(world.alfa)
    browser, said = Client(), {"text": "We meet <on> Monday."}
    sent = browser.post(f"{deal.get_absolute_url()}comment/", said, headers={"Referer": before})
    assert unquote(sent["Location"]) == f"/sign-in/?next={leads_to}"
    with as_system():
        browser.force_login(world.person("sales", world.alfa))
    if leads_to != "/":
        page = text(browser.get(leads_to))
        assert f'data-left-over="{deal.get_absolute_url()}comment/"' in page
        assert 'name="text" value="We meet &lt;on&gt; Monday."' in page
        assert "data-left-over" not in text(browser.get(leads_to))  # once
    with as_system():
        assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Mode": "cors"}, {"HX-Request": "true"}, {"X-Autosave": "1"}])
def test_a_late_answer_to_the_page_before_does_not_lose_the_form(world: World, headers: dict[str, str]) -> None:
    browser = world.browser("sales", world.alfa)
    with as_system():
        Session.objects.all().delete()
    old = Client()
    old.cookies = SimpleCookie(browser.cookies.output(header="", sep=";"))
    browser.post(REGISTER, typed(world, customer_name="Kept Ltd"))
    late = old.post(MARGIN, typed(world), headers=headers)
    assert settings.SESSION_COOKIE_NAME not in late.cookies  # a browser would follow what it says
    browser.post(DRAFT, typed(world, customer_name="Half typed"), headers=headers)
    with as_system():
        browser.force_login(world.person("sales", world.alfa))
    assert "Kept Ltd" in text(browser.get(REGISTER))


def test_a_page_opened_after_the_session_ended_forgets_its_cookie(world: World) -> None:
    browser = world.browser("sales", world.alfa)
    with as_system():
        Session.objects.all().delete()
    browser.get(REGISTER)
    assert not browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_another_partners_deal_does_not_exist(world: World) -> None:
    deal = world.submitted(world.alfa)
    browser = world.browser("admin", world.beta)
    address = deal.get_absolute_url()
    assert browser.get(address).status_code == 404
    for verb in ("comment", "withdraw", "win", "lose", "discard", "answer", "edit"):
        assert browser.post(f"{address}{verb}/", {"text": "hello", "code": "other"}).status_code == 404
    assert deal.customer_name not in text(browser.get(LIST))


def test_a_distributor_reads_the_deals_below_and_changes_none(world: World) -> None:
    deal = world.submitted(world.epsilon)
    browser = world.browser("sales", world.delta)
    address = deal.get_absolute_url()
    page = browser.get(address)
    assert page.status_code == 200
    assert "Withdraw" not in text(page)
    assert browser.post(f"{address}withdraw/", {"code": "other"}).status_code == 403
    assert browser.post(f"{address}comment/", {"text": "hello"}).status_code == 403


def test_a_deal_is_withdrawn_with_a_reason_and_not_without(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    address = f"{deal.get_absolute_url()}withdraw/"
    refused = sales.post(address, {"code": ""})
    assert refused.status_code == 422
    assert "Choose a reason." in text(refused)
    sales.post(address, {"code": "customer_cancelled"})
    assert only_deal().state == State.WITHDRAWN
    assert "The customer cancelled the project" in text(sales.get(deal.get_absolute_url()))


def test_a_deal_is_won_with_what_the_order_came_to(world: World, sales: Client) -> None:
    deal = world.approved(world.alfa)
    address = f"{deal.get_absolute_url()}win/"
    assert sales.post(address, {"value": "much"}).status_code == 422
    sales.post(address, {"value": "31000"})
    assert (only_deal().state, only_deal().value) == (State.WON, 31000)


def test_a_step_that_is_not_possible_any_more_shows_the_deal_as_it_stands(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    answer = sales.post(f"{deal.get_absolute_url()}win/", {"value": "31000"})
    assert answer.status_code == 409
    assert "this step is not possible now" in text(answer)


def test_a_draft_is_thrown_away_for_good(world: World, sales: Client) -> None:
    deal = world.draft(world.alfa)
    assert sales.post(f"{deal.get_absolute_url()}discard/")["Location"] == LIST
    with as_system():
        assert not DealRegistration.objects.exists()


def asked(world: World, *fields: str) -> DealRegistration:
    deal = world.submitted(world.alfa)
    manager = world.actor("channel_manager")
    with enter(manager):
        return services.ask(deal=deal, fields=list(fields), text="Which site is it?", by=manager, at=timezone.now())


def test_only_what_was_asked_for_is_open(world: World, sales: Client) -> None:
    address = f"{asked(world, 'website').get_absolute_url()}answer/"
    page = text(sales.get(address))
    assert "Which site is it?" in page
    assert 'name="website"' in page
    assert 'name="customer_name"' not in page


def test_an_answer_changes_what_was_asked_and_nothing_else(world: World, sales: Client) -> None:
    address = f"{asked(world, 'website').get_absolute_url()}answer/"
    form = {"website": "contoso.example", "customer_name": "Somebody Else", "text": "The one in Hamburg."}
    sales.post(address, form)
    deal = only_deal()
    assert (deal.state, deal.website) == (State.IN_REVIEW, "contoso.example")
    assert deal.customer_name == "Contoso GmbH"
    with as_system():
        assert Comment.objects.get().text == "The one in Hamburg."


def test_an_answer_that_says_nothing_is_not_handed_in(world: World, sales: Client) -> None:
    address = f"{asked(world, 'website').get_absolute_url()}answer/"
    with as_system():
        same = only_deal().website
    refused = sales.post(address, {"website": same, "text": "  "})
    assert (refused.status_code, "Answer the question: change a field" in text(refused)) == (422, True)
    assert only_deal().state == State.ACTION_REQUIRED
    assert sales.post(address, {"website": same, "text": "It has none."}).status_code == 302
    assert only_deal().state == State.IN_REVIEW


def test_an_answer_to_a_question_that_is_settled_leads_back_to_the_deal(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    assert sales.get(f"{deal.get_absolute_url()}answer/")["Location"] == deal.get_absolute_url()


def test_a_comment_is_read_by_both_sides(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    sales.post(f"{deal.get_absolute_url()}comment/", {"text": "We meet on Monday."})
    assert "We meet on Monday." in text(sales.get(deal.get_absolute_url()))
    assert "We meet on Monday." in text(world.browser("channel_manager").get(deal.console_url))


def test_the_page_refreshes_itself_without_the_frame_around_it(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    part = text(sales.get(deal.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "deal"}))
    assert part.lstrip().startswith('<div id="deal"')
    assert "<html" not in part


def test_internal_notes_never_reach_the_partner(world: World, sales: Client) -> None:
    deal = world.submitted(world.alfa)
    manager = world.actor("channel_manager")
    with enter(manager):
        services.add_note(deal=deal, text="Priced too low before.", by=manager, at=timezone.now())
    assert "Priced too low" not in text(sales.get(deal.get_absolute_url()))


def test_the_board_puts_each_deal_in_its_stage(world: World, sales: Client) -> None:
    world.draft(world.alfa, customer="Draft Ltd")
    world.approved(world.alfa, customer="Protected Ltd")
    page = text(sales.get(BOARD))
    draft, protected = page.index("Draft Ltd"), page.index("Protected Ltd")
    assert page.index(">Draft<") < draft < page.index(">With the vendor<")
    assert page.index(">Protected<") < protected < page.index(">Won<")


def test_amounts_of_different_currencies_are_never_added(world: World, sales: Client) -> None:
    world.approved(world.alfa, customer="Euro Ltd", currency="EUR")
    world.approved(world.alfa, customer="Dollar Ltd", currency="USD")
    page = text(sales.get(PIPELINE))
    assert "€25K" in page
    assert "$25K" in page
    assert not re.search(r"\b50K\b", page)


def test_every_number_of_the_pipeline_opens_a_list_that_understands_it(world: World, sales: Client) -> None:
    world.approved(world.alfa)
    page = sales.get(PIPELINE)
    figures = page.context["figures"]
    addresses = [tile.url for tile in figures.tiles] + [url for chart in figures.charts for url in chart.urls]
    for address in addresses:
        answer = sales.get(address)
        assert answer.status_code == 200
        assert not answer.context["table"].problems, address


def test_the_list_is_found_filtered_and_taken_away(world: World, sales: Client) -> None:
    world.draft(world.alfa, customer="Fabrikam Inc")
    world.submitted(world.alfa, customer="Contoso GmbH")
    assert "Fabrikam" not in text(sales.get(LIST, {"q": "contoso"}))
    assert "Contoso" not in text(sales.get(LIST, {"state": "draft"}))
    assert "Contoso" in text(sales.get(LIST, {"line": str(world.cloud.pk), "state": "submitted"}))
    assert "Fabrikam Inc" in text(sales.get(LIST, {"export": "csv"}))


@pytest.mark.parametrize("address", [LIST, BOARD, PIPELINE])
def test_more_deals_take_no_more_queries(
    world: World, sales: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    for name in MANY:
        world.submitted(world.alfa, customer=name)
    with django_assert_max_num_queries(30):
        assert sales.get(address).status_code == 200


def test_a_deals_page_takes_few_queries(world: World, sales: Client, django_assert_max_num_queries: Any) -> None:
    deal = world.approved(world.alfa)
    with django_assert_max_num_queries(37):  # panels of the features above are in it
        assert sales.get(deal.get_absolute_url()).status_code == 200


def test_an_answer_is_not_refused_for_a_field_that_is_closed(world: World, sales: Client) -> None:
    deal = asked(world, "website")
    with as_system():
        DealRegistration.objects.filter(pk=deal.pk).update(close_date=timezone.localdate() - timedelta(days=1))
    sales.post(f"{deal.get_absolute_url()}answer/", {"website": "contoso.example"})
    assert only_deal().state == State.IN_REVIEW


def test_a_distributor_is_told_whose_deal_it_is(world: World) -> None:
    deal = world.submitted(world.epsilon)
    browser = world.browser("sales", world.delta)
    for address in (LIST, BOARD, deal.get_absolute_url()):
        assert "Epsilon" in text(browser.get(address))


def test_an_amount_may_be_typed_as_people_write_it(world: World, sales: Client) -> None:
    sales.post(REGISTER, typed(world, value="€12.500,50"))
    assert str(only_deal().value) == "12500.50"
