"""Facts: written with the change they tell of, brought to each subscriber once, kept for ever."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel import events
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.events import delivery, registry
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.notifications.models import Notification
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.tests.cast import ADMIN, ALFA, ANNA, BETA
from openprm.kernel.tests.facts import Kept, Shared

pytestmark = pytest.mark.django_db


@dataclass
class Ears:
    """What the two subscribers of the tests heard; ``broken`` makes the first one fail after it wrote."""

    heard: list[str] = field(default_factory=list)
    broken: bool = False


@pytest.fixture(autouse=True)
def ears(monkeypatch: pytest.MonkeyPatch) -> Ears:
    ears = Ears()

    def first(event: Event) -> None:
        StoredSetting.objects.create(key=f"first:{event.pk}", value=1)
        if ears.broken:
            raise ValueError("the first ear is deaf")
        ears.heard.append("first")

    def second(event: Event) -> None:
        ears.heard.append("second")

    monkeypatch.setattr(registry, "_subscribers", {})
    events.on("thing.shared", name="tests.first")(first)
    events.on("thing.shared", "thing.kept", name="tests.second")(second)
    return ears


@pytest.fixture
def note(as_system: None) -> Notification:
    return Notification.objects.create(person_id=ANNA.id, partner_id=ALFA, kind="k", title="The note")


def announce(note: Any, fact: Any = None, by: Actor = SYSTEM) -> Event:
    return events.announce(fact or Shared(), about=note, by=by, at=timezone.now())


def deliver(subscriber: str) -> Delivery:
    row = Delivery.objects.get(subscriber=subscriber)
    delivery.deliver.run(str(row.pk))
    row.refresh_from_db()
    return row


def test_a_fact_tells_who_did_what_to_what_and_when(note: Notification) -> None:
    event = Event.objects.get(pk=announce(note, by=ANNA).pk)
    assert (event.name, event.actor_name, event.actor_side, event.partner_id) == (
        "thing.shared",
        "Anna",
        "partner",
        ALFA,
    )
    assert (event.subject_id, event.subject_label) == (note.pk, "The note")
    assert event.fact == Shared(words="hello")


def test_what_is_rolled_back_never_happened(note: Notification) -> None:
    before = ProcrastinateJob.objects.count()
    with transaction.atomic():
        announce(note)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()
    assert ProcrastinateJob.objects.count() == before


def test_a_fact_goes_to_those_who_listen_for_it(note: Notification) -> None:
    announce(note, Kept())
    assert [row.subscriber for row in Delivery.objects.all()] == ["tests.second"]


def test_a_delivery_that_runs_twice_has_its_effect_once(note: Notification, ears: Ears) -> None:
    announce(note)
    assert deliver("tests.first").state == "done"
    assert deliver("tests.first").state == "done"
    assert ears.heard == ["first"]
    assert StoredSetting.objects.filter(key__startswith="first:").count() == 1


def test_a_subscriber_that_fails_leaves_nothing_and_stops_no_other(note: Notification, ears: Ears) -> None:
    ears.broken = True
    announce(note)
    with pytest.raises(ValueError, match="deaf"):
        deliver("tests.first")
    deliver("tests.second")
    failing = Delivery.objects.get(subscriber="tests.first")
    assert (failing.state, failing.attempts) == ("waiting", 1)
    assert "the first ear is deaf" in failing.error
    assert not StoredSetting.objects.filter(key__startswith="first:").exists()
    assert ears.heard == ["second"]


def test_after_its_attempts_a_delivery_is_given_up_visibly_and_can_be_replayed(note: Notification, ears: Ears) -> None:
    ears.broken = True
    announce(note)
    for _attempt in range(delivery.ATTEMPTS):
        with pytest.raises(ValueError):
            deliver("tests.first")
    row = Delivery.objects.get(subscriber="tests.first")
    assert row.state == "failed"
    ears.broken = False
    delivery.replay(row)
    assert deliver("tests.first").state == "done"


def test_history_brought_in_has_no_effects(note: Notification) -> None:
    with events.silently():
        announce(note)
    assert Event.objects.count() == 1
    assert not Delivery.objects.exists()


def raw(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def test_a_partner_sees_its_own_shared_facts_and_no_other(note: Notification) -> None:
    theirs = Notification.objects.create(person_id=ADMIN.id, partner_id=BETA, kind="k", title="Beta's")
    for about, fact in [(note, Shared()), (note, Kept()), (theirs, Shared())]:
        announce(about, fact)
    with enter(ANNA):
        assert raw("select name, partner_id from kernel_event") == [("thing.shared", ALFA)]
        assert raw("select * from kernel_delivery") == []


def test_a_partner_announces_its_own_facts_and_no_others(note: Notification) -> None:
    theirs = Notification.objects.create(person_id=ADMIN.id, partner_id=BETA, kind="k", title="Beta's")
    with enter(ANNA):
        announce(note, Kept(), by=ANNA)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            announce(theirs, by=ANNA)
    assert Delivery.objects.count() == 1


def test_without_a_scope_nobody_sees_anything(note: Notification) -> None:
    announce(note)
    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("select count(*) from kernel_event")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement", ["update kernel_event set actor_name = 'Nobody'", "delete from kernel_event", "truncate kernel_event"]
)
@pytest.mark.parametrize("actor", [SYSTEM, ADMIN, ANNA])
def test_what_happened_cannot_be_changed(note: Notification, statement: str, actor: Actor) -> None:
    announce(note)
    with enter(actor), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        raw(statement)
    with as_system():
        assert Event.objects.count() == 1
