"""A journey from its start to its end: who does what, what opens when, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openprm.journeys import policies, services
from openprm.journeys.content import TaskDoc, Work
from openprm.journeys.models import Journey, Task
from openprm.journeys.tests.makers import (
    ANSWERS,
    MEETING,
    STAGES,
    YES,
    again,
    approve,
    hand_in,
    stages,
    started,
    task,
    template,
)
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.partners.models import Partner
from tests.world import NOW, World

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def upload(name: str = "contract.pdf") -> Any:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def facts(journey: Journey) -> list[str]:
    with as_system():
        ids = [journey.pk, *Task.objects.filter(journey=journey).values_list("pk", flat=True)]
        return list(Event.objects.filter(subject_id__in=ids).order_by("id").values_list("name", flat=True))


def test_a_partner_goes_from_the_first_task_to_the_vendors_release(world: World) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa)
    assert again(journey).stage == "basics"
    assert hand_in(task(journey, "about"), ANSWERS, sales).state == "waiting_approval"
    assert hand_in(task(journey, "code"), YES, sales).state == "completed"
    assert task(journey, "kickoff").opened_at is None
    approve(task(journey, "about"), manager)
    assert again(journey).stage == "ready"
    kickoff = task(journey, "kickoff")
    assert (kickoff.opened_at, kickoff.due_on) == (NOW, NOW.date() + timedelta(days=7))
    hand_in(kickoff, MEETING, sales)
    approve(task(journey, "kickoff"), manager)
    hand_in(task(journey, "portal"), YES, manager)
    with enter(sales):
        services.skip(task=task(journey, "newsletter"), by=sales, at=NOW)
    release = task(journey, "release")
    assert (release.state, release.turn) == ("waiting_approval", "channel_manager")
    approve(release, manager, at=NOW + timedelta(days=10))
    ended = again(journey)
    assert (ended.state, ended.done, ended.total, ended.stage) == ("completed", 6, 6, "")
    assert facts(journey)[0] == "journey.started"
    assert facts(journey)[-1] == "journey.completed"
    assert "journey.stage_reached" in facts(journey)


def test_who_did_a_task_and_when_is_kept(world: World) -> None:
    sales = world.actor("sales", world.alfa)
    done = hand_in(task(started(world.alfa), "code"), YES, sales, at=NOW + timedelta(days=1))
    assert (done.submitted_by, done.submitted_at) == (sales.name, NOW + timedelta(days=1))


def test_what_is_sent_back_keeps_what_was_typed_and_says_why(world: World) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa)
    hand_in(task(journey, "about"), ANSWERS, sales)
    with enter(manager):
        services.send_back(task=task(journey, "about"), text="Count the technicians, too.", by=manager, at=NOW)
    back = task(journey, "about")
    assert (back.state, back.said, back.turn) == ("action_required", "Count the technicians, too.", "partner")
    assert back.answers["answers"] == {"people": 12, "focus": "SMB"}
    assert hand_in(back, ANSWERS, sales).state == "waiting_approval"


def test_the_vendors_own_approval_sent_back_is_answered_by_the_partner(world: World) -> None:
    raw = [{"key": "a", "name": "A", "tasks": [
        {"key": "release", "title": "Release", "kind": "approval", "owner": "channel_manager"}]}]  # fmt: skip
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa, template("short", raw))
    with enter(manager):
        services.send_back(task=task(journey, "release"), text="The website is missing.", by=manager, at=NOW)
    with pytest.raises(Invalid):
        hand_in(task(journey, "release"), Work(), sales)
    hand_in(task(journey, "release"), Work(note="It is online now."), sales)
    approve(task(journey, "release"), manager)
    assert again(journey).state == "completed"


def test_a_task_that_is_sent_back_closes_what_was_opened_by_it(world: World) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa)
    hand_in(task(journey, "about"), ANSWERS, sales)
    hand_in(task(journey, "code"), YES, sales)
    approve(task(journey, "about"), manager)
    with enter(manager):
        services.send_back(task=task(journey, "about"), text="Look again.", by=manager, at=NOW)
    kickoff = task(journey, "kickoff")
    assert (kickoff.opened_at, kickoff.due_on, again(journey).stage) == (None, None, "basics")


def test_later_edits_of_the_template_leave_running_journeys_alone(world: World) -> None:
    drawn = template()
    journey = started(world.alfa, drawn)
    with as_system():
        services.save_template(template=drawn, name="Other", stages=stages(STAGES[:1]), by=SYSTEM, at=NOW)
        services.publish(template=drawn, by=SYSTEM, at=NOW)
    assert (again(journey).name, again(journey).total, again(journey).number) == ("Reseller", 6, 1)
    assert started(world.beta, drawn).total == 2


def test_several_journeys_run_at_once_but_the_same_one_does_not_begin_twice(world: World) -> None:
    first, second = template("one"), template("two")
    started(world.alfa, first)
    started(world.alfa, second)
    with pytest.raises(services.AlreadyRunning, match="is on the journey “One” already"):
        started(world.alfa, first)


def test_the_same_occasion_starts_nothing_twice(world: World) -> None:
    drawn = template()
    with as_system():
        twice = [
            services.start(template=drawn, partner=world.alfa, by=SYSTEM, at=NOW, origin="run-1") for _ in range(2)
        ]
    assert twice[0].pk == twice[1].pk


def test_a_journey_is_started_for_many_and_says_who_was_left_out(world: World) -> None:
    drawn = template()
    started(world.alfa, drawn)
    with as_system():
        outcome = services.start_many(template=drawn, partners=Partner.objects.order_by("name"), by=SYSTEM, at=NOW)
    assert [partner.name for partner, _why in outcome.refused] == ["Alfa"]
    world.beta  # noqa: B018
    with as_system():
        assert len(services.start_many(template=drawn, partners=[world.beta], by=SYSTEM, at=NOW).started) == 1


def test_a_draft_an_archived_template_and_a_suspended_partner_are_refused(world: World) -> None:
    with pytest.raises(Refusal, match="is a draft"):
        started(world.alfa, template("draft", publish=False))
    drawn = template()
    with as_system():
        services.archive(template=drawn, by=SYSTEM, at=NOW)
    with pytest.raises(Refusal, match="is archived"):
        started(world.alfa, drawn)
    with as_system():
        services.restore(template=drawn, by=SYSTEM, at=NOW)
        Partner.objects.filter(pk=world.alfa.pk).update(status="suspended")
        world.alfa.refresh_from_db()
    with pytest.raises(Refusal, match="nobody there can sign in"):
        started(world.alfa, drawn)


def test_nobody_does_anothers_task(world: World) -> None:
    journey = started(world.alfa)
    for actor in (world.actor("sales", world.beta), world.actor("viewer", world.alfa), world.actor("channel_manager")):
        with pytest.raises((Forbidden, Refusal)):
            hand_in(task(journey, "code"), YES, actor)
    analyst = world.actor("analyst")
    hand_in(task(journey, "about"), ANSWERS, world.actor("sales", world.alfa))
    with pytest.raises(Forbidden):
        approve(task(journey, "about"), analyst)


def test_a_channel_manager_starts_nothing_for_partners_of_others(world: World) -> None:
    manager, drawn = world.actor("channel_manager"), template()
    with enter(manager), pytest.raises(Forbidden):
        services.start(template=drawn, partner=world.beta, by=manager, at=NOW)


def test_a_partner_sees_its_journeys_and_nobody_elses(world: World) -> None:
    drawn = template()
    mine = started(world.alfa, drawn)
    started(world.beta, drawn)
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        assert list(policies.visible_to(sales)) == [mine]
        assert set(Task.objects.values_list("partner_id", flat=True)) == {world.alfa.pk}


def test_a_needed_task_is_skipped_by_the_vendor_alone_and_can_be_taken_up_again(world: World) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa)
    with enter(sales), pytest.raises(Refusal):
        services.skip(task=task(journey, "code"), by=sales, at=NOW)
    with enter(manager), pytest.raises(Invalid):
        services.skip(task=task(journey, "code"), by=manager, at=NOW)
    with enter(manager):
        services.skip(task=task(journey, "code"), text="Signed on paper.", by=manager, at=NOW)
        services.resume(task=task(journey, "code"), by=manager, at=NOW)
    assert (task(journey, "code").state, task(journey, "code").opened_at) == ("pending", NOW)


def test_a_document_is_uploaded_approved_and_taken_away_only_before(world: World) -> None:
    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    doc = TaskDoc(key="nda", title="NDA", kind="document", approval=True, due_days=7)
    with enter(manager):
        given = services.assign_task(partner=world.alfa, task=doc, by=manager, at=NOW)
    with enter(sales):
        with pytest.raises(Invalid) as refused:
            services.hand_in(task=given, work=Work(), by=sales, at=NOW)
        assert "files" in refused.value.fields
        wrong = services.attach(task=given, upload=upload("old.pdf"), by=sales, at=NOW)
        services.detach(task=given, file_id=wrong.pk, by=sales, at=NOW)
        kept = services.attach(task=given, upload=upload(), by=sales, at=NOW)
        given = services.hand_in(task=given, work=Work(), by=sales, at=NOW)
        with pytest.raises(Refusal):
            services.detach(task=given, file_id=kept.pk, by=sales, at=NOW)
        assert [file.name for file in given.files] == ["contract.pdf"]
    assert world.browser("sales", world.alfa).get(kept.url).status_code == 200
    assert world.browser("sales", world.beta).get(kept.url).status_code == 404
    assert approve(given, manager).state == "completed"


def test_profile_fields_are_written_by_who_may_and_kept_for_who_may_not(world: World) -> None:
    doc = TaskDoc(key="profile", title="Profile", kind="form", profile_fields=["website", "verticals"])
    with as_system():
        given = services.assign_task(partner=world.alfa, task=doc, by=SYSTEM, at=NOW)
    work = Work(profile={"website": "https://alfa.example", "verticals": ["retail"]})
    with pytest.raises(Forbidden, match="administrator of your company"):
        hand_in(given, work, world.actor("sales", world.alfa))
    assert hand_in(given, work, world.actor("admin", world.alfa)).state == "completed"
    with as_system():
        world.alfa.refresh_from_db()
    assert (world.alfa.website, world.alfa.verticals) == ("https://alfa.example", ["retail"])


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"focus": "SMB"}, "answers.people"),
        ({"people": "many", "focus": "SMB"}, "answers.people"),
        ({"people": "nan", "focus": "SMB"}, "answers.people"),
        ({"people": 3, "focus": "Everything"}, "answers.focus"),
        ({"people": 3, "focus": "SMB", "more": "x"}, "answers.more"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question(world: World, answers: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        hand_in(task(started(world.alfa), "about"), Work(answers=answers), world.actor("sales", world.alfa))
    assert field in refused.value.fields


def test_a_meeting_is_proposed_for_a_time_to_come(world: World) -> None:
    doc = TaskDoc(key="meet", title="Meet", kind="meeting")
    with as_system():
        given = services.assign_task(partner=world.alfa, task=doc, by=SYSTEM, at=NOW)
    for moment in ("", "2020-01-01T10:00:00+00:00", "2026-12-24T10:00:00"):
        with pytest.raises(Invalid):
            hand_in(given, Work(meeting_at=moment), world.actor("sales", world.alfa))


def test_what_was_typed_is_kept_before_it_is_handed_in(world: World) -> None:
    sales, found = world.actor("sales", world.alfa), task(started(world.alfa), "about")
    with enter(sales):
        services.save_work(task=found, work=Work(answers={"people": "1", "else": "x"}), by=sales, at=NOW)
        found.refresh_from_db()
    assert (found.answers, found.state) == ({"answers": {"people": "1"}}, "pending")


def test_a_cancelled_journey_is_over(world: World) -> None:
    journey, sales = started(world.alfa), world.actor("sales", world.alfa)
    with as_system():
        services.cancel(journey=journey, text="They start again in spring.", by=SYSTEM, at=NOW)
    assert again(journey).state == "cancelled"
    with pytest.raises(Refusal):
        hand_in(task(journey, "code"), YES, sales)
    started(world.alfa, journey.template)


def test_both_sides_are_told(world: World) -> None:
    from openprm.kernel.jobs import work_off
    from openprm.kernel.notifications.models import Notification

    sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
    journey = started(world.alfa)
    hand_in(task(journey, "about"), ANSWERS, sales)
    with enter(manager):
        services.send_back(task=task(journey, "about"), text="Again, please.", by=manager, at=NOW)
    with as_system():
        work_off()
        told = list(Notification.objects.order_by("id").values_list("kind", "person_id"))
    assert ("journeys.tasks", sales.id) in told
    assert ("journeys.to_approve", manager.id) in told
    assert ("journeys.decided", sales.id) in told


def test_what_is_optional_holds_nobody_up(world: World) -> None:
    raw = [{"key": "a", "name": "A", "tasks": [
        {"key": "news", "title": "News", "kind": "link", "link": "https://a.example", "optional": True}]},
        {"key": "b", "name": "B", "tasks": [{"key": "c", "title": "C", "kind": "confirm", "text": "C"}]}]  # fmt: skip
    journey = started(world.alfa, template("short", raw))
    assert again(journey).stage == "b"
    hand_in(task(journey, "c"), YES, world.actor("sales", world.alfa))
    assert (again(journey).state, again(journey).done, task(journey, "news").state) == ("completed", 2, "skipped")
