"""The engine: what begins, what follows, once and only once, and what happens when something fails."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.automation import jobs as automation_jobs
from openprm.automation import running, services, starting
from openprm.automation.models import Automation, AutomationVersion, Run
from openprm.automation.tests.makers import (
    HEALTHCARE,
    action,
    add_vertical,
    branch,
    change,
    definition,
    go,
    live,
    offered,
    only_run,
    runs,
    steps_of,
    verticals,
    wait,
)
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.events.models import Event
from openprm.kernel.notifications.models import Notification
from openprm.partners.models import Partner
from tests.world import NOW, World

State = Run.State


def test_what_a_partner_does_is_followed_by_actions_in_the_automations_name(world: World) -> None:
    automation = live(add_vertical("a", "life_sciences"), audience=HEALTHCARE, name="Health")
    change(world.alfa, verticals=["healthcare"])
    assert set(verticals(world.alfa)) == {"healthcare", "life_sciences"}
    run = only_run(automation)
    assert run.state == State.DONE
    assert steps_of(run)["a"].told == "add the vertical Life sciences"
    with as_system():
        event = Event.objects.filter(name="partner.profile_changed").latest("id")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("system", automation.pk, "Automation: Health")
    assert event.cause == run.pk


def test_a_condition_that_is_not_met_leaves_a_trace_with_the_values(world: World) -> None:
    automation = live(
        add_vertical("a", "media"),
        audience=HEALTHCARE,
        told=[{"field": "changes", "op": "includes", "value": "verticals"}],
    )
    change(world.alfa, verticals=["retail"])
    run = only_run(automation)
    assert run.state == State.NOT_MET
    assert run.condition == [
        {"words": "Vertical includes any of Healthcare", "value": "Retail and consumer goods", "holds": False},
        {"words": "changed fields include Verticals", "value": "Verticals", "holds": True},
    ]
    assert verticals(world.alfa) == ["retail"]


def test_an_event_that_comes_twice_runs_once(world: World) -> None:
    automation = live(add_vertical("a", "media"))
    change(world.alfa, verticals=["retail"])
    with as_system():
        event = Event.objects.filter(name="partner.profile_changed").order_by("id")[0]
        starting.for_event(event)
        running.go(only_run(automation).pk) if len(runs(automation)) == 1 else None
    jobs.work_off()
    of_event = [run for run in runs(automation) if run.event_id == event.pk]
    assert len(of_event) == 1


def test_a_draft_and_a_paused_automation_begin_nothing(world: World) -> None:
    automation = live(add_vertical("a", "media"))
    with as_system():
        services.pause(automation=automation, by=SYSTEM, at=NOW)
    change(world.alfa, verticals=["retail"])
    assert runs(automation) == []


def test_a_run_rests_while_its_automation_is_paused_and_goes_on_afterwards(world: World) -> None:
    automation = live(wait("w", 1), add_vertical("a", "media"))
    change(world.alfa, verticals=["retail"])
    run = only_run(automation)
    with as_system():
        services.pause(automation=automation, by=SYSTEM, at=NOW)
    assert go(run, run.due_at + timedelta(days=1)).state == State.WAITING
    with as_system():
        services.resume(automation=automation, by=SYSTEM, at=run.due_at + timedelta(days=2))
    run = go(run, run.due_at + timedelta(days=2))
    assert run.state == State.DONE
    assert "media" in verticals(world.alfa)


def test_a_wait_ends_when_its_time_has_come_and_not_before(world: World) -> None:
    automation = live(add_vertical("a", "media"), wait("w", 3), add_vertical("b", "legal"))
    change(world.alfa, verticals=["retail"])
    run = only_run(automation)
    assert (run.state, run.cursor) == (State.WAITING, "w")
    early = go(run, run.due_at - timedelta(minutes=1))
    assert (early.state, "legal" in verticals(world.alfa)) == (State.WAITING, False)
    late = go(run, run.due_at)
    assert (late.state, "legal" in verticals(world.alfa)) == (State.DONE, True)
    assert steps_of(late)["w"].state == "done"


def test_a_branch_goes_one_way_and_says_why(world: World) -> None:
    automation = live(
        branch("q", HEALTHCARE, [add_vertical("y", "life_sciences")], [add_vertical("n", "legal")]),
        add_vertical("z", "media"),
    )
    change(world.alfa, verticals=["healthcare"])
    change(world.beta, verticals=["retail"])
    first, second = [run for run in runs(automation) if run.state == State.DONE]
    assert (steps_of(first)["q"].way, set(steps_of(first))) == ("then", {"q", "y", "z"})
    assert (steps_of(second)["q"].way, set(steps_of(second))) == ("else", {"q", "n", "z"})
    assert steps_of(second)["q"].trace[0]["value"] == "Retail and consumer goods"
    assert steps_of(second)["q"].trace[0]["holds"] is False


def test_a_step_that_fails_is_tried_again_and_what_it_wrote_is_undone(world: World) -> None:
    failures = [RuntimeError("away"), RuntimeError("away")]

    def sometimes(occasion: Any, given: Any) -> str:
        Partner.objects.filter(pk=occasion.partner_id).update(trading_name="Half")
        if failures:
            raise failures.pop()
        return "did it"

    with offered("test.sometimes", sometimes) as ran:
        automation = live(add_vertical("a", "media"), action("b", "test.sometimes"))
        change(world.alfa, verticals=["retail"])
        run = only_run(automation)
        assert (run.state, run.cursor, run.attempts) == (State.GOING, "b", 1)
        assert "RuntimeError: away" in run.error
        with as_system():
            assert Partner.objects.get(pk=world.alfa.pk).trading_name == "Alfa"
        assert go(run, run.due_at - timedelta(seconds=1)).attempts == 1
        run = go(run, run.due_at)
        assert run.attempts == 2
        run = go(run, run.due_at)
    assert (run.state, len(ran)) == (State.DONE, 1)
    assert steps_of(run)["b"].attempts == 3
    assert len({occasion.key for occasion in ran}) == 1


def test_a_step_that_keeps_failing_is_told_and_can_be_replayed_from_there(world: World) -> None:
    broken = [True]

    def act(occasion: Any, given: Any) -> str:
        if broken:
            raise RuntimeError("no answer")
        return "did it"

    manager = world.person("channel_manager")
    with offered("test.act", act) as ran, offered("test.before", lambda *_: "before") as before:
        automation = live(action("a", "test.before"), action("b", "test.act"))
        change(world.alfa, verticals=["retail"])
        run = only_run(automation)
        while run.state == State.GOING:
            run = go(run, run.due_at)
        assert (run.state, steps_of(run)["b"].error) == (State.FAILED, "RuntimeError: no answer")
        with as_system():
            told = Notification.objects.filter(person_id=manager.pk, kind="automation.failed")
            assert "no answer" in told.get().body
        broken.clear()
        with as_system():
            services.retry(run=run, by=SYSTEM, at=NOW)
        jobs.work_off()
    assert only_run(automation).state == State.DONE
    assert (len(before), len(ran)) == (1, 1)


def test_a_refusal_fails_at_once_because_only_people_can_mend_it(world: World) -> None:
    automation = live(
        action("a", "partners.assign_team", role="technical_account_manager", way="region_and_load"), name="Staff"
    )
    change(world.alfa, verticals=["retail"])
    run = only_run(automation)
    assert run.state == State.FAILED
    assert "Territories" in run.error


def test_an_automation_does_not_run_because_of_what_it_did_itself(world: World) -> None:
    manager = world.person("channel_manager")
    automation = live(add_vertical("a", "media"), name="Echo")
    change(world.alfa, verticals=["retail"])
    first, second = runs(automation)
    assert (first.state, second.state, second.stopped_because) == (State.DONE, State.STOPPED, "loop")
    with as_system():
        assert Notification.objects.filter(person_id=manager.pk, kind="automation.loop").count() == 1
        assert Event.objects.filter(name="automation.loop_stopped").count() == 1


def test_two_automations_that_wake_each_other_stop_after_one_round(world: World) -> None:
    one = live(add_vertical("a", "media"), name="One", audience=HEALTHCARE)
    other = live(add_vertical("a", "legal"), name="Other", audience=HEALTHCARE)
    change(world.alfa, verticals=["healthcare"])
    states = [run.state for run in [*runs(one), *runs(other)]]
    assert State.GOING not in states
    assert states.count(State.STOPPED) >= 2
    longest = max(len(run.chain) for run in [*runs(one), *runs(other)] if run.state == State.DONE)
    assert longest == 2


def test_a_long_chain_of_automations_ends(world: World) -> None:
    places = ["media", "legal", "retail", "energy", "finance", "insurance", "telecom"]
    chain = [
        live(
            add_vertical("a", after),
            name=f"Chain {before}",
            audience={
                "all": [
                    {"field": "partner.vertical", "op": "any_of", "value": [before]},
                    {"not": {"field": "partner.vertical", "op": "any_of", "value": [after]}},
                ]
            },
        )
        for before, after in zip(["healthcare", *places], places, strict=False)
    ]
    change(world.alfa, verticals=["healthcare"])
    stopped = [run for one in chain for run in runs(one) if run.state == State.STOPPED]
    assert [run.stopped_because for run in stopped] == ["depth"]
    assert "telecom" not in verticals(world.alfa)


def test_a_person_who_changes_the_same_again_is_no_loop(world: World) -> None:
    automation = live(action("a", "partners.set_field", change="region=dach"))
    change(world.alfa, verticals=["retail"])
    change(world.alfa, verticals=["media"])
    assert [run.state for run in runs(automation)].count(State.DONE) == 2


def test_a_run_keeps_the_version_it_began_with(world: World) -> None:
    automation = live(wait("w", 1), add_vertical("a", "media"))
    change(world.alfa, verticals=["retail"])
    with as_system():
        changed = {**automation.current.definition, "steps": [add_vertical("b", "legal")]}
        services.edit(automation=automation, definition=changed, by=SYSTEM, at=NOW)
        services.publish(automation=automation, by=SYSTEM, at=NOW)
    run = only_run(automation)
    go(run, run.due_at)
    assert set(verticals(world.alfa)) == {"retail", "media"}


def test_a_cancelled_run_does_nothing_more(world: World) -> None:
    automation = live(wait("w", 1), add_vertical("a", "media"))
    change(world.alfa, verticals=["retail"])
    run = only_run(automation)
    with as_system():
        services.cancel(run=run, by=SYSTEM, at=NOW)
    assert go(run, NOW + timedelta(days=400)).state == State.CANCELLED
    with pytest.raises(Refusal), as_system():
        services.cancel(run=run, by=SYSTEM, at=NOW)


def test_a_schedule_runs_once_for_each_partner_of_the_audience(world: World) -> None:
    with as_system():
        world.alfa, world.beta  # noqa: B018 - partners that there are
    every_day = {"kind": "schedule", "every": "day", "hour": 8}
    automation = live(
        add_vertical("a", "media"),
        trigger=every_day,
        audience={"field": "partner.name", "op": "is", "value": "Alfa"},
    )
    tick = int((NOW + timedelta(days=1)).timestamp())
    automation_jobs.tick.run(timestamp=tick)
    automation_jobs.tick.run(timestamp=tick)
    jobs.work_off()
    assert [run.partner.name for run in runs(automation)] == ["Alfa"]
    assert only_run(automation).state == State.DONE
    assert only_run(automation).condition[0]["holds"] is True
    automation_jobs.tick.run(timestamp=int((NOW + timedelta(days=2)).timestamp()))
    assert len(runs(automation)) == 2


def test_days_after_a_date_the_partners_of_that_date_are_met_once(world: World) -> None:
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(created_at=NOW - timedelta(days=29))
        Partner.objects.filter(pk=world.beta.pk).update(created_at=NOW - timedelta(days=40))
    month = {"kind": "date", "field": "partner.since", "days": 30, "direction": "after", "hour": 8}
    automation = live(add_vertical("a", "media"), trigger=month)
    for days in (1, 2, 3):
        automation_jobs.tick.run(timestamp=int((NOW + timedelta(days=days)).timestamp()))
    jobs.work_off()
    assert [run.partner.name for run in runs(automation)] == ["Alfa"]


def test_what_cannot_work_does_not_go_live_and_says_which_step(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        live(action("a", "partners.set_field", change="verticals+nonsense"), wait("w", 0), action("c", "no.such"))
    assert set(refused.value.fields) == {"step.a.change", "step.w.amount", "step.c"}
    assert refused.value.fields["step.w.amount"].startswith("Step 2:")


def test_a_run_whose_job_was_lost_goes_on(world: World) -> None:
    automation = live(add_vertical("a", "media"))
    with as_system():
        run = services.run_now(automation=automation, partner=world.alfa, by=world.actor("admin"), at=NOW)
        ProcrastinateJob.objects.filter(task_name="automation.advance").delete()
    automation_jobs.tick.run(timestamp=int((NOW + timedelta(minutes=5)).timestamp()))
    jobs.work_off()
    assert go_on(run).state == State.GOING  # a worker may be about to begin it
    automation_jobs.tick.run(timestamp=int((NOW + timedelta(minutes=15)).timestamp()))
    jobs.work_off()
    assert go_on(run).state == State.DONE


def go_on(run: Run) -> Run:
    """Return a run as it is now."""
    with as_system():
        return Run.objects.get(pk=run.pk)


def test_of_two_who_publish_at_once_the_second_is_told(world: World) -> None:
    automation = live(add_vertical("a", "media"))
    with as_system():
        services.edit(automation=automation, definition=definition(add_vertical("a", "legal")), by=SYSTEM, at=NOW)
        first, second = (Automation.objects.select_related("current").get(pk=automation.pk) for _number in range(2))
        services.publish(automation=first, by=SYSTEM, at=NOW)
        with pytest.raises(Stale):
            services.publish(automation=second, by=SYSTEM, at=NOW)


def test_a_date_that_is_gone_keeps_no_other_schedule_from_running(world: World) -> None:
    assert world.alfa
    month = {"kind": "date", "field": "partner.since", "days": 30, "direction": "after", "hour": 8}
    dated = live(add_vertical("a", "legal"), trigger=month, name="Date")
    daily = live(add_vertical("a", "media"), trigger={"kind": "schedule", "every": "day", "hour": 8}, name="Daily")
    gone = {**dated.current.definition, "trigger": {**month, "field": "partner.of_a_feature_switched_off"}}
    with as_system():
        AutomationVersion.objects.filter(pk=dated.current.pk).update(definition=gone)
    automation_jobs.tick.run(timestamp=int((NOW + timedelta(days=1)).timestamp()))
    assert len(runs(daily)) == 1
