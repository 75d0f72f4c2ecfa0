"""Rules of engagement at work: drafts, versions, what they do to a verdict, and the preview."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from openprm.customers import services as customers
from openprm.customers.models import Account
from openprm.customers.tests.test_api import Program
from openprm.deals import conflicts, previewing, services
from openprm.deals.models import RulesPreview
from openprm.deals.rules import Claim, Level, Likeness
from openprm.deals.services import previews
from openprm.engagement import plain, versions
from openprm.engagement import services as engagement
from openprm.engagement.defaults import SHIPPED
from openprm.engagement.models import Draft, RuleSet
from openprm.engagement.rules import Kind, Rule
from openprm.kernel import drafts, jobs
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Stale
from openprm.kernel.events.models import Event
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

TERRITORY = Rule(
    "territory",
    Kind.COUNTRY,
    Level.POSSIBLE,
    countries=("FR",),
    audience={"field": "partner.country", "op": "in", "value": ["FR"]},
    outside=True,
)


def publish(world: World, *rules: Rule, note: str = "Trying") -> RuleSet:
    admin = world.actor("admin")
    with enter(admin):
        engagement.edit(rules=rules, by=admin, at=NOW)
        return engagement.publish(note=note, by=admin, at=NOW)


def check(world: World, company: Any, **details: Any) -> Any:
    sales = world.actor("sales", company)
    content = world.content(**details)
    with enter(sales):
        return services.check(content=content, by=sales, at=NOW)


def test_version_1_is_there_and_says_what_openprm_ships() -> None:
    with as_system():
        assert versions.version(versions.newest().pk).rules == SHIPPED


@pytest.mark.parametrize("act", ["update engagement_ruleset set note = 'x'", "delete from engagement_ruleset"])
def test_a_version_cannot_be_changed_whatever_the_code_tries(act: str) -> None:
    with as_system(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(act)


def test_a_draft_changes_nothing_until_it_is_published(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        engagement.put(rule=TERRITORY, by=admin, at=NOW)
    assert check(world, world.alfa, country="FR").level is Level.CLEAR
    with enter(admin):
        new = engagement.publish(note="France is for partners of France", by=admin, at=NOW)
        assert (new.number, Draft.objects.count()) == (2, 0)
    assert check(world, world.alfa, country="FR").level is Level.POSSIBLE
    assert check(world, world.alfa, country="DE").level is Level.CLEAR


def test_a_territory_is_open_to_the_partners_of_its_audience(world: World) -> None:
    publish(world, *SHIPPED, TERRITORY)
    with as_system():
        type(world.beta).objects.filter(pk=world.beta.pk).update(country="FR")
    assert check(world, world.alfa, country="FR").level is Level.POSSIBLE
    assert check(world, world.beta, country="FR").level is Level.CLEAR


def test_verdict_and_version_stay_with_the_deal_in_the_words_of_then(world: World) -> None:
    named = replace(SHIPPED[7], told="Please talk to us first")
    publish(world, named)
    world.account("Contoso GmbH", country="DE", named=True)
    deal = world.submitted(world.alfa)
    publish(world, replace(named, told="Something else", verdict=Level.BLOCKED))
    with as_system():
        deal.refresh_from_db()
    page = world.browser("sales", world.alfa).get(deal.get_absolute_url()).content.decode()
    assert "Please talk to us first" in page
    assert "By version 2 of the rules" in page
    assert deal.verdict == "possible"
    with as_system():
        said = Event.objects.get(name="deal.submitted", subject_id=deal.pk).payload
    assert (said["rules_version"], said["reasons"]) == (2, ["named_account"])


def test_the_vendors_words_are_for_the_vendor_alone(world: World) -> None:
    publish(world, replace(SHIPPED[7], told_vendor="Ask Maren before you grant it"))
    world.account("Contoso GmbH", country="DE", named=True)
    deal = world.submitted(world.alfa)
    assert b"Ask Maren" in world.browser("admin").get(deal.console_url).content
    assert b"Ask Maren" not in world.browser("sales", world.alfa).get(deal.get_absolute_url()).content


def test_a_held_account_is_blocked_until_it_is_released(world: World) -> None:
    account = world.account("Contoso GmbH", country="DE")
    legal = world.actor("legal")
    with enter(legal):
        engagement.hold(account=account, why="Under examination", by=legal, at=NOW)
    assert check(world, world.alfa).level is Level.BLOCKED
    with enter(legal):
        engagement.release(account=account, by=legal, at=NOW)
    assert check(world, world.alfa).level is Level.CLEAR


def test_a_customer_may_be_judged_by_the_lines_it_bought(world: World) -> None:
    publish(world, Rule("customer", Kind.CUSTOMER, Level.BLOCKED))
    account = world.account("Contoso GmbH", country="DE", is_customer=True)
    with as_system():
        customers.create_opportunity(
            account=account, name="Old", is_open=False, is_won=True, product_lines=[world.edge], by=SYSTEM, at=NOW
        )
    assert check(world, world.alfa).level is Level.CLEAR
    assert check(world, world.alfa, product_lines=frozenset({world.edge.pk})).level is Level.BLOCKED


def test_only_who_manages_rules_changes_them(world: World) -> None:
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Forbidden):
        engagement.put(rule=TERRITORY, by=manager, at=NOW)


def test_two_who_edit_the_same_draft_do_not_overwrite_each_other(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        engagement.edit(rules=SHIPPED, by=admin, at=NOW)
        seen = drafts.stamp(Draft.objects.get())
        engagement.edit(rules=SHIPPED[1:], by=admin, at=NOW, seen=seen)
        with pytest.raises(Stale):
            engagement.edit(rules=SHIPPED[2:], by=admin, at=NOW, seen=seen)


def test_a_draft_that_changes_nothing_is_not_published(world: World) -> None:
    with pytest.raises(engagement.NothingChanged):
        publish(world, *SHIPPED)


def test_a_rule_with_a_placeholder_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        publish(world, replace(SHIPPED[0], told="Taken by {partner}"))


def test_a_verdict_asks_one_small_query_for_the_rules(world: World) -> None:
    publish(world, *SHIPPED, TERRITORY)
    with as_system():
        versions.in_force(world.alfa.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            versions.in_force(world.alfa.pk)
        assert len(asked) == 1
        account = customers.create_account(name="Contoso", by=SYSTEM, at=NOW)
        claim = Claim(world.alfa.pk, frozenset({world.cloud.pk}))
        with CaptureQueriesContext(connection) as asked:
            conflicts.weigh({account.pk: Likeness.SAME}, claim=claim, at=NOW)
        assert len(asked) == 5  # rules, the family setting, deals, opportunities, accounts


def test_the_preview_tells_which_registrations_would_move(world: World) -> None:
    deal = world.submitted(world.alfa, customer="Fabrikam SARL", country="FR")
    world.submitted(world.beta, customer="Contoso GmbH")
    with enter(world.actor("admin")):
        found = previewing.preview(
            old=SHIPPED, new=(*SHIPPED, TERRITORY), since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)
        )
    assert found.judged == 2
    assert found.moves == {(Level.CLEAR, Level.POSSIBLE): 1, (Level.CLEAR, Level.CLEAR): 1}
    assert list(found.moved) == [deal.pk]


def test_the_preview_knows_which_registration_stood_there_first(world: World) -> None:
    world.approved(world.alfa)
    second = world.submitted(world.beta, at=NOW + timedelta(hours=1), evidence="The customer asked us in writing.")
    mild = tuple(replace(rule, enabled=rule.kind is not Kind.PROTECTED) for rule in SHIPPED)
    with enter(world.actor("admin")):
        found = previewing.preview(old=SHIPPED, new=mild, since=NOW, until=NOW + timedelta(days=1))
    assert found.moved == {second.pk: (Level.BLOCKED, Level.CLEAR)}


def test_a_loss_of_an_unknown_day_is_not_recent_whatever_is_written_later(world: World) -> None:
    admin, into, twin = world.actor("admin"), world.account("Contoso Nord GmbH"), world.account("Zanzibar Holdings")
    lately = Rule("lost_lately", Kind.LOST, Level.BLOCKED, most_days=180, told="Lost.", advice="-", told_vendor="-")
    world.cloud  # noqa: B018 - the product line is made
    with enter(admin):
        engagement.edit(rules=[*SHIPPED, lately], by=admin, at=NOW)
        engagement.publish(note="Losses count.", by=admin, at=NOW)
        lost = customers.create_opportunity(
            account=twin, name="Old", is_open=False, product_lines=["cloud"], by=admin, at=NOW - timedelta(days=900)
        )
        customers.merge_accounts(account=twin, into=into, by=admin, at=NOW)
    sales = world.actor("sales", world.alfa)

    def told(after: int) -> Level:
        with enter(sales):
            found = services.check(content=world.content("Contoso Nord GmbH"), by=sales, at=NOW + timedelta(days=after))
            return found.level if found else Level.CLEAR

    assert told(after=1) is Level.CLEAR
    with enter(admin):
        lost.refresh_from_db()
        customers.edit_opportunity(opportunity=lost, close_date=NOW.date(), by=admin, at=NOW + timedelta(days=2))
    assert (told(after=3), told(after=181)) == (Level.BLOCKED, Level.CLEAR)


def test_the_preview_takes_at_its_word_what_the_partner_was_told(world: World) -> None:
    """The opportunity came to light by another account, and is closed by now; the partner was told of it."""
    account = world.account("Contoso Holding GmbH")
    with as_system():
        row = customers.create_opportunity(account=account, name="Direct", by=SYSTEM, at=NOW + timedelta(days=300))
        deal = world.account("Contoso Nord GmbH")
        customers.decide(account=deal, verdict="same", other=account, by=SYSTEM, at=NOW)
    told = world.submitted(world.alfa, customer="Contoso Nord GmbH", evidence="The customer asked us in writing.")
    assert told.verdict == "blocked"
    with as_system():
        customers.edit_opportunity(opportunity=row, is_open=False, by=SYSTEM, at=NOW + timedelta(days=301))
    mild = tuple(replace(rule, verdict=Level.POSSIBLE) if rule.kind is Kind.DIRECT else rule for rule in SHIPPED)
    with enter(world.actor("admin")):
        found = previewing.preview(old=SHIPPED, new=mild, since=NOW, until=NOW + timedelta(days=1))
    assert found.moved == {told.pk: (Level.BLOCKED, Level.POSSIBLE)}


def test_what_was_not_told_did_not_stand_there(world: World) -> None:
    deal = world.submitted(world.alfa, customer="Contoso Nord GmbH")
    with as_system():
        account = Account.objects.get(pk=deal.account_id)
        customers.edit_account(account=account, named=True, by=SYSTEM, at=NOW + timedelta(days=9))
    strict = tuple(replace(rule, verdict=Level.BLOCKED) if rule.kind is Kind.NAMED else rule for rule in SHIPPED)
    with enter(world.actor("admin")):
        found = previewing.preview(old=SHIPPED, new=strict, since=NOW, until=NOW + timedelta(days=1))
    assert found.moves == {(Level.CLEAR, Level.CLEAR): 1}


def test_a_long_preview_is_a_job_whose_result_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "AT_ONCE", 1)
    monkeypatch.setattr(previews, "BATCH", 2)
    deals = [
        world.submitted(world.alfa, customer=f"{name} SARL", country="FR") for name in ("Adatum", "Fabrikam", "Litware")
    ]
    admin = world.actor("admin")
    with enter(admin):
        made = services.preview(rules=(*SHIPPED, TERRITORY), since=NOW.date(), until=NOW.date(), by=admin, at=NOW)
    assert (made.state, made.total, made.done) == ("waiting", 3, 0)
    with as_system():
        assert jobs.work_off() >= 1
        made.refresh_from_db()
        rows = set(made.rows.values_list("deal_id", "before", "after"))
    assert (made.state, made.done, made.moves) == ("finished", 3, [["clear", "possible", 3]])
    assert rows == {(deal.pk, "clear", "possible") for deal in deals}


def test_only_a_few_previews_are_kept(world: World) -> None:
    admin = world.actor("admin")
    with enter(admin):
        for _number in range(previews.KEPT + 2):
            services.preview(rules=SHIPPED, since=NOW.date(), until=NOW.date(), by=admin, at=NOW)
    with as_system():
        assert RulesPreview.objects.count() == previews.KEPT


def test_programs_preview_too(world: World) -> None:
    deal = world.submitted(world.alfa, customer="Fabrikam SARL", country="FR")
    program = Program(world, "admin")
    rules = [*plain.dump_all(SHIPPED), plain.dump(TERRITORY)]
    body = {"rules": rules, "since": str(NOW.date()), "until": str(NOW.date())}
    made = program("POST", "/rules-of-engagement/previews", body)
    assert made.status_code == 201, made.content
    one = program("GET", f"/rules-of-engagement/previews/{made.json()['id']}").json()
    assert (one["state"], one["moves"]) == ("finished", [{"before": "clear", "after": "possible", "count": 1}])
    moved = program("GET", f"/rules-of-engagement/previews/{one['id']}/moved").json()["items"]
    assert [(row["deal_id"], row["after"]) for row in moved] == [(str(deal.pk), "possible")]


@pytest.mark.parametrize("many", [1, 6])
def test_the_preview_asks_as_much_for_many_deals_as_for_one(world: World, many: int) -> None:
    for number in range(many):
        world.submitted(world.alfa, customer=f"Customer {'ABCDEF'[number] * 6} GmbH")
    with as_system(), CaptureQueriesContext(connection) as asked:
        previewing.preview(old=SHIPPED, new=SHIPPED, since=NOW, until=NOW + timedelta(days=1))
    assert len(asked) <= 10


def test_an_administrator_edits_previews_and_publishes_on_pages(world: World) -> None:
    admin = world.browser("admin")
    world.submitted(world.alfa, customer="Fabrikam SARL", country="FR")
    form = {"verdict": "possible", "countries": ["FR"], "told": "France is served from Paris", "enabled": "on"}
    assert admin.get("/console/rules-of-engagement/new/country/").status_code == 200
    assert admin.post("/console/rules-of-engagement/new/country/", form).status_code == 302
    page = admin.get("/console/rules-of-engagement/").content.decode()
    assert "France is served from Paris" in page
    assert "Added: Customer in FR: a possible conflict." in page
    asked = admin.post("/console/rules-of-engagement/preview/", {"since": "2026-11-01", "until": "2026-11-30"})
    assert "Fabrikam SARL" in admin.get(asked["Location"]).content.decode()
    assert "1 of 1" in admin.get("/console/rules-of-engagement/preview/").content.decode()
    assert admin.post("/console/rules-of-engagement/publish/", {"note": "Paris"}).status_code == 302
    assert "Paris" in admin.get("/console/rules-of-engagement/versions/").content.decode()
    assert check(world, world.alfa, country="FR").level is Level.POSSIBLE
    assert "These rules are in force" in admin.get(asked["Location"]).content.decode()
    publish(world, *SHIPPED)
    after = admin.get(asked["Location"]).content.decode()
    assert "There is no draft any more" in after
    assert "The draft has changed since" not in after


def test_of_two_who_change_the_rules_at_once_the_later_is_told_and_loses_no_words(world: World) -> None:
    first, second = world.browser("admin"), world.browser("admin")
    first.post("/console/rules-of-engagement/new/country/", {"verdict": "possible", "countries": ["FR"], "told": "A"})
    with as_system():
        key = Draft.objects.get().rules[-1]["key"]
    rules, rule = "/console/rules-of-engagement/", f"/console/rules-of-engagement/rules/{key}/"
    seen = [hidden(browser.get(rule), "seen") for browser in (first, second)]
    draft = hidden(second.get(rules), "draft")
    form = {"verdict": "possible", "countries": ["FR"]}
    assert first.post(rule, {**form, "told": "First words", "seen": seen[0]}).status_code == 302
    refused = second.post(rule, {**form, "told": "Second words", "seen": seen[1]})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Somebody else changed this rule" in page
    assert "Second words" in page
    assert second.post(rule, {**form, "told": "Second words", "seen": hidden(refused, "seen")}).status_code == 422
    assert second.post(f"{rules}publish/", {"note": "", "draft": draft}).status_code == 412
    page = second.get(rules).content.decode()
    assert "First words" in page
    assert second.post(f"{rules}publish/", {"note": "", "draft": hidden(second.get(rules), "draft")}).status_code == 302


def hidden(page: Any, name: str) -> str:
    """Return what a page's form holds on to."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', page.content.decode())
    assert found
    return found[1]


def test_without_a_draft_there_is_nothing_to_preview(world: World) -> None:
    admin = world.browser("admin")
    address, days = "/console/rules-of-engagement/preview/", {"since": "2026-01-01", "until": "2026-12-31"}
    assert b"Judge them by the draft" not in admin.get(address).content
    refused = admin.post(address, days)
    assert (refused.status_code, b"There is no draft to judge by" in refused.content) == (422, True)
    with as_system():
        assert not RulesPreview.objects.exists()


def test_a_preview_reaches_to_the_end_of_the_calendar(world: World) -> None:
    world.submitted(world.alfa)
    admin, program = world.actor("admin"), Program(world, "admin")
    body = {"rules": plain.dump_all(SHIPPED), "since": "0001-01-01", "until": "9999-12-31"}
    assert program("POST", "/rules-of-engagement/previews", body).json()["total"] == 1
    with enter(admin):
        engagement.edit(rules=(*SHIPPED, TERRITORY), by=admin, at=NOW)
    asked = world.browser("admin").post(
        "/console/rules-of-engagement/preview/", {"since": "0001-01-01", "until": "9999-12-31"}
    )
    assert asked.status_code == 302
