"""What provable fairness costs: ``python -m benchmarks.fairness [--deals 100000]``.

- An announcement with and without its link in a hash chain, in turn: CPU of this process and of the database.
- Walking the chains (``openprm verify``), and chaining what was not (an upgrade).
- The figures of vendor conduct over the log of so many deals, beside counting them from the log's events.

It writes into the benchmarks' own database and takes everything back.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks import _load

ROUNDS, EACH = 20, 100
FIGURES = 7  # times that each way of counting is measured
LIVES = """
with life as (
    select gen_random_uuid() as deal, md5((n %% 200)::text)::uuid as partner, n,
           %(at)s - (random() * 364)::int * interval '1 day' as began
    from generate_series(1, %(deals)s) n
), told as (
    select deal, partner, 'deal.submitted' as name, began as at,
           jsonb_build_object('due_at', to_char(began + interval '2 days', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as payload
    from life
    union all
    select deal, partner, case when n %% 4 = 0 then 'deal.rejected' else 'deal.approved' end,
           began + n %% 90 * interval '1 hour', jsonb_build_object('code', 'compliance') from life
    union all
    select deal, partner, 'deal.commented', began + interval '3 days', '{"text": "How does it stand?"}' from life
)
insert into kernel_event (id, name, subject_type, subject_id, subject_label, partner_id, shared, actor_kind, actor_name,
    actor_side, at, payload)
select gen_random_uuid(), name, 'deals.DealRegistration', deal, 'DR', partner, true, 'person', 'Somebody', 'vendor',
    at, payload from told
"""


def main() -> None:
    """Measure, print, take back."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness", description=__doc__.split("\n")[0])
    parser.add_argument("--deals", type=int, default=100_000)
    chosen = parser.parse_args()
    os.environ["OPENPRM_DB_OWNER"] = "1"  # only the owner may bring statistics up to date
    _load.get_ready()
    from django.db import transaction

    from openprm.kernel.access import as_system

    with transaction.atomic(), as_system():
        _announcing()
        transaction.set_rollback(True)
    with transaction.atomic(), as_system():
        _log(chosen.deals)
        transaction.set_rollback(True)


def _announcing() -> None:
    """Announce in turn with and without chaining, so that whatever else the machine does hits both."""
    from openprm.kernel.ledger import chaining
    from openprm.partners.models import Partner

    partner = Partner(legal_name="Measured", country="DE", status="active")
    partner.save(force_insert=True)
    from openprm.deals.models import DealRegistration

    costs: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    declared = set(chaining.chained)
    for number in range(2 * ROUNDS):
        chained = bool(number % 2)
        chaining.chained = declared if chained else set()
        deal = DealRegistration(partner=partner, state_since=_load.AT)
        deal.save(force_insert=True)
        with _cpu() as spent:
            for _many in range(EACH):
                _announce(deal)
        costs[chained].append((spent[0] / EACH, spent[1] / EACH))
    chaining.chained = declared
    print(f"{'':34}{'cpu web ms':>12}{'cpu db ms':>12}")
    for chained, name in ((False, "announcement without a chain"), (True, "announcement, chained")):
        web, database = (median(one[side] for one in costs[chained]) for side in (0, 1))
        print(f"{name:34}{web:12.3f}{database:12.3f}")
    added = [median(c[side] for c in costs[True]) - median(c[side] for c in costs[False]) for side in (0, 1)]
    print(f"{'added by the chain':34}{added[0]:12.3f}{added[1]:12.3f}", flush=True)


def _announce(deal: Any) -> None:
    from openprm.deals.events import Commented
    from openprm.kernel.access import SYSTEM
    from openprm.kernel.events import announce

    announce(Commented("DR-7KQ2-M9XV", "The customer confirmed the budget."), about=deal, by=SYSTEM, at=_load.AT)


def _log(deals: int) -> None:
    from django.db import connection

    from openprm.kernel.ledger import chaining, verifying

    with connection.cursor() as cursor:
        _timed("telling it, counted as it comes", lambda: cursor.execute(LIVES, {"at": _load.AT, "deals": deals}))
    _analyse()
    adopted = _timed("chaining what was not", chaining.adopt)
    print(f"{'':34}{adopted:12,} events", flush=True)
    _analyse()
    walk = _timed("walking the chains", verifying.walked)
    print(f"{'':34}{walk.links:12,} links, {walk.problems} problems", flush=True)
    _figures()


def _figures() -> None:
    """Count the figures from the cases and from the events in turn, and say how many times longer the events take."""
    from uuid import UUID

    from django.db import connection

    from openprm.conduct import queries, rules

    with connection.cursor() as cursor:
        cursor.execute("select partner_id from conduct_case where partner_id is not null limit 1")
        partner: UUID = cursor.fetchone()[0]
    print(f"{'':34}{'cases ms':>12}{'events ms':>12}{'ratio':>8}")
    for key in rules.PERIODS:
        period = rules.period(key, at=_load.AT)
        times: dict[bool, list[float]] = {True: [], False: []}
        said = {}
        for number in range(2 * FIGURES):
            from_cases = number % 2 == 0
            began = time.monotonic()
            said[from_cases] = (queries.measured if from_cases else queries.recounted)(period, partner=partner)
            times[from_cases].append((time.monotonic() - began) * 1000)
        cases, events = median(times[True]), median(times[False])
        print(f"{'figures of conduct, ' + key:34}{cases:12.0f}{events:12.0f}{events / cases:8.1f}", flush=True)
        assert said[True] == said[False]


def _analyse() -> None:
    """Bring the statistics up to date, as PostgreSQL does by itself where changes are kept."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("analyze kernel_event, kernel_link, kernel_chain, conduct_case")
        cursor.execute("set local role openprm_staff")


def _timed(name: str, act: Callable[[], Any]) -> Any:
    began = time.monotonic()
    with _cpu() as spent:
        result = act()
    wall = time.monotonic() - began
    print(f"{name:34}{wall:10.2f} s; cpu web {spent[0] / 1000:.2f} s, cpu db {spent[1] / 1000:.2f} s", flush=True)
    return result


@contextmanager
def _cpu() -> Iterator[list[float]]:
    """Yield the CPU milliseconds that this process and its database process spend in the block."""
    spent = [0.0, 0.0]
    web, database = time.process_time(), _of_database()
    yield spent
    spent[:] = [(time.process_time() - web) * 1000, (_of_database() - database) * 1000]


def _of_database() -> float:
    from django.db import connection

    with open(f"/proc/{connection.connection.info.backend_pid}/stat") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
