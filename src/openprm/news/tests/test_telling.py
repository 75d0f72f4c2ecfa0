"""Those concerned are told of a post: by job, some hundred at a time, each of them once."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel.access import as_system, enter
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications import services as notifications
from openprm.kernel.notifications.models import Notification
from openprm.news import services
from openprm.news.jobs import publish_due
from openprm.news.tests.making import ALFA_ONLY, live, told, written
from openprm.partners.models import Partner
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def people(world: World, *companies: Partner, roles: tuple[str, ...] = ("admin", "sales", "viewer")) -> None:
    for company in companies:
        for role in roles:
            world.person(role, company)


def test_the_people_of_the_audience_are_told_by_bell_and_mail(world: World, mailoutbox: list[EmailMessage]) -> None:
    people(world, world.alfa, world.beta)
    live(world)
    with as_system():
        work_off()
        assert (told(), told(partner_id=world.alfa.pk)) == (3, 3)
        row = Notification.objects.filter(kind="news.post")[0]
        assert (row.title, row.body) == ("New prices", "From January. See the price book.")
    assert [letter.subject for letter in mailoutbox] == ["New prices"] * 3


def test_thousands_are_told_in_bounded_jobs_and_nobody_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "TOLD_AT_ONCE", 2)
    people(world, world.alfa, world.beta, world.delta)
    post = live(world, audience={"all": []})
    with as_system():
        work_off()
        assert told() == 9
        assert services.tell(post=post, at=NOW) == 0
        assert told() == 9


def test_a_job_that_runs_again_tells_nobody_again(world: World) -> None:
    people(world, world.alfa)
    post = live(world)
    with as_system():
        assert [services.tell(post=post, at=NOW) for _run in range(3)] == [3, 0, 0]
        assert told() == 3


def test_a_wider_audience_tells_only_those_it_adds(world: World) -> None:
    people(world, world.alfa, world.beta)
    post, by = live(world), world.actor("marketing")
    with as_system():
        work_off()
    with enter(by):
        services.change(post=post, audience={"all": []}, by=by, at=NOW)
    with as_system():
        work_off()
        assert (told(partner_id=world.alfa.pk), told(partner_id=world.beta.pk)) == (3, 3)


def test_another_wording_tells_nobody(world: World) -> None:
    people(world, world.alfa)
    post, by = live(world), world.actor("marketing")
    with as_system():
        work_off()
    with enter(by):
        services.change(post=post, text="From February.", audience=dict(ALFA_ONLY), by=by, at=NOW)
    with as_system():
        work_off()
        assert told() == 3


def test_nobody_is_told_of_what_was_withdrawn_in_the_meantime(world: World) -> None:
    people(world, world.alfa)
    post, by = live(world), world.actor("marketing")
    with enter(by):
        services.withdraw(post=post, by=by, at=NOW)
    with as_system():
        work_off()
        assert told() == 0


def test_who_was_told_is_not_told_again_when_it_is_published_anew(world: World) -> None:
    people(world, world.alfa)
    post, by = live(world), world.actor("marketing")
    with as_system():
        work_off()
    with enter(by):
        for verb in (services.withdraw, services.reopen, services.publish):
            verb(post=post, by=by, at=NOW)
    with as_system():
        world.person("technical", world.alfa)
        work_off()
        assert told() == 4


def test_who_has_found_it_by_themselves_is_not_told(world: World) -> None:
    people(world, world.alfa)
    post, sales = live(world), world.actor("sales", world.alfa)
    with enter(sales):
        services.mark_read(post=post, by=sales, at=NOW)
    with as_system():
        work_off()
        assert (told(), told(person_id=sales.id)) == (2, 0)


def test_people_choose_how_they_are_told(world: World) -> None:
    people(world, world.alfa)
    sales = world.actor("sales", world.alfa)
    choices: Any = {("news.post", "app"): "off", ("news.post", "email"): "off"}
    with enter(sales):
        notifications.prefer(choices=choices, by=sales, at=NOW)
    live(world)
    with as_system():
        work_off()
        assert told(person_id=sales.id) == 0
        assert told() == 2


def test_partners_without_access_are_not_told(world: World) -> None:
    people(world, world.alfa)
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(status="suspended")
    live(world)
    with as_system():
        work_off()
        assert told() == 0


def test_who_shall_confirm_is_told_so(world: World) -> None:
    people(world, world.alfa)
    live(world, to_confirm=True)
    with as_system():
        work_off()
        body = Notification.objects.filter(kind="news.post")[0].body
    assert body == "Please confirm that you have read this. From January. See the price book."


def test_a_scheduled_post_tells_people_when_it_goes_live(world: World) -> None:
    people(world, world.alfa)
    post, by = written(world), world.actor("marketing")
    with enter(by):
        services.publish(post=post, on=NOW.replace(hour=12), by=by, at=NOW)
    with as_system():
        work_off()
        assert told() == 0
    publish_due.run(timestamp=int(NOW.replace(hour=13).timestamp()))
    with as_system():
        work_off()
        assert told() == 3


def test_a_scheduled_post_is_looked_at_again_at_its_very_time(world: World) -> None:
    post, by, noon = written(world), world.actor("marketing"), NOW.replace(hour=12)
    with enter(by):
        services.publish(post=post, on=noon, by=by, at=NOW)
    with as_system():
        work_off()
        waiting = ProcrastinateJob.objects.get(task_name="news.publish_due")
        assert waiting.scheduled_at == noon
        publish_due.run(**waiting.args)
        post.refresh_from_db()
    assert post.announced_at == noon
