"""The pages of activities and extensions, as their people use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from openprm.deals import services as deals
from openprm.deals.lifecycle import State
from openprm.deals.models import DealRegistration, ProtectionWindow
from openprm.extensions import services
from openprm.extensions.models import Activity, ExtensionRequest, ExtensionRule
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.settings_store import StoredSetting
from tests.world import World

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(world: World) -> DealRegistration:
    """A deal whose protection ends in five days."""
    return ending(world)


def ending(world: World, days: int = 5, **details: Any) -> DealRegistration:
    return world.approved(world.alfa, at=timezone.now() - (90 - days) * DAY, **details)


def asked(world: World, deal: DealRegistration) -> ExtensionRequest:
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        return services.ask(deal=deal, days=20, reason="The board meets late.", by=sales, at=timezone.now())


def test_a_partner_logs_an_activity_with_a_file_on_the_deals_page(world: World, deal: DealRegistration) -> None:
    browser, url = world.browser("sales", world.alfa), f"/portal/deals/{deal.pk}/"
    assert b"Nothing is logged yet" in browser.get(url).content
    form = {
        "kind": "meeting", "title": "Workshop in Bremen", "text": "Twelve people.",
        "happened_at": "2026-01-15T10:30", "attachments": SimpleUploadedFile("minutes.txt", b"All agreed."),
    }  # fmt: skip
    assert browser.post(f"{url}activity/", form).status_code == 302
    page = browser.get(url).content.decode()
    assert "Workshop in Bremen" in page
    assert "minutes.txt" in page
    assert "Workshop in Bremen" in world.browser("channel_manager").get(f"/console/deals/{deal.pk}/").content.decode()


def test_what_cannot_be_logged_is_said_beside_its_field(world: World, deal: DealRegistration) -> None:
    browser, url = world.browser("sales", world.alfa), f"/portal/deals/{deal.pk}/activity/"
    answer = browser.post(url, {"kind": "call", "title": "", "happened_at": ""})
    assert answer.status_code == 422
    later = browser.post(url, {"kind": "call", "title": "Soon", "happened_at": "2099-01-01T10:00"})
    assert (later.status_code, b"Give a time that has come already." in later.content) == (422, True)
    for year in ("0001", "1999"):  # the first is no time of a clock west of Greenwich
        long_ago = browser.post(url, {"kind": "call", "title": "Then", "happened_at": f"{year}-01-01T00:00"})
        assert (long_ago.status_code, b"within the last ten years" in long_ago.content) == (422, True)
    evil = {"kind": "call", "title": "x", "attachments": SimpleUploadedFile("a.pdf", b"MZ\x90\x00")}
    refused = browser.post(url, evil)
    assert (refused.status_code, b"but what it holds is something else" in refused.content) == (422, True)
    with as_system():
        assert not Activity.objects.exists()


def test_the_deals_address_is_shown_to_those_who_may_log(world: World, deal: DealRegistration) -> None:
    with as_system():
        StoredSetting.objects.create(key="extensions.mail_domain", value="deals.example")
    url = f"/portal/deals/{deal.pk}/"
    assert b"deal+" in world.browser("sales", world.alfa).get(url).content
    assert b"deal+" not in world.browser("viewer", world.alfa).get(url).content


def test_a_partner_asks_and_reads_what_became_of_it(world: World, deal: DealRegistration) -> None:
    browser, url = world.browser("sales", world.alfa), f"/portal/deals/{deal.pk}/"
    assert b"Ask for an extension" in browser.get(url).content
    assert browser.post(f"{url}extension/", {"days": "99", "reason": "Late."}).status_code == 422
    assert browser.post(f"{url}extension/", {"days": "20", "reason": "The board meets late."}).status_code == 302
    assert b"Your request waits for a decision." in browser.get(url).content
    with as_system():
        request = ExtensionRequest.objects.get()
    assert world.browser("channel_manager").post(f"/console/extensions/{request.pk}/grant/").status_code == 302
    assert b"Granted" in browser.get(url).content


def test_who_asks_while_one_waits_is_told_so(world: World, deal: DealRegistration) -> None:
    asked(world, deal)
    browser = world.browser("sales", world.alfa)
    page = browser.get(f"/portal/deals/{deal.pk}/extension/")
    assert b"An extension is asked for already" in page.content
    answer = browser.post(f"/portal/deals/{deal.pk}/extension/", {"days": "5", "reason": "Late."}, follow=True)
    assert b"An extension is asked for already" in answer.content


def test_a_request_is_taken_back(world: World, deal: DealRegistration) -> None:
    request = asked(world, deal)
    world.browser("sales", world.alfa).post(f"/portal/extensions/{request.pk}/withdraw/")
    with as_system():
        assert ExtensionRequest.objects.get().state == "withdrawn"


def test_the_inbox_shows_the_activities_beside_each_request(world: World, deal: DealRegistration) -> None:
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        for number in range(6):
            services.log(deal=deal, kind="call", title=f"Call number {number}", by=sales, at=timezone.now())
    asked(world, deal)
    page = world.browser("channel_manager").get("/console/extensions/").content.decode()
    assert "The board meets late." in page
    assert page.count("Call number") == 4
    assert "6 entries" in page
    assert "6 activities" not in page  # six calls of one day count once
    assert "1 activity in 30 days" in page


def test_the_inbox_asks_the_database_as_often_for_ten_as_for_two(
    world: World, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for names in (["Adler", "Biber"], ["Dachs", "Elch", "Falke", "Gans", "Hecht", "Igel", "Kranich", "Luchs"]):
        for name in names:
            asked(world, ending(world, customer=f"{name} {name[::-1]} Werke"))
        browser = world.browser("channel_manager")
        browser.get("/console/extensions/")
        with django_assert_max_num_queries(60) as seen:
            browser.get("/console/extensions/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_many_are_decided_at_once_and_it_is_said_what_became_of_each(world: World) -> None:
    requests = [
        asked(world, ending(world, customer=f"{name} Werke")) for name in ("Adlerfels", "Biberbach", "Dachsbau")
    ]
    browser = world.browser("channel_manager")
    with as_system():
        services.decline(request=requests[2], code="other", by=SYSTEM, at=timezone.now())
    answer = browser.post("/console/extensions/grant/", {"ids": [str(one.pk) for one in requests]}, follow=True)
    assert b"2 extensions granted" in answer.content
    assert b"Dachsbau Werke: decided meanwhile" in answer.content


def test_many_are_declined_with_one_reason(world: World, deal: DealRegistration) -> None:
    request, browser = asked(world, deal), world.browser("channel_manager")
    assert browser.post("/console/extensions/decline/", {"ids": [str(request.pk)]}).status_code == 422
    nothing = browser.post("/console/extensions/decline/", {"ids": [], "code": "no_progress"}, follow=True)
    assert "Nothing is decided. Choose at least one request first." in nothing.content.decode()
    assert "Choose at least one request" in browser.post("/console/extensions/grant/", follow=True).content.decode()
    browser.post("/console/extensions/decline/", {"ids": [str(request.pk)], "code": "no_progress"})
    with as_system():
        assert ExtensionRequest.objects.get().code == "no_progress"


def test_the_inbox_leads_to_no_other_server(world: World, deal: DealRegistration) -> None:
    request, browser = asked(world, deal), world.browser("channel_manager")
    answer = browser.post(f"/console/extensions/{request.pk}/grant/", {"next": "https://evil.example/"})
    assert answer["Location"] == f"/console/deals/{deal.pk}/"


def test_a_manager_extends_without_a_request(world: World, deal: DealRegistration) -> None:
    world.browser("channel_manager").post(f"/console/deals/{deal.pk}/extend/", {"days": "10", "text": ""})
    with as_system():
        assert DealRegistration.objects.get().protected_until == deal.protected_until + 10 * DAY  # type: ignore[operator]


def test_every_number_of_the_expiring_board_opens_its_list(world: World) -> None:
    for number, days in enumerate((2, 9, 16, 40, 70, 89)):
        ending(world, days, customer=f"{'ABCDEF'[number] * 8} Werke")
    browser = world.browser("channel_manager")
    response = browser.get("/console/expiring/?days=90")
    board = response.context["board"]
    assert board.total.count == 6
    for span in (*board.weeks, board.total):
        for url in (span.url, *(amount.url for amount in span.sums)):
            table = browser.get(url).context["table"]
            assert table.total == span.count, url


def test_the_board_is_narrowed_by_partner_and_manager(world: World) -> None:
    ending(world)
    world.approved(world.beta, at=timezone.now() - 80 * DAY, customer="Biberbach Werke")
    browser, manager = world.browser("channel_manager"), world.person("channel_manager")
    for query, count in (("", 2), (f"&partner={world.beta.pk}", 1), (f"&manager={manager.pk}", 1), ("&partner=x", 2)):
        board = browser.get(f"/console/expiring/?days=30{query}").context["board"]
        assert board.total.count == count, query
        assert browser.get(board.total.url).context["table"].total == count


def test_an_administrator_edits_windows_and_rules(world: World) -> None:
    browser = world.browser("admin")
    url = "/console/protection-rules/"
    assert browser.post(f"{url}windows/new/", {"tier": "gold", "product_line": "", "days": "120"}).status_code == 302
    again = browser.post(f"{url}windows/new/", {"tier": "gold", "product_line": "", "days": "100"})
    assert (again.status_code, b"There is a window" in again.content) == (422, True)
    form = {
        "name": "Gold", "enabled": "on", "position": "1", "allowed": "unlimited", "most_days": "45",
        "grant_from": "3", "grant_days": "30", "kinds": ["call"], "quiet_days": "20", "audience": '{"all": []}',
    }  # fmt: skip
    assert browser.post(f"{url}extensions/new/", form).status_code == 302
    page = browser.get(url).content.decode()
    assert "Granted at once from 3 activities (call) in the last 30 days, each logged within 3 days." in page
    with as_system():
        window, rule = ProtectionWindow.objects.get(), ExtensionRule.objects.get()
    assert browser.post(f"{url}windows/{window.pk}/", {"tier": "", "product_line": "", "days": "5"}).status_code == 422
    assert browser.post(f"{url}extensions/{rule.pk}/", {**form, "most_days": "0"}).status_code == 422
    browser.post(f"{url}windows/{window.pk}/remove/")
    browser.post(f"{url}extensions/{rule.pk}/remove/")
    with as_system():
        assert not ProtectionWindow.objects.exists()
        assert not ExtensionRule.objects.exists()


def test_home_tells_a_partner_what_ends_soon(world: World, deal: DealRegistration) -> None:
    browser = world.browser("sales", world.alfa)
    assert b"Ask for more time" in browser.get("/portal/").content
    asked(world, deal)
    assert b"Extension asked for" in browser.get("/portal/").content


def test_a_revived_deal_is_approved_again(world: World) -> None:
    deal = ending(world, days=-3)
    with as_system():
        deals.expire_due(at=timezone.now())
        deal.refresh_from_db()
    browser = world.browser("sales", world.alfa)
    assert b"Protection has ended." in browser.get(f"/portal/deals/{deal.pk}/").content
    request = asked(world, deal)
    world.browser("channel_manager").post(f"/console/extensions/{request.pk}/grant/")
    with as_system():
        assert DealRegistration.objects.get().state == State.APPROVED
