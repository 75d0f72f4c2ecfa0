"""The ledger: what is announced is chained, what is chained is anchored, and what is altered is named."""

import inspect
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from openprm.kernel import events
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.events.models import Event
from openprm.kernel.ledger import chaining, home, verifying
from openprm.kernel.ledger.anchoring import anchor_due
from openprm.kernel.ledger.hashing import EVENT_COLUMNS, GENESIS, link_hash
from openprm.kernel.ledger.models import Anchor, Chain, Link, Verification
from openprm.kernel.ledger.verifying import Finding, Walk
from openprm.kernel.ledger.words import SENTENCES
from openprm.kernel.notifications.models import Notification
from openprm.kernel.tests.cast import ADMIN, ALFA, ANNA
from openprm.kernel.tests.facts import Kept, Shared
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _notes_are_chained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaining, "chained", {"kernel.Notification"})


def a_note(title: str = "The note") -> Notification:
    with as_system():
        return Notification.objects.create(person_id=ANNA.id, partner_id=ALFA, kind="k", title=title)


def announce(note: Notification, fact: Any = None, by: Any = SYSTEM) -> Event:
    with enter(by):
        return events.announce(fact or Shared(), about=note, by=by, at=timezone.now())


def links_of(note: Notification) -> list[Link]:
    with as_system():
        return list(Link.objects.filter(subject_id=note.pk).order_by("position"))


def found() -> Walk:
    return verifying.walked()


def test_the_facts_about_a_subject_are_chained_whoever_announces_them() -> None:
    note = a_note()
    told = [announce(note), announce(note, by=ANNA), announce(note, Kept(), by=ADMIN)]
    links = links_of(note)
    assert [link.event_id for link in links] == [event.pk for event in told]
    assert [link.position for link in links] == [1, 2, 3]
    assert [link.previous for link in links] == [GENESIS, links[0].hash, links[1].hash]
    with as_system():
        chain = Chain.objects.get(subject_id=note.pk)
    assert (chain.length, chain.head, chain.subject_type) == (3, links[2].hash, "kernel.Notification")
    assert found().problems == 0


def test_every_subject_has_its_own_chain() -> None:
    one, other = a_note(), a_note()
    for note in (one, other, one):
        announce(note)
    assert [len(links_of(note)) for note in (one, other)] == [2, 1]


def test_history_brought_in_silently_is_chained_too() -> None:
    note = a_note()
    with events.silently():
        announce(note)
    assert len(links_of(note)) == 1


def test_facts_about_what_is_not_declared_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaining, "chained", set())
    note = a_note()
    announce(note)
    assert links_of(note) == []
    assert found().problems == 0


def test_a_link_comes_and_goes_with_its_transaction() -> None:
    note = a_note()
    announce(note)
    with transaction.atomic():
        announce(note)
        transaction.set_rollback(True)
    announce(note)
    assert len(links_of(note)) == 2
    assert found().problems == 0


def test_chaining_asks_two_questions_more_however_long_the_chain(django_assert_num_queries: Any) -> None:
    note = a_note()
    with as_system():
        for _many in range(12):
            announce(note)
        event = Event.objects.first()
        assert event is not None
        event.pk = uuid4()
        with django_assert_num_queries(2):
            chaining.append(event)


def test_what_was_recorded_before_is_chained_in_the_order_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaining, "chained", set())
    one, other = a_note(), a_note()
    told = [announce(note) for note in (one, other, one, one)]
    monkeypatch.setattr(chaining, "chained", {"kernel.Notification"})
    assert {finding.kind for finding in found().findings} == {"event_not_chained"}
    later = announce(one)
    with as_system():
        assert chaining.adopt() == 4
        assert chaining.adopt() == 0
    assert [link.event_id for link in links_of(one)] == [event.pk for event in (later, told[0], told[2], told[3])]
    assert found().problems == 0


def test_anchors_hold_every_head_that_grew_and_follow_each_other() -> None:
    notes = [a_note() for _one in range(3)]
    for note in notes:
        announce(note)
    assert anchor_due(at=NOW) == 3
    assert anchor_due(at=NOW) == 0
    announce(notes[0])
    assert anchor_due(at=NOW) == 1
    with as_system():
        first, second = Anchor.objects.order_by("sequence")
    assert set(first.heads) == {str(note.pk) for note in notes}
    assert second.heads == {str(notes[0].pk): [2, links_of(notes[0])[1].hash]}
    assert (first.previous, second.previous) == (GENESIS, first.hash)
    walk = found()
    assert (walk.problems, walk.links, walk.chains, walk.anchors) == (0, 4, 3, 2)


def test_many_heads_are_held_by_several_anchors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openprm.kernel.ledger.anchoring.MOST_HEADS", 2)
    for _one in range(5):
        announce(a_note())
    assert anchor_due(at=NOW) == 5
    with as_system():
        assert [len(anchor.heads) for anchor in Anchor.objects.order_by("sequence")] == [2, 2, 1]
    assert found().problems == 0


def test_a_verification_is_kept_and_tells_how_far_it_is() -> None:
    for _one in range(3):
        announce(a_note())
    anchor_due(at=NOW)
    told: list[tuple[str, int, int]] = []
    done = verifying.verify(by="Ada", at=NOW, now=lambda: NOW, progress=lambda *step: told.append(step))
    assert told == [("chains", 3, 3), ("anchors", 1, 1)]
    assert (done.sound, done.first, done.by) == (True, None, "Ada")
    with as_system():
        assert Verification.objects.get() == done


def test_whoever_operates_the_server_is_told_when_something_does_not_fit(world: World) -> None:
    admin, manager = world.person("admin"), world.person("channel_manager")
    announce(a_note())
    verifying.verify(by="OpenPRM", at=NOW, now=lambda: NOW)
    with as_system():
        assert not Notification.objects.filter(kind=verifying.ALTERED).exists()
        assert home.altered_card(SYSTEM) is None
    with as_system():
        Chain.objects.update(head="0" * 64)
    verifying.verify(by="OpenPRM", at=NOW, now=lambda: NOW)
    with as_system():
        told = Notification.objects.filter(kind=verifying.ALTERED)
        assert [(one.person_id, one.url) for one in told] == [(admin.pk, "/console/ledger/")]
        assert manager.pk not in [one.person_id for one in told]
        card = home.altered_card(SYSTEM)
        assert card is not None
        assert "altered: it does not fit the links" in card["first"]


def test_every_kind_of_finding_has_its_sentence() -> None:
    named = set(
        re.findall(r'(?:Finding|at)\("(\w+)"|return "(\w+)"|kind = "(\w+)".*else "(\w+)"', inspect.getsource(verifying))
    )
    assert {kind for group in named for kind in group if kind} == set(SENTENCES)


@pytest.mark.django_db(transaction=True)
class TestTampering:
    """The owner of the database alters a row; the verification names it."""

    @pytest.fixture
    def told(self) -> Iterator[list[list[Event]]]:
        """Three chains of four facts, anchored after the third, with the owner at the keyboard."""
        from openprm.config import roles

        notes = [a_note() for _one in range(3)]
        chains = [[announce(note) for _many in range(3)] for note in notes]
        anchor_due(at=NOW)
        for chain, note in zip(chains, notes, strict=True):
            chain.append(announce(note))
        anchor_due(at=NOW)
        for chain, note in zip(chains, notes, strict=True):
            chain.append(announce(note))
        roles.become(connection, owner=True)
        yield chains
        roles.become(connection, owner=False)

    def tampered(self, *statements: Any) -> list[Finding]:
        """Return what is found after the owner ran the statements, and undo them."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                for sql, *values in statements:
                    cursor.execute(sql, values)
                    assert cursor.rowcount, sql
            walk = found()
            transaction.set_rollback(True)
        return walk.findings

    @pytest.mark.parametrize("name", EVENT_COLUMNS)
    @pytest.mark.parametrize("place", [0, 1, 4])
    def test_any_column_of_any_event(self, told: list[list[Event]], name: str, place: int) -> None:
        changed = {
            "shared": "not shared", "at": "at + interval '1 microsecond'", "payload": "'{\"words\": \"goodbye\"}'",
        }.get(name, "gen_random_uuid()" if name.endswith("id") else f"{name} || '.'")  # fmt: skip
        event = told[1][place]
        findings = self.tampered((f"update kernel_event set {name} = {changed} where id = %s", event.pk))
        assert str(event.pk) in {finding.event for finding in findings}
        expected = {"id": "event_missing"}.get(name, "event_altered")
        assert expected in {finding.kind for finding in findings}

    @pytest.mark.parametrize("place", [0, 2, 4])
    def test_a_deleted_event(self, told: list[list[Event]], place: int) -> None:
        event = told[1][place]
        findings = self.tampered(
            ("delete from kernel_event where id = %s", event.pk),
        )
        assert (findings[0].kind, findings[0].event, findings[0].position) == (
            "event_missing",
            str(event.pk),
            place + 1,
        )

    @pytest.mark.parametrize("place", [0, 2])
    def test_a_deleted_link(self, told: list[list[Event]], place: int) -> None:
        event = told[1][place]
        findings = self.tampered(("delete from kernel_link where event_id = %s", event.pk))
        assert (findings[0].kind, findings[0].event, findings[0].position) == ("link_missing", str(event.pk), place + 1)

    def test_links_cut_off_at_the_end(self, told: list[list[Event]]) -> None:
        event = told[1][4]
        findings = self.tampered(("delete from kernel_link where event_id = %s", event.pk))
        assert (findings[0].kind, findings[0].position) == ("links_missing_at_end", 5)
        assert ("event_not_chained", str(event.pk)) in {(finding.kind, finding.event) for finding in findings}

    def test_an_end_that_was_anchored_cannot_be_cut_off_by_mending_the_head(self, told: list[list[Event]]) -> None:
        ids = [event.pk for event in told[1][2:]]
        subject = told[1][0].subject_id
        findings = self.tampered(
            ("delete from kernel_event where id = any(%s)", ids),
            ("delete from kernel_link where event_id = any(%s)", ids),
            ("update kernel_chain c set length = 2, anchored = 0, anchor = null, head = (select hash from kernel_link l"
             " where l.subject_id = c.subject_id and position = 2) where subject_id = %s", subject),
        )  # fmt: skip
        assert findings[0] == Finding("rewritten", subject=str(subject), position=3, anchor=1)

    def test_a_chain_rewritten_from_an_altered_event_on_does_not_fit_its_anchor(self, told: list[list[Event]]) -> None:
        subject = told[1][0].subject_id
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute('update kernel_event set payload = \'{"words": "no"}\' where id = %s', [told[1][1].pk])
            previous = GENESIS
            for position, event in enumerate(Event.objects.filter(subject_id=subject).order_by("at"), 1):
                columns = {name: getattr(event, name) for name in EVENT_COLUMNS}
                mark = link_hash(columns, position=position, previous=previous)
                Link.objects.filter(event_id=event.pk).update(previous=previous, hash=mark)
                previous = mark
            Chain.objects.filter(subject_id=subject).update(head=previous)
            findings = found().findings
            transaction.set_rollback(True)
        assert (findings[0].kind, findings[0].position, findings[0].anchor) == ("rewritten", 3, 1)

    def test_an_event_slipped_in(self, told: list[list[Event]]) -> None:
        columns = ", ".join(name for name in EVENT_COLUMNS if name != "id")
        findings = self.tampered(
            (f"insert into kernel_event (id, {columns}) select %s, {columns} from kernel_event where id = %s",
             UUID(int=7), told[1][1].pk),
        )  # fmt: skip
        assert findings == [Finding("event_not_chained", event=str(UUID(int=7)), subject=str(told[1][1].subject_id))]

    def test_two_events_exchanged(self, told: list[list[Event]]) -> None:
        one, other = told[1][1].pk, told[1][3].pk
        findings = self.tampered(
            ("update kernel_link set event_id = %s where event_id = %s", UUID(int=7), one),
            ("update kernel_link set event_id = %s where event_id = %s", one, other),
            ("update kernel_link set event_id = %s where event_id = %s", other, UUID(int=7)),
        )
        assert (findings[0].kind, findings[0].event) == ("reordered", str(other))

    def test_two_links_exchanged(self, told: list[list[Event]]) -> None:
        one, other = told[1][1].pk, told[1][2].pk
        findings = self.tampered(
            ("update kernel_link set position = 99 where event_id = %s", one),
            ("update kernel_link set position = 2 where event_id = %s", other),
            ("update kernel_link set position = 3 where event_id = %s", one),
        )
        assert (findings[0].kind, findings[0].event) == ("reordered", str(other))

    @pytest.mark.parametrize("name", ["event_id", "subject_id", "position", "previous", "hash"])
    @pytest.mark.parametrize("place", [0, 2, 4])
    def test_any_column_of_any_link(self, told: list[list[Event]], name: str, place: int) -> None:
        event = told[1][place]
        changed = {"position": "position + 90", "previous": "repeat('1', 64)", "hash": "repeat('1', 64)"}
        value = changed.get(name, "gen_random_uuid()")
        findings = self.tampered((f"update kernel_link set {name} = {value} where event_id = %s", event.pk))
        named = {finding.event for finding in findings}
        assert str(event.pk) in named or findings[0].position == place + 1
        if name in ("hash", "previous"):
            assert findings[0] == Finding("link_altered", str(event.pk), str(event.subject_id), place + 1)

    @pytest.mark.parametrize(
        "change",
        ["length = 2", "length = 9", "head = repeat('1', 64)", "anchored = 1", "anchored = 9", "anchor = 1",
         "anchor = 9", "anchor = null", "subject_type = 'x'", "subject_id = gen_random_uuid()"],
    )  # fmt: skip
    def test_any_column_of_a_head(self, told: list[list[Event]], change: str) -> None:
        subject = told[1][0].subject_id
        findings = self.tampered((f"update kernel_chain set {change} where subject_id = %s", subject))
        assert str(subject) in {finding.subject for finding in findings}

    def test_a_deleted_head(self, told: list[list[Event]]) -> None:
        subject = told[1][0].subject_id
        findings = self.tampered(("delete from kernel_chain where subject_id = %s", subject))
        assert (findings[0].kind, findings[0].event) == ("head_missing", str(told[1][0].pk))

    @pytest.mark.parametrize("sequence", [1, 2])
    @pytest.mark.parametrize(
        "change",
        ["sequence = 99", "at = at + interval '1 microsecond'", "previous = repeat('1', 64)", "heads = '{}'",
         "hash = repeat('1', 64)"],
    )  # fmt: skip
    def test_any_column_of_an_anchor(self, told: list[list[Event]], change: str, sequence: int) -> None:
        findings = self.tampered((f"update kernel_anchor set {change} where sequence = %s", sequence))
        assert findings[0].anchor in (sequence, 99)
        assert findings[0].kind in ("anchor_altered", "anchor_missing")

    @pytest.mark.parametrize("sequence", [1, 2])
    def test_a_deleted_anchor(self, told: list[list[Event]], sequence: int) -> None:
        findings = self.tampered(("delete from kernel_anchor where sequence = %s", sequence))
        assert (findings[0].kind, findings[0].anchor) == ("anchor_missing", sequence)

    def test_anything_at_random(self, told: list[list[Event]]) -> None:
        chance = Random(8)
        for _once in range(150):
            sql = _random_tampering(chance)
            findings = self.tampered((sql,))
            assert findings, sql
            assert all(f.event or f.subject or f.anchor for f in findings), sql

    def test_the_command_names_the_first_altered_row(self, told: list[list[Event]], run: Callable[..., Any]) -> None:
        assert run("verify").exit_code == 0
        event = told[1][1]
        with connection.cursor() as cursor:
            cursor.execute("update kernel_event set actor_name = 'Nobody' where id = %s", [event.pk])
        answer = run("verify")
        assert answer.exit_code == 1
        where = f"First: event {event.pk}, subject {event.subject_id}, position 2"
        assert f"{where}, “{event.name} · {event.subject_label}”" in answer.output

    @pytest.fixture
    def run(self) -> Callable[..., Any]:
        from openprm.config.cli import openprm

        return lambda *words: CliRunner().invoke(openprm, words)


COLUMNS = {
    "kernel_event": {"name": "name || 'x'", "at": "at - interval '1 day'", "payload": "payload || '{\"x\": 1}'",
                     "shared": "not shared", "actor_side": "actor_side || 'x'", "partner_id": "gen_random_uuid()"},
    "kernel_link": {"previous": "repeat('2', 64)", "hash": "repeat('2', 64)", "position": "position + 50",
                    "subject_id": "gen_random_uuid()", "event_id": "gen_random_uuid()"},
    "kernel_chain": {"head": "repeat('2', 64)", "length": "length + 1", "anchored": "anchored - 1"},
    "kernel_anchor": {"hash": "repeat('2', 64)", "heads": "heads || '{\"x\": [1, \"y\"]}'",
                      "at": "at - interval '1 s'"},
}  # fmt: skip


def _random_tampering(chance: Random) -> str:
    table = chance.choice(sorted(COLUMNS))
    one = f"ctid = (select ctid from {table} order by md5(ctid::text || '{chance.random()}') limit 1)"
    if chance.random() < 0.3:
        return f"delete from {table} where {one}"
    name, value = chance.choice(sorted(COLUMNS[table].items()))
    return f"update {table} set {name} = {value} where {one}"


@pytest.mark.django_db(transaction=True)
def test_many_who_announce_at_once_get_one_order() -> None:
    from openprm.deals.tests.test_races import all_at_once

    note, rounds, at_once = a_note(), 10, 8

    def tell() -> None:
        for _many in range(rounds):
            announce(note, by=ANNA)

    all_at_once([tell] * at_once)
    assert [link.position for link in links_of(note)] == list(range(1, rounds * at_once + 1))
    assert found().problems == 0


@pytest.mark.django_db(transaction=True)
def test_announcing_about_another_subject_does_not_wait_nor_does_anchoring() -> None:
    busy, other = a_note(), a_note()
    announce(other)
    here = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with here.cursor() as cursor:  # somebody is announcing about the first, and takes their time
            cursor.execute("begin")
            cursor.execute("select set_config('role', 'openprm_staff', true)")
            cursor.execute(
                "insert into kernel_chain (subject_id, subject_type, length, head, anchored) values (%s, '', 1, '', 0)",
                [busy.pk],
            )
            cursor.execute("select 1 from kernel_chain where subject_id = %s for update", [busy.pk])
            with transaction.atomic(), connection.cursor() as impatient:
                impatient.execute("set local lock_timeout = '2s'")
                announce(other)
            assert anchor_due(at=NOW) == 1
            cursor.execute("rollback")
    finally:
        here.close()
    assert len(links_of(other)) == 2
