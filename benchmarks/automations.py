"""From an event to its last effect: ``python -m benchmarks automations [--requests 300]``.

10,000 partners and 100 live automations, all of them waiting for the same event; each event meets the condition of ten,
and each of those takes a branch and changes something. A worker of its own runs beside. Measured is the time from the
commit that announces the event to the commit of the last step, as another connection sees it.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from benchmarks import _load

PARTNERS, AUTOMATIONS, MEETING = 10_000, 100, 10
PAUSE = 0.1  # seconds between events: a programme of this size has fewer
PATIENCE = 60.0


def main(events: int) -> None:
    """Measure, print, and put the automations away."""
    _load.get_ready()
    _load.forget_waiting()
    partners = _partners()
    _automations()
    try:
        with _worker():
            _one(partners[0])  # until the worker has begun
            times = sorted(_one(partners[number % len(partners)]) for number in range(1, events + 1))
    finally:
        _put_away()
    at = {share: times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.95, 0.99)}
    print(
        f"{PARTNERS:,} partners, {AUTOMATIONS} live automations for one event, {MEETING} of them run; {events} events"
    )
    print(
        f"{'from an event to its last effect':42}" + "".join(f"{1000 * value:9.0f}" for value in at.values()) + "  ms"
    )
    print(f"{'':42}{'p50':>9}{'p95':>9}{'p99':>9}")


def _partners() -> list[Any]:
    from openprm.kernel.access import as_system
    from openprm.partners.models import Partner

    regions = [f"r{number}" for number in range(AUTOMATIONS // MEETING)]
    with as_system():
        known = list(Partner.objects.filter(legal_name__startswith="Automated ").order_by("legal_name"))
        made = [
            Partner(
                legal_name=f"Automated {number:05}",
                country="DE",
                status="active",
                status_note=regions[number % len(regions)],
                trading_name=f"{regions[number % len(regions)]} partner {number}",
            )
            for number in range(len(known), PARTNERS)
        ]
        Partner.objects.bulk_create(made, batch_size=1000)
    return [*known, *made]


def _automations() -> None:
    """Ten automations for each tenth of the partners: a branch, then a change."""
    from openprm.automation import services
    from openprm.automation.models import Automation
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        for row in Automation.objects.filter(code__startswith="bench_", state="archived"):
            services.revive(automation=row, by=SYSTEM, at=_load.AT)
            services.resume(automation=row, by=SYSTEM, at=_load.AT)
        for number in range(Automation.objects.filter(code__startswith="bench_").count(), AUTOMATIONS):
            made = services.create(
                name=f"Bench {number}", code=f"bench_{number}", definition=_definition(number), by=SYSTEM, at=_load.AT
            )
            services.publish(automation=made, by=SYSTEM, at=_load.AT)


def _definition(number: int) -> dict[str, Any]:
    tenth = {"field": "partner.name", "op": "starts", "value": f"r{number // MEETING} "}
    active = {"field": "partner.status", "op": "in", "value": ["active"]}
    told = {"field": "role", "op": "is", "value": "bench"}
    everything: dict[str, Any] = {"match": "all", "conditions": []}
    change = {"change": "verticals-media"}  # nothing to change: what is measured is the engine
    return {
        "trigger": {"kind": "event", "event": "partner.team_changed"},
        "condition": {"audience": {"all": [tenth, active]}, "payload": {"match": "all", "conditions": [told]}},
        "steps": [
            {
                "key": "b",
                "kind": "branch",
                "condition": {"audience": active, "payload": everything},
                "then": [{"key": "a", "kind": "action", "action": "partners.set_field", "values": change}],
                "else": [],
            }
        ],
    }


def _one(partner: Any) -> float:
    """Announce an event and wait until all that follows is there; return the seconds."""
    from django.utils import timezone

    from openprm.automation.models import Run
    from openprm.kernel.access import SYSTEM, as_system
    from openprm.kernel.events import announce
    from openprm.partners.events import TeamChanged

    time.sleep(PAUSE)
    with as_system():
        fact = TeamChanged(role="bench", person_id=None, changes={})
        event = announce(fact, about=partner, by=SYSTEM, at=timezone.now())
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        with as_system():
            if Run.objects.filter(event=event, state="done").count() == MEETING:
                return time.perf_counter() - began
        time.sleep(0.005)
    raise SystemExit("the effects did not come")


@contextmanager
def _worker() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "openprm", "worker"], cwd=_load.ROOT, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _put_away() -> None:
    from openprm.automation import services
    from openprm.automation.models import Automation, Run
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        for row in Automation.objects.filter(code__startswith="bench_").exclude(state="archived"):
            services.archive(automation=row, by=SYSTEM, at=_load.AT + timedelta(days=1))
        Run.objects.filter(automation__code__startswith="bench_").delete()
