"""News: who writes posts, when they are live, who reads them, and what is noted of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from openprm.kernel.access import as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Missing, Stale
from openprm.kernel.events.models import Event
from openprm.news import policies, queries, services
from openprm.news.models import Post, Reading
from openprm.news.rules import State
from openprm.news.services import NotNow
from openprm.news.tests.making import ALFA_ONLY, SOMEBODY_ELSE, live, titles, written
from openprm.partners.models import Partner
from tests.world import NOW, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


def do(world: World, verb: Any, post: Post, at: datetime = NOW, role: str = "marketing", **given: Any) -> Any:
    by = world.actor(role)
    with enter(by):
        return verb(post=post, by=by, at=at, **given)


def facts(name: str) -> list[dict[str, Any]]:
    with as_system():
        return list(Event.objects.filter(name=name).order_by("id").values_list("payload", flat=True))


def test_partners_read_a_post_from_the_moment_it_is_published(world: World) -> None:
    post = written(world)
    assert titles(world, world.alfa) == []
    do(world, services.publish, post)
    assert post.state_at(NOW) is State.LIVE
    assert titles(world, world.alfa) == ["New prices"]
    assert facts("news.published") == [{"title": "New prices", "ends_at": None, "to_confirm": False}]


def test_a_scheduled_post_is_read_from_its_time_on_and_announced_by_the_clock_once(world: World) -> None:
    post = do(world, services.publish, written(world), on=NOW + HOUR)
    assert post.state_at(NOW) is State.SCHEDULED
    assert titles(world, world.alfa) == []
    assert titles(world, world.alfa, at=NOW + HOUR) == ["New prices"]
    with as_system():
        assert services.publish_due(at=NOW) == 0
        assert services.publish_due(at=NOW + HOUR) == 1
        assert services.publish_due(at=NOW + 2 * HOUR) == 0
    assert len(facts("news.published")) == 1


def test_a_scheduled_post_can_be_put_to_another_time_or_published_at_once(world: World) -> None:
    post = do(world, services.publish, written(world), on=NOW + DAY)
    do(world, services.publish, post, on=NOW + HOUR)
    assert titles(world, world.alfa, at=NOW + HOUR) == ["New prices"]
    do(world, services.publish, post)
    assert titles(world, world.alfa) == ["New prices"]
    with as_system():
        assert services.publish_due(at=NOW + 2 * DAY) == 0


def test_a_post_is_shown_up_to_its_last_day_and_then_has_ended(world: World) -> None:
    post = live(world, until=date(2026, 11, 5))
    assert titles(world, world.alfa, at=NOW + 3 * DAY) == ["New prices"]
    assert titles(world, world.alfa, at=NOW + 4 * DAY) == []
    assert (post.state_at(NOW + 4 * DAY), post.last_day) == (State.ENDED, date(2026, 11, 5))


def test_a_withdrawn_post_is_gone_for_partners_and_stays_with_the_vendor(world: World) -> None:
    post = do(world, services.withdraw, live(world), NOW + HOUR)
    assert titles(world, world.alfa, at=NOW + HOUR) == []
    assert post.state_at(NOW + HOUR) is State.ENDED
    with pytest.raises(NotNow):
        do(world, services.withdraw, post, NOW + 2 * HOUR)
    with pytest.raises(NotNow):
        do(world, services.change, post, NOW + 2 * HOUR, title="Other prices")


def test_a_withdrawn_plan_is_a_draft_again(world: World) -> None:
    post = do(world, services.withdraw, do(world, services.publish, written(world), on=NOW + DAY))
    assert post.state_at(NOW) is State.DRAFT
    assert titles(world, world.alfa, at=NOW + 2 * DAY) == []


def test_what_has_ended_is_made_a_draft_mended_and_published_again(world: World) -> None:
    post = do(world, services.withdraw, live(world), NOW + HOUR)
    do(world, services.reopen, post, NOW + HOUR)
    do(world, services.change, post, NOW + HOUR, title="Right prices")
    do(world, services.publish, post, NOW + HOUR)
    assert titles(world, world.alfa, at=NOW + HOUR) == ["Right prices"]
    with pytest.raises(NotNow):
        do(world, services.reopen, post, NOW + HOUR)


def test_only_a_draft_that_nobody_has_seen_is_discarded(world: World) -> None:
    post = live(world)
    with pytest.raises(NotNow):
        do(world, services.discard, post)
    read(world, post)
    do(world, services.withdraw, post, NOW + HOUR)
    do(world, services.reopen, post, NOW + HOUR)
    with pytest.raises(NotNow):
        do(world, services.discard, post, NOW + HOUR)
    other = written(world)
    do(world, services.discard, other)
    with as_system():
        assert list(Post.objects.all()) == [post]


def test_pinned_posts_come_first_then_the_newest(world: World) -> None:
    live(world, title="Old and pinned", pinned=True)
    live(world, NOW + HOUR, title="Older")
    live(world, NOW + 2 * HOUR, title="Newer")
    assert titles(world, world.alfa, at=NOW + DAY) == ["Old and pinned", "Newer", "Older"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"title": "x" * 201}, "title"),
        ({"audience": {"field": "partner.shoe_size", "op": "is", "value": "44"}}, "audience"),
        ({"until": date(2026, 11, 1)}, "until"),
    ],
)
def test_what_is_wrong_with_a_post_is_said_of_its_field_and_nothing_is_kept(
    world: World, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        written(world, **given)
    assert set(caught.value.fields) == {field}
    with as_system():
        assert not Post.objects.exists()


def test_a_post_goes_live_at_a_time_to_come_and_before_its_last_day(world: World) -> None:
    post = written(world, until=date(2026, 11, 5))
    for on in (NOW, NOW - HOUR, NOW + 4 * DAY):
        with pytest.raises(Invalid) as caught:
            do(world, services.publish, post, on=on)
        assert set(caught.value.fields) == {"on"}
    with as_system():
        assert Post.objects.get().starts_at is None


def test_a_live_post_is_not_published_twice(world: World) -> None:
    post = live(world)
    with pytest.raises(NotNow):
        do(world, services.publish, post)
    assert len(facts("news.published")) == 1


def test_partners_and_those_without_the_permission_write_nothing(world: World) -> None:
    post = live(world)
    with pytest.raises(Forbidden):
        do(world, services.withdraw, post, role="analyst")
    partner = world.actor("admin", world.alfa)
    with enter(partner), pytest.raises(Forbidden):
        services.write(title="Ours", text="Hello.", by=partner, at=NOW)


def test_a_partner_outside_of_the_audience_finds_neither_a_post_nor_a_trace_of_it(world: World) -> None:
    post = live(world)
    rival = world.actor("admin", world.beta)
    assert titles(world, world.beta) == []
    with enter(rival):
        assert list(Post.objects.all()) == []
        for verb in (services.mark_read, services.confirm):
            with pytest.raises(Missing):
                verb(post=post, by=rival, at=NOW)


def test_not_even_the_partner_it_is_for_sees_the_table_of_posts(world: World) -> None:
    live(world)
    with enter(world.actor("admin", world.alfa)):
        assert list(Post.objects.all()) == []
        assert list(policies.worked_on_by(world.actor("admin", world.alfa))) == []


def test_a_distributor_does_not_read_what_is_for_its_resellers(world: World) -> None:
    live(world, audience={"field": "partner.name", "op": "is", "value": world.epsilon.name})
    assert titles(world, world.epsilon) == ["New prices"]
    assert titles(world, world.delta, role="admin") == []


def test_who_comes_into_the_audience_sees_what_is_live_and_who_leaves_it_does_not(world: World) -> None:
    live(world, audience={"field": "partner.country", "op": "in", "value": ["AT"]})
    assert titles(world, world.alfa) == []
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(country="AT")
    assert titles(world, world.alfa) == ["New prices"]


def test_an_audience_that_means_nothing_any_more_is_nobodys(world: World) -> None:
    post = live(world)
    with as_system():
        Post.objects.update(audience={"field": "partner.gone", "op": "is", "value": "x"})
        post.refresh_from_db()
        assert (list(queries.readers_of(post)), queries.reach_of(post).partners) == ([], 0)
    assert titles(world, world.alfa) == []


def read(world: World, post: Post, at: datetime = NOW, role: str = "sales") -> Reading:
    by = world.actor(role, world.alfa)
    with enter(by):
        return services.mark_read(post=post, by=by, at=at)


def test_reading_is_noted_once_with_the_first_time(world: World) -> None:
    post = live(world)
    read(world, post, NOW + HOUR)
    read(world, post, NOW + 2 * HOUR)
    read(world, post, NOW + 3 * HOUR, role="viewer")
    with as_system():
        assert sorted(Reading.objects.values_list("read_at", flat=True)) == [NOW + HOUR, NOW + 3 * HOUR]
        assert (queries.reach_of(post).read, queries.reach_of(post).partners) == (2, 1)


def test_a_person_confirms_a_post_that_asks_for_it_and_an_automation_can_begin_with_that(world: World) -> None:
    post, sales = live(world, to_confirm=True), world.actor("sales", world.alfa)
    with enter(sales):
        services.confirm(post=post, by=sales, at=NOW + HOUR)
        services.confirm(post=post, by=sales, at=NOW + 2 * HOUR)
    with as_system():
        reading, event = Reading.objects.get(), Event.objects.get(name="news.confirmed")
    assert (reading.confirmed_at, reading.read_at) == (NOW + HOUR, NOW + HOUR)
    assert (event.partner_id, event.shared, event.payload["title"]) == (world.alfa.pk, True, "New prices")


def test_words_that_somebody_has_confirmed_stay_as_they_are(world: World) -> None:
    post, sales = live(world, to_confirm=True), world.actor("sales", world.alfa)
    do(world, services.change, post, text="From February.")
    with enter(sales):
        with pytest.raises(Stale):
            services.confirm(post=post, by=sales, at=NOW, version=post.version - 1)
        services.confirm(post=post, by=sales, at=NOW, version=post.version)
    with pytest.raises(Invalid) as caught:
        do(world, services.change, post, text="From March.")
    assert set(caught.value.fields) == {"text"}
    with as_system():
        post.refresh_from_db()
    do(world, services.change, post, pinned=True)
    assert (post.text, post.pinned) == ("From February.", True)


def test_a_post_that_does_not_ask_is_not_confirmed(world: World) -> None:
    post, sales = live(world), world.actor("sales", world.alfa)
    with enter(sales), pytest.raises(NotNow):
        services.confirm(post=post, by=sales, at=NOW)


def test_the_vendor_reads_who_has_read_and_confirmed_partner_by_partner(world: World) -> None:
    post = live(world, audience={"all": []}, to_confirm=True)
    world.beta  # noqa: B018 - is there from now on
    read(world, post)
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        services.confirm(post=post, by=sales, at=NOW)
    read(world, post, role="viewer")
    with enter(world.actor("marketing")):
        found = {row.name: (row.readers, row.confirmers) for row in queries.partners_of(post)}
        listed = queries.with_counts(policies.worked_on_by(world.actor("marketing"))).get()
    assert found == {"Alfa": (2, 1), "Beta": (0, 0)}
    assert (listed.readers, listed.confirmers) == (2, 1)  # type: ignore[attr-defined]  # as with_counts gives them


def test_the_database_refuses_a_confirmation_that_was_never_read(world: World) -> None:
    post, person = live(world), world.person("sales", world.alfa)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.create(post=post, partner=world.alfa, person=person, confirmed_at=NOW)


def test_the_list_of_states_and_the_rule_agree(world: World) -> None:
    moments = [None, NOW - DAY, NOW, NOW + DAY]
    with as_system():
        for starts_at in moments:
            for ends_at in moments:
                if starts_at is None or ends_at is None or ends_at >= starts_at:
                    Post.objects.create(title="x", text="x", starts_at=starts_at, ends_at=ends_at, audience=ALFA_ONLY)
        for state in State:
            by_rule = {post.pk for post in Post.objects.all() if post.state_at(NOW) is state}
            by_query = set(Post.objects.filter(policies.in_state(state, NOW)).values_list("pk", flat=True))
            assert by_query == by_rule, state


def test_many_audiences_are_decided_with_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    world.alfa  # noqa: B018 - is there from now on
    with as_system():
        for number in range(queries.AT_ONCE + 10):
            name = "Alfa" if number % 10 == 0 else f"Partner {number}"
            audience = {"field": "partner.name", "op": "is", "value": name}
            Post.objects.create(title=f"Post {number}", text="x", audience=audience, starts_at=NOW)
        Post.objects.create(title="Not ours", text="x", audience=SOMEBODY_ELSE, starts_at=NOW)
        with django_assert_max_num_queries(4):
            assert len(list(queries.for_partner(world.alfa.pk, NOW))) == 6
