"""News for programs: what the pages do, by the same services."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.kernel.access import as_system
from openprm.news.tests.making import ALFA_ONLY, live
from openprm.partners.models import Partner
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def program(world: World, role: str, company: Partner | None = None) -> Client:
    actor = world.actor(role, company)
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(actor.grants), expires_at=None, by=actor, at=NOW)[1]
    return Client(headers={"Authorization": f"Bearer {secret}"})


def send(client: Client, path: str, body: dict[str, Any] | None = None, method: str = "post", **headers: str) -> Any:
    sender = getattr(client, method)
    return sender(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)


def test_a_program_writes_changes_publishes_and_withdraws(world: World) -> None:
    vendor, partner = program(world, "marketing"), program(world, "sales", world.alfa)
    made = send(vendor, "/news-posts", {"title": "New prices", "text": "From January.", "audience": ALFA_ONLY})
    assert (made.status_code, made.json()["state"], made["ETag"]) == (201, "draft", '"1"')
    path = f"/news-posts/{made.json()['id']}"
    assert send(vendor, path, {"title": "x"}, "patch").status_code == 428
    changed = send(vendor, path, {"title": "Newer prices", "until": "2999-12-31"}, "patch", **{"If-Match": '"1"'})
    assert (changed.json()["title"], changed.json()["text"], changed.json()["last_day"]) == (
        "Newer prices", "From January.", "2999-12-31",
    )  # fmt: skip
    scheduled = send(vendor, f"{path}/publish", {"on": "2999-01-01T10:00:00Z"})
    assert scheduled.json()["state"] == "scheduled"
    assert partner.get("/api/v1/news").json()["items"] == []
    assert send(vendor, f"{path}/publish").json()["state"] == "live"
    assert send(vendor, f"{path}/publish").status_code == 409
    assert [one["title"] for one in partner.get("/api/v1/news").json()["items"]] == ["Newer prices"]
    assert vendor.get(f"/api/v1{path}/reach").json() == {
        "partners": 1, "people": 1, "told": 0, "told_or_read": 0, "read": 0, "confirmed": 0,
    }  # fmt: skip
    assert send(vendor, f"{path}/withdraw").json()["state"] == "ended"
    reopened = send(vendor, f"{path}/reopen")
    assert reopened.json()["state"] == "draft"
    assert send(vendor, path, method="delete", **{"If-Match": reopened["ETag"]}).status_code == 204
    assert vendor.get("/api/v1/news-posts").json()["items"] == []


def test_a_partners_program_reads_and_confirms(world: World) -> None:
    post = live(world, timezone.now(), to_confirm=True)
    partner, vendor = program(world, "sales", world.alfa), program(world, "marketing")
    assert len(partner.get("/api/v1/news?unread=true").json()["items"]) == 1
    one = partner.get(f"/api/v1/news/{post.pk}").json()
    assert (one["read_at"], one["to_confirm"]) == (None, True)
    assert send(partner, f"/news/{post.pk}/read").json()["read_at"]
    assert send(partner, f"/news/{post.pk}/confirm", {"version": one["version"] + 1}).status_code == 412
    assert send(partner, f"/news/{post.pk}/confirm", {"version": one["version"]}).json()["confirmed_at"]
    assert partner.get("/api/v1/news?unread=true").json()["items"] == []
    people = vendor.get(f"/api/v1/news-posts/{post.pk}/people").json()["items"]
    assert [(row["person_name"], row["partner_name"], bool(row["confirmed_at"])) for row in people] == [
        ("alfa.sales", "Alfa", True)
    ]
    partners = vendor.get(f"/api/v1/news-posts/{post.pk}/partners").json()["items"]
    assert [(row["name"], row["read"], row["confirmed"]) for row in partners] == [("Alfa", 1, 1)]


def test_a_competitors_program_finds_nothing(world: World) -> None:
    post, rival = live(world, timezone.now(), to_confirm=True), program(world, "admin", world.beta)
    assert rival.get("/api/v1/news").json()["items"] == []
    assert rival.get(f"/api/v1/news/{post.pk}").status_code == 404
    assert send(rival, f"/news/{post.pk}/confirm").status_code == 404
    assert rival.get("/api/v1/news-posts").json()["items"] == []


def test_the_list_goes_on_behind_pinned_posts(world: World) -> None:
    for number in range(3):
        live(world, timezone.now(), title=f"Post {number}", pinned=number == 0)
    partner, seen, cursor = program(world, "sales", world.alfa), [], ""
    while True:
        page = partner.get("/api/v1/news", {"limit": 1, "cursor": cursor}).json()
        seen += [one["title"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == ["Post 0", "Post 2", "Post 1"]


def test_posts_are_listed_by_state_and_mistakes_named(world: World) -> None:
    live(world, timezone.now())
    vendor = program(world, "marketing")
    assert len(vendor.get("/api/v1/news-posts?state=live").json()["items"]) == 1
    assert vendor.get("/api/v1/news-posts?state=draft").json()["items"] == []
    wrong = send(vendor, "/news-posts", {"title": " ", "text": "x", "audience": {"field": "partner.shoe"}})
    assert wrong.status_code == 422
    assert {"title", "audience"} <= set(str(wrong.json()).replace("'", " ").split())


def test_a_time_without_its_offset_is_refused_in_words(world: World) -> None:
    vendor = program(world, "admin")
    made = send(vendor, "/news-posts", {"title": "Prices", "text": "New ones."}).json()
    refused = send(vendor, f"/news-posts/{made['id']}/publish", {"on": "2999-01-01T10:00:00"})
    assert refused.status_code == 422


def test_the_last_day_of_all_is_no_last_day(world: World) -> None:
    vendor = program(world, "admin")
    made = send(vendor, "/news-posts", {"title": "Prices", "text": "New ones.", "until": "9999-12-31"})
    assert (made.status_code, made.json()["ends_at"]) == (201, None)
