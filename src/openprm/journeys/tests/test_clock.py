"""What time does: reminders once, word of what is overdue once, and of journeys in which nothing moves."""

from datetime import timedelta
from typing import Any

import pytest

from openprm.journeys import queries, services
from openprm.journeys.models import Journey
from openprm.journeys.tests.makers import YES, again, hand_in, started, task
from openprm.kernel import services as kernel
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from tests.world import NOW, World


def told(name: str) -> list[str]:
    with as_system():
        return sorted(event.subject_label for event in Event.objects.filter(name=name))


def later(days: float) -> Any:
    return NOW + timedelta(days=days)


def test_each_open_task_is_reminded_of_once_before_it_is_due_and_once_after(world: World) -> None:
    started(world.alfa)  # due in 3 and in 5 days; what is not open yet is not reminded of
    with as_system():
        assert [services.remind_due(at=later(days)) for days in (0, 0.1, 2, 2.1, 4, 6, 7)] == [1, 0, 1, 0, 1, 1, 0]
    assert told("task.reminded") == ["Code of conduct", "Tell us about your team"]
    assert told("task.overdue") == ["Code of conduct", "Tell us about your team"]


def test_what_is_done_is_not_reminded_of(world: World) -> None:
    journey = started(world.alfa)
    hand_in(task(journey, "code"), YES, world.actor("sales", world.alfa))
    with as_system():
        services.remind_due(at=later(30))
    assert told("task.overdue") == ["Tell us about your team"]


def test_due_days_end_in_the_programmes_time_zone(world: World) -> None:
    with as_system():
        kernel.change_setting(key="journeys.time_zone", value="Pacific/Auckland", by=SYSTEM, at=NOW)
    journey = started(world.alfa, at=NOW.replace(hour=12))  # it is past midnight there
    assert task(journey, "about").due_on == NOW.date() + timedelta(days=4)


def test_people_are_reminded_of_what_is_theirs(world: World) -> None:
    started(world.alfa)
    sales = world.actor("sales", world.alfa)
    with as_system():
        services.remind_due(at=NOW)
        work_off()
        kinds = Notification.objects.filter(person_id=sales.id).values_list("kind", flat=True)
        assert "journeys.reminders" in kinds


def test_a_journey_is_told_stuck_once_and_again_after_it_had_moved(world: World) -> None:
    journey = started(world.alfa)
    with as_system():
        assert [services.tell_stuck(at=later(days)) for days in (13, 14, 20)] == [0, 1, 0]
        assert list(queries.stuck(Journey.objects.all(), later(14))) == [journey]
    hand_in(task(journey, "code"), YES, world.actor("sales", world.alfa), at=later(21))
    assert again(journey).stuck_told_at is None
    with as_system():
        assert list(queries.stuck(Journey.objects.all(), later(22))) == []
        assert services.tell_stuck(at=later(36)) == 1


@pytest.mark.parametrize("days", [3, 30])
def test_the_number_of_days_is_a_setting(world: World, days: int) -> None:
    with as_system():
        kernel.change_setting(key="journeys.stuck_days", value=days, by=SYSTEM, at=NOW)
    started(world.alfa)
    with as_system():
        assert services.tell_stuck(at=later(days) - timedelta(minutes=1)) == 0
        assert services.tell_stuck(at=later(days)) == 1
