"""``kill -9`` of the worker, the web server and the database under load: nothing acknowledged is lost or doubled.

Clients register deals over the API while the worker is killed several times, the web server once, and the database
server once for long, once for short. Everybody but the drill only ever sees what a partner's program would.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drills.clients import Clients, Record
from drills.instance import Instance, instance

CLIENTS = 6
MOST_EACH = 60  # registrations that one client sends at most
WORKERS_KILLED = 4
AWAY = 3.0  # seconds that the database stays away
SETTLING = (
    120.0  # seconds: a killed worker's jobs are picked up half a minute after its last sign of life, at most 1 later
)


@dataclass
class Report:
    """What came of it."""

    figures: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def figure(self, what: str, value: Any) -> None:
        """Note something that was counted."""
        self.figures.append((what, value))

    def expect(self, good: bool, otherwise: str) -> None:
        """Note a fault unless all is well."""
        if not good:
            self.faults.append(otherwise)

    def show(self) -> None:
        """Print the table and the faults."""
        for what, value in self.figures:
            print(f"  {what:<52}{value!s:>14}")
        for fault in self.faults:
            print(f"  FAULT: {fault}")
        print("  passed" if not self.faults else f"  failed: {len(self.faults)} faults")


def drill() -> bool:
    """Run it; return whether nothing was lost or doubled."""
    report = Report()
    began = time.monotonic()
    with instance() as installed:
        os.environ.update(installed.environment)
        import django

        django.setup()
        from drills import programme

        made = programme.load(CLIENTS)
        _leave()
        installed.start_web()
        installed.start("worker", "worker")
        print(f"set up in {time.monotonic() - began:.0f} s; breaking things …", flush=True)
        clients = Clients(installed.address, made.tokens, made.cookies, most=MOST_EACH)
        clients.start()
        try:
            _break(installed, report)
        finally:
            record = clients.stop()
        _judge_answers(record, report)
        _settle(report)
        _judge(record, report)
        report.expect(installed.running["web"].poll() is None, "the web server ended")
        if report.faults:
            print(f"web:\n{installed.said('web')}\nworker:\n{installed.said('worker')}")
        _leave()
    report.figure("seconds in all", round(time.monotonic() - began))
    report.show()
    return not report.faults


def _break(installed: Instance, report: Report) -> None:
    """Kill the worker, the web server, the database, then worker and database together."""
    for _time in range(WORKERS_KILLED - 1):
        _kill_busy_worker(installed)
    installed.kill("web")
    installed.start_web()
    time.sleep(3)
    installed.kill_database()
    time.sleep(AWAY)
    installed.start_database()
    time.sleep(4)
    installed.kill_database()
    _kill_busy_worker(installed)
    installed.start_database()
    time.sleep(6)
    report.figure("worker killed, times", WORKERS_KILLED)
    report.figure("web server killed, times", 1)
    report.figure("database killed, times", 2)


def _kill_busy_worker(installed: Instance) -> None:
    time.sleep(3.5)
    installed.kill("worker")
    time.sleep(0.5)
    installed.start("worker", "worker")


def _judge_answers(record: Record, report: Report) -> None:
    report.figure("registrations acknowledged", len(record.acknowledged))
    report.figure("  of these by repeating an answer", record.replayed)
    report.figure("slowest, with all its repetitions (s)", round(record.slowest, 1))
    for answer, count in sorted(record.answers.items()):
        report.figure(f"answers: {answer}", count)
    for wrong, count in Counter(record.wrong).most_common(5):
        report.faults.append(f"{count} × {wrong}")
    report.expect(bool(record.acknowledged), "nothing was registered at all")
    report.expect(not record.unanswered, f"never acknowledged: {record.unanswered[:5]}")


def _settle(report: Report) -> None:
    """Wait until the worker has done everything."""
    from openprm.kernel.access import as_system
    from openprm.kernel.console import running
    from openprm.kernel.events.models import Delivery

    def left() -> tuple[int, int]:
        with as_system():
            counts = running.counts()
            return Delivery.objects.exclude(state=Delivery.State.DONE).count(), counts["doing"] + _due()

    began = time.monotonic()
    while any(remaining := left()) and time.monotonic() - began < SETTLING:
        time.sleep(1)
    report.figure("seconds until all was done", round(time.monotonic() - began))
    report.expect(not any(remaining), f"deliveries and jobs not done: {remaining}")


def _due() -> int:
    """Return how many jobs wait that are no clock's."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    clocks = ("kernel.pick_up_jobs", "kernel.forget_jobs")
    return ProcrastinateJob.objects.filter(status="todo").exclude(task_name__in=clocks).count()


def _judge(record: Record, report: Report) -> None:
    """Compare what was acknowledged with what there is."""
    from procrastinate.contrib.django.models import ProcrastinateEvent

    from openprm.deals import policies
    from openprm.deals.models import DealRegistration
    from openprm.kernel import events
    from openprm.kernel.access import as_system
    from openprm.kernel.console import running
    from openprm.kernel.events.models import Delivery, Event
    from openprm.kernel.mail.models import Mail
    from openprm.kernel.notifications.models import Notification

    with as_system():
        deals = {str(deal.pk): deal for deal in DealRegistration.objects.select_related("partner")}
        submitted = {str(event.subject_id): event for event in Event.objects.filter(name="deal.submitted")}
        happened = Event.objects.filter(name="deal.submitted").count()
        told = Counter(Notification.objects.values_list("event_id", "person_id"))
        mails = Counter((mail.recipients[0], mail.text) for mail in Mail.objects.all())
        due = {pk: {person.pk for person in policies.who_may_decide(deal)} for pk, deal in deals.items()}
        delivered = Counter(Delivery.objects.values_list("event_id", "subscriber", "state"))
        failed = running.counts()["failed"]
        again = ProcrastinateEvent.objects.filter(type="deferred_for_retry").count()

    acknowledged = Counter(answer["id"] for answer in record.acknowledged.values())
    customers = Counter(deal.customer_name for deal in deals.values())
    report.figure("jobs begun again", again)
    report.figure("deals in the database", len(deals))
    report.figure("deliveries", sum(delivered.values()))
    report.figure("notifications", sum(told.values()))
    report.figure("e-mails kept", sum(mails.values()))
    _none(report, "acknowledged, but not there", acknowledged.keys() - deals.keys())
    _none(report, "there, but never acknowledged", deals.keys() - acknowledged.keys())
    _none(report, "two keys with one deal", [pk for pk, count in acknowledged.items() if count > 1])
    _none(report, "registered twice", [name for name, count in customers.items() if count > 1])
    _none(report, "without their event", deals.keys() - submitted.keys())
    report.expect(happened == len(deals), f"{happened} submissions of {len(deals)} deals in the log")
    subscribers = [subscriber.name for subscriber in events.subscribers_of("deal.submitted")]
    wanted = {(event.pk, name, "done") for event in submitted.values() for name in subscribers}
    _none(report, "not delivered exactly once", [each for each in wanted if delivered[each] != 1])
    people = {(submitted[pk].pk, person) for pk, those in due.items() if pk in submitted for person in those}
    _none(report, "not told exactly once", [each for each in people if told[each] != 1])
    _none(report, "told without reason", told.keys() - people)
    _none(report, "e-mailed twice", [each for each, count in mails.items() if count > 1])
    report.expect(sum(mails.values()) == len(people), f"{sum(mails.values())} e-mails for {len(people)} notifications")
    report.expect(failed == 0, f"{failed} jobs failed for good")


def _none(report: Report, what: str, found: Any) -> None:
    report.figure(what, len(found))
    report.expect(not found, f"{what}: {sorted(map(str, found))[:3]}")


def _leave() -> None:
    """Give our own connection back: the one before would not survive what follows."""
    from django.db import connections

    connections.close_all()


DRILLS: dict[str, Callable[[], bool]] = {"kill9": drill}
