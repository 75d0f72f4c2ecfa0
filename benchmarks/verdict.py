"""The verdict while a partner types: the whole request, signed in, row-level security on; beside a trigram query.

The peer is what one would do without a company index: PostgreSQL's ``pg_trgm`` over lower-cased names, five best.
"""

import random

from benchmarks._load import CLIENTS, HEADING, Figures, Server, ask, ask_at_once, names, timed
from benchmarks._load import WARM_UP as WARM

Request = tuple[str, str, dict[str, str]]


def measure(server: Server, requests: int) -> None:
    """Print the figures of the verdict and of its peers."""
    begin_a_day()
    typed = questions(requests + WARM)
    forms: list[Request] = [("POST", "/portal/deals/verdict/", _form(name)) for name in typed]
    ours, many = ask(server, forms), ask_at_once(server, forms)
    matcher, peer = _matcher(typed), _trigrams(typed[: WARM + max(20, requests // 10)])
    print(HEADING)
    print(ours.line("verdict, whole request"))
    print(many.line(f"the same, {CLIENTS} clients at once"))
    print(matcher.line("company look-up alone, no web"))
    print(peer.line("peer: pg_trgm, five most similar, no web"))
    print(
        f"whole request / peer query: p50 {ours.at(0.5) / peer.at(0.5):.2f}, p99 {ours.at(0.99) / peer.at(0.99):.2f}",
        flush=True,
    )


def begin_a_day() -> None:
    """Forget what was asked today, and let one person ask as much as a measurement does.

    What counting costs is measured with it: a day of hundreds of companies, where the limit is far lower in life.
    """
    from openprm.checks.models import Asked, Day
    from openprm.kernel.access import as_system
    from openprm.kernel.settings_store import StoredSetting

    with as_system():
        print(f"{Asked.objects.count():,} checks forgotten")
        Asked.objects.all().delete()
        Day.objects.all().delete()
        for key, value in (("per_day", 100_000), ("per_person", 100_000), ("per_minute", 10_000)):
            StoredSetting.objects.update_or_create(key=f"checks.{key}", defaults={"value": value})


def questions(how_many: int, *, seed: int = 11) -> list[str]:
    """Return names as people type them: a third as they are, a third with a wrong letter, a third of nobody."""
    from openprm.customers.models import Account
    from openprm.kernel.access import as_system

    with as_system():
        there = Account.objects.count()
    rng = random.Random(seed)
    asked = []
    for number in range(how_many):
        at = rng.randrange(there)
        name = names(at, at + 1)[0][0]
        if number % 3 == 1 and len(name) > 6:
            cut = rng.randrange(1, len(name) - 1)
            name = name[:cut] + name[cut + 1 :]
        elif number % 3 == 2:
            name = " ".join(word[::-1] for word in name.split()[:2]) + " GmbH"
        asked.append(name)
    return asked


def _form(name: str) -> dict[str, str]:
    from openprm.customers.models import ProductLine

    return {"customer_name": name, "country": "DE", "product_lines": str(ProductLine.objects.get(key="cloud").pk)}


def _matcher(typed: list[str]) -> Figures:
    from openprm.customers import services
    from openprm.matching import Query

    for name in typed[:WARM]:
        services.find(Query(name), explained=False)
    return timed(
        lambda request: services.find(Query(request[1]), explained=False) and None,
        [("", name, {}) for name in typed[WARM:]],
    )


def _trigrams(typed: list[str]) -> Figures:
    from django.db import connection

    from openprm.config import roles
    from openprm.kernel.access import as_system

    roles.become(connection, owner=True)
    with connection.cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute(
            "create index if not exists bench_trigrams on customers_companyname using gin (lower(name) gin_trgm_ops)"
        )
    roles.become(connection, owner=False)

    def one(request: Request) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select account_id, name from customers_companyname where lower(name) %% lower(%(name)s)"
                " order by similarity(lower(name), lower(%(name)s)) desc limit 5",
                {"name": request[1]},
            )
            cursor.fetchall()

    with as_system():
        for name in typed[:5]:
            one(("", name, {}))
        return timed(one, [("", name, {}) for name in typed[WARM:]])
