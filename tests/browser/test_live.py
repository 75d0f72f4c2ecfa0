"""Pages change when the data does, also when that happens while a page is on its way."""

from django.db import connection
from django.utils import timezone
from playwright.sync_api import Route, expect

from openprm.deals import services as deals
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.notifications.services import notify
from openprm.news import services as news
from tests.browser.conftest import MARK, Visitors, Worker, assert_nobody_reloaded
from tests.world import NOW, World


def test_what_happens_before_a_page_listens_reaches_it_all_the_same(visit: Visitors, world: World) -> None:
    deal = world.submitted(world.alfa, customer="Contoso Logistics")
    page = visit(world.person("sales", world.alfa))
    held: list[Route] = []
    page.route("**/live/**", lambda route: held.append(route))
    with page.expect_request("**/live/**"):
        page.goto("/portal/deals/")
    row = page.get_by_role("row").filter(has_text="Contoso Logistics")
    expect(row).to_contain_text("Submitted")
    with enter(SYSTEM):
        deals.approve(deal=deal, by=SYSTEM, at=NOW)
    held[0].continue_()
    expect(row).to_contain_text("Protected")


def test_a_bell_that_rings_before_a_page_listens_is_heard_all_the_same(visit: Visitors, world: World) -> None:
    sales = world.person("sales", world.alfa)
    page = visit(sales)
    held: list[Route] = []
    page.route("**/live/**", lambda route: held.append(route))
    with page.expect_request("**/live/**"):
        page.goto("/portal/deals/")
    expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    with as_system():
        notify(kind="automation.message_partner", to=[sales.pk], title="Welcome")
    held[0].continue_()
    expect(page.get_by_role("button", name="Notifications 1 unread")).to_be_visible()


def test_news_appears_on_a_home_page_that_is_open_and_goes_when_it_is_withdrawn(
    visit: Visitors, world: World, worker: Worker
) -> None:
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/")
    card = page.locator("#home-news")
    expect(card).to_contain_text("No news yet")
    page.evaluate(MARK)
    by = world.actor("marketing")
    with enter(by):
        post = news.write(title="Prices from January", text="See the price book.", by=by, at=timezone.now())
        news.publish(post=post, by=by, at=timezone.now())
    expect(card.get_by_role("link", name="Prices from January")).to_be_visible()
    with enter(by):
        news.withdraw(post=post, by=by, at=timezone.now())
    expect(card).to_contain_text("No news yet")
    assert_nobody_reloaded(page)


def test_what_happens_while_the_database_is_away_is_made_up_for(visit: Visitors, world: World) -> None:
    first, second = (world.submitted(world.alfa, customer=name) for name in ("Contoso Logistics", "Fabrikam Optics"))
    page = visit(world.person("sales", world.alfa))
    page.goto("/portal/deals/")
    rows = page.get_by_role("row")
    with enter(SYSTEM):
        deals.approve(deal=first, by=SYSTEM, at=NOW)
    expect(rows.filter(has_text="Contoso Logistics")).to_contain_text("Protected")  # so it hears the database now
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where query ilike 'listen %'")
        assert cursor.fetchall() == [(True,)]
    with enter(SYSTEM):
        deals.approve(deal=second, by=SYSTEM, at=NOW)
    expect(rows.filter(has_text="Fabrikam Optics")).to_contain_text("Protected")


def test_who_goes_back_finds_the_whole_page_after_a_part_of_it_was_refreshed(visit: Visitors, world: World) -> None:
    deal = world.submitted(world.alfa, customer="Contoso Logistics")
    page = visit(world.person("sales", world.alfa))
    page.goto(deal.get_absolute_url())
    with enter(SYSTEM):
        deals.approve(deal=deal, by=SYSTEM, at=NOW)
    expect(page.locator("#deal")).to_contain_text("Protected")  # this part came by itself, from the page's address
    page.goto("/portal/")
    page.go_back()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.locator("#deal")).to_contain_text("Protected")
