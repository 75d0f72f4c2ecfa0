"""Whatever partner, vendor and clock do with a journey: tasks only go where the table leads, and its promises hold."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from openprm.journeys import services
from openprm.journeys.content import Work
from openprm.journeys.lifecycle import DONE, MOVES, State
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.journeys.tests.makers import template
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from tests.world import NOW, World

VERBS = ["hand_in", "hand_in", "hand_in", "approve", "approve", "send_back", "skip", "resume"]
KEYS = ["about", "code", "kickoff", "portal", "newsletter", "release"]
AFTER = {
    "hand_in": {State.WAITING, State.COMPLETED},
    **{verb: {MOVES[verb].after} for verb in ("approve", "send_back", "skip")},
    "resume": {State.PENDING, State.WAITING},  # an approval waits as soon as it opens
}


class Journeys(RuleBasedStateMachine):
    """The partner, a competitor, two of the vendor and the clock do as they please with one journey."""

    world: World  # given by the test

    @initialize()
    def begin(self) -> None:
        world = type(self).world
        self.people: dict[str, Actor] = {
            "alfa": world.actor("sales", world.alfa),
            "viewer": world.actor("viewer", world.alfa),
            "beta": world.actor("sales", world.beta),
            **{role: world.actor(role) for role in ("channel_manager", "analyst")},
        }
        with as_system():
            for model in (Task, Journey, JourneyTemplate):
                model.objects.all().delete()
        self.now = NOW
        self.template = template()
        with as_system():
            self.journey = services.start(template=self.template, partner=world.alfa, by=SYSTEM, at=NOW)
        self.reminded: dict[Any, int] = {}

    @rule(
        who=st.sampled_from(["alfa", "alfa", "channel_manager", "channel_manager", "viewer", "beta", "analyst"]),
        verb=st.sampled_from(VERBS),
        key=st.sampled_from(KEYS),
        hours=st.integers(0, 48),
    )
    def somebody_does_something(self, who: str, verb: str, key: str, hours: int) -> None:
        self.now += timedelta(hours=hours)
        task, actor = self._task(key), self.people[who]
        before, facts = self._picture(), self._facts()
        with enter(actor):
            try:
                self._do(verb, task, actor)
            except (Refusal, Forbidden, Invalid):
                assert self._picture() == before
                assert self._facts() == facts
                return
        assert who in ("alfa", "channel_manager")
        assert who == "channel_manager" or verb in ("hand_in", "skip")
        assert State(self._task(key).state) in AFTER[verb]
        assert self._facts() > facts

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with as_system():
            services.remind_due(at=self.now)
            services.tell_stuck(at=self.now)

    @rule()
    def somebody_cancels_and_begins_anew(self) -> None:
        if not self._journey().is_running:
            with as_system():
                self.journey = services.start(
                    template=self.template, partner=type(self).world.alfa, by=SYSTEM, at=self.now
                )
            return
        with as_system(), pytest.raises(services.AlreadyRunning):
            services.start(template=self.template, partner=type(self).world.alfa, by=SYSTEM, at=self.now)

    @invariant()
    def the_journey_is_what_its_tasks_are(self) -> None:
        if not hasattr(self, "journey"):
            return
        journey, tasks = self._journey(), self._tasks()
        done = {task.key for task in tasks if task.state in DONE}
        assert (journey.done, journey.total) == (len(done), len(tasks))
        assert journey.is_running is (len(done) < len(tasks))
        assert (journey.stage == "") is not journey.is_running
        for task in tasks:
            assert (task.ended_at is not None) is (task.state in DONE)
            if task.state == State.PENDING:
                assert (task.opened_at is not None) is (set(task.depends_on) <= done)
            if task.state in (State.WAITING, State.ACTION_REQUIRED):
                assert task.opened_at is not None
            assert task.state != State.ACTION_REQUIRED or task.said

    @invariant()
    def each_task_is_told_overdue_at_most_once(self) -> None:
        with as_system():
            ids = list(Event.objects.filter(name="task.overdue").values_list("subject_id", flat=True))
        assert len(ids) == len(set(ids))

    def _do(self, verb: str, task: Task, by: Actor) -> None:
        common: dict[str, Any] = {"task": task, "by": by, "at": self.now}
        match verb:
            case "hand_in":
                meeting = (self.now + timedelta(days=9)).isoformat()
                answers = {"people": 5, "focus": "SMB"} if task.key == "about" else {}
                work = Work(answers=answers, confirmed=True, meeting_at=meeting, note="Here it is.")
                services.hand_in(**common, work=work)
            case "send_back" | "skip":
                getattr(services, verb)(**common, text="Because.")
            case _:
                getattr(services, verb)(**common)

    def _journey(self) -> Journey:
        with as_system():
            return Journey.objects.get(pk=self.journey.pk)

    def _tasks(self) -> list[Task]:
        with as_system():
            return list(Task.objects.filter(journey=self.journey).order_by("position"))

    def _task(self, key: str) -> Task:
        with as_system():
            return Task.objects.select_related("partner", "journey").get(journey=self.journey, key=key)

    def _picture(self) -> list[Any]:
        return [self._journey().version, *((task.key, task.state, task.version) for task in self._tasks())]

    def _facts(self) -> int:
        with as_system():
            return Event.objects.count()


@pytest.mark.django_db
def test_journeys_only_go_where_the_table_leads(world: World) -> None:
    Journeys.world = world
    run_state_machine_as_test(
        Journeys,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
