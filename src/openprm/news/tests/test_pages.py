"""The pages of news, as the vendor's and the partners' people use them."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openprm.kernel.access import as_system
from openprm.kernel.jobs import work_off
from openprm.news.models import Post, Reading
from openprm.news.rules import State
from openprm.news.tests.making import ALFA_ONLY, live, told, written
from tests.world import World

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def shown(world: World, **given: Any) -> Post:
    return live(world, timezone.now(), **given)


def form(**given: Any) -> dict[str, Any]:
    return {"title": "New prices", "text": "From January.", "audience": json.dumps(ALFA_ONLY), **given}


def test_marketing_writes_a_post_publishes_it_and_a_partner_reads_and_confirms_it(world: World) -> None:
    vendor, partner = world.browser("marketing"), world.browser("sales", world.alfa)
    answer = vendor.post("/console/news/new/", form(to_confirm="on", pinned="on"))
    with as_system():
        post = Post.objects.get()
    assert answer["Location"] == f"/console/news/{post.pk}/"
    assert "1 partner" in text(vendor.get(answer["Location"]))
    assert "New prices" not in text(partner.get("/portal/news/"))
    assert vendor.post(f"/console/news/{post.pk}/publish/", form(to_confirm="on", on="")).status_code == 302
    with as_system():
        work_off()
        assert told() == 1
    home = text(partner.get("/portal/"))
    assert all(words in home for words in ("New prices", "Please confirm", "1 post you have not read"))
    page = text(partner.get(f"/portal/news/{post.pk}/"))
    assert "I have read this" in page
    partner.post(f"/portal/news/{post.pk}/confirm/", {"version": "1"})
    assert "The post was changed in the meantime." in text(partner.get(f"/portal/news/{post.pk}/"))
    with as_system():
        version = Post.objects.get().version
    assert partner.post(f"/portal/news/{post.pk}/confirm/", {"version": version}).status_code == 302
    page = text(partner.get(f"/portal/news/{post.pk}/"))
    assert "You have confirmed this" in page
    assert "I have read this" not in page
    readers = text(vendor.get(f"/console/news/{post.pk}/readers/people/?state=confirmed"))
    assert "alfa.sales" in readers
    assert "Alfa" in text(vendor.get(f"/console/news/{post.pk}/readers/?state=confirmed"))
    assert "Alfa" not in re.sub("<title>.*", "", text(vendor.get(f"/console/news/{post.pk}/readers/?state=unread")))


def test_a_competitor_gets_not_found_for_a_post_and_sees_no_trace_of_it(world: World) -> None:
    post, rival = shown(world), world.browser("admin", world.beta)
    assert rival.get(f"/portal/news/{post.pk}/").status_code == 404
    assert rival.post(f"/portal/news/{post.pk}/confirm/").status_code == 404
    for address in ("/portal/", "/portal/news/", "/portal/news/?show=unread"):
        assert "New prices" not in text(rival.get(address))


def test_unread_posts_are_marked_until_they_are_opened(world: World) -> None:
    post, partner = shown(world), world.browser("viewer", world.alfa)
    assert "is-unread" in text(partner.get("/portal/news/"))
    partner.get(f"/portal/news/{post.pk}/")
    page = text(partner.get("/portal/news/"))
    assert ("New prices" in page, "is-unread" in page) == (True, False)
    assert "You have read everything" in text(partner.get("/portal/news/?show=unread"))


def test_the_vendors_person_who_views_as_the_partner_leaves_no_mark(world: World) -> None:
    post, browser = shown(world, to_confirm=True), world.browser("admin")
    assert browser.post(f"/account/view-as/{world.alfa.pk}/").status_code == 302
    page = text(browser.get(f"/portal/news/{post.pk}/"))
    assert "New prices" in page
    assert "I have read this" not in page
    with as_system():
        assert not Reading.objects.exists()


def test_the_page_of_news_goes_on_page_by_page(world: World) -> None:
    with as_system():
        for number in range(17):
            Post.objects.create(
                title=f"Post {number:02}", text="x", starts_at=timezone.now() - number * HOUR, audience=ALFA_ONLY
            )
    partner = world.browser("sales", world.alfa)
    first, second = text(partner.get("/portal/news/")), text(partner.get("/portal/news/?page=2"))
    assert ("Post 00" in first, "Post 16" in first) == (True, False)
    assert ("Post 00" in second, "Post 16" in second) == (False, True)
    assert partner.get("/portal/news/?page=none").status_code == 200


def test_what_partners_write_of_html_is_shown_as_it_is(world: World) -> None:
    post = shown(world, text="<script>alert(1)</script>\n\nSee https://halden.example/x.")
    page = text(world.browser("sales", world.alfa).get(f"/portal/news/{post.pk}/"))
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="https://halden.example/x"' in page


def test_mistakes_stand_beside_their_fields_and_nothing_is_kept(world: World) -> None:
    vendor = world.browser("marketing")
    answer = vendor.post("/console/news/new/", form(title="", until="2001-01-01"))
    assert (answer.status_code, "id_title_error" in text(answer) or "field-error" in text(answer)) == (422, True)
    broken = vendor.post("/console/news/new/", form(audience="{"))
    assert broken.status_code == 422
    assert "From January." in text(broken)
    with as_system():
        assert not Post.objects.exists()
    post = written(world, timezone.now())
    early = vendor.post(f"/console/news/{post.pk}/publish/", form(on="2001-01-01T10:00"))
    assert (early.status_code, "Give a time to come" in text(early)) == (422, True)
    odd = vendor.post(f"/console/news/{post.pk}/publish/", form(on="soon"))
    assert odd.status_code == 422


def test_a_post_is_scheduled_withdrawn_published_ended_and_made_a_draft_again(world: World) -> None:
    vendor, post = world.browser("channel_manager"), written(world, timezone.now())
    url = f"/console/news/{post.pk}/"

    def stands() -> State:
        with as_system():
            return Post.objects.get().state

    vendor.post(f"{url}publish/", form(on="2999-01-01T10:00"))
    assert (stands(), "It goes live by itself" in text(vendor.get(url))) == (State.SCHEDULED, True)
    assert vendor.post(f"{url}publish/", form(on="")).status_code == 422
    assert stands() == State.SCHEDULED
    vendor.post(f"{url}withdraw/")
    assert (stands(), "Discard…" in text(vendor.get(url))) == (State.DRAFT, True)
    vendor.post(f"{url}publish/", form(on=""))
    assert (stands(), "Withdraw…" in text(vendor.get(url))) == (State.LIVE, True)
    assert vendor.post(url, form(title="Better title")).status_code == 302
    vendor.post(f"{url}withdraw/")
    assert (stands(), "Make it a draft again" in text(vendor.get(url))) == (State.ENDED, True)
    refused = vendor.post(url, form(title="Too late"))
    assert (refused.status_code, "This post has ended." in text(refused)) == (422, True)
    vendor.post(f"{url}reopen/")
    assert vendor.post(f"{url}discard/").status_code == 302
    with as_system():
        assert not Post.objects.exists()


def test_what_stands_in_the_editor_is_published_and_nothing_of_it_where_something_is_wrong(world: World) -> None:
    vendor, post = world.browser("marketing"), written(world, timezone.now())
    wrong = vendor.post(f"/console/news/{post.pk}/publish/", form(title="Better title", on="2001-01-01T10:00"))
    assert (wrong.status_code, "Better title" in text(wrong)) == (422, True)
    with as_system():
        assert (Post.objects.get().title, Post.objects.get().state) == ("New prices", State.DRAFT)
    vendor.post(f"/console/news/{post.pk}/publish/", form(title="Better title", on=""))
    with as_system():
        assert (Post.objects.get().title, Post.objects.get().state) == ("Better title", State.LIVE)


def test_the_list_is_narrowed_by_state_and_searched(world: World) -> None:
    shown(world, title="Live one")
    written(world, timezone.now(), title="Draft one")
    vendor = world.browser("enablement")
    page = text(vendor.get("/console/news/?state=live"))
    assert ("Live one" in page, "Draft one" in page) == (True, False)
    both = text(vendor.get("/console/news/?state=live&state=draft"))
    assert ("Live one" in both, "Draft one" in both) == (True, True)
    assert "Draft one" in text(vendor.get("/console/news/?q=draft"))
    assert "Live one" in vendor.get("/console/news/?export=csv").content.decode()


def test_what_is_typed_is_previewed_and_not_kept(world: World) -> None:
    answer = world.browser("marketing").post("/console/news/preview/", form(title="Half a ti", to_confirm="on"))
    assert all(words in text(answer) for words in ("Half a ti", "From January.", "I have read this"))
    with as_system():
        assert not Post.objects.exists()


def test_who_only_reads_in_the_console_is_offered_no_change(world: World) -> None:
    post = shown(world)
    with as_system():
        role = world.person("analyst").roles.get()
        role.grants = {**role.grants, "news.view": "all"}
        role.save()
    browser = world.browser("analyst")
    page = text(browser.get(f"/console/news/{post.pk}/"))
    assert ("New prices" in page, "Withdraw…" in page, 'id="news-form"' in page) == (True, False, False)
    assert browser.post(f"/console/news/{post.pk}/", form()).status_code == 403
