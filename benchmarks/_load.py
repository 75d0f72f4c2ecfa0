"""What the benchmarks share: a programme of any size, a server to ask, and the time and CPU that answers take.

Names are those of the demo, then words of theirs put together anew; everything is made by a fixed seed. Rows are
written by COPY, the company index by the product's own code.
"""

import http.client
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BATCH = 5_000
PARTNERS = 200
EMAIL = "sales@bench.example"
TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP = 30
CLIENTS = 8  # at once, where a measurement is of many

Asked = tuple[str, str, dict[str, str]]  # method, path, form


@dataclass(frozen=True)
class Server:
    """A running web server, and the cookies of people who are signed in, each from another partner."""

    port: int
    cookies: Sequence[str]
    csrf: str
    process: "subprocess.Popen[bytes]"


@dataclass(frozen=True)
class Figures:
    """Milliseconds that answers took, and CPU milliseconds of each process per answer."""

    times: list[float]
    client: float
    server: float
    database: float

    def line(self, name: str) -> str:
        """Return the figures as a line of the table."""
        p50, p95, p99 = (self.at(share) for share in (0.5, 0.95, 0.99))
        cpu = f"{self.server:9.2f}{self.database:9.2f}{self.client:9.2f}"
        return f"{name:42}{p50:9.1f}{p95:9.1f}{p99:9.1f}{cpu}"

    def at(self, share: float) -> float:
        """Return the time that this share of the answers stayed within."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


HEADING = f"{'':42}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'cpu web':>9}{'cpu db':>9}{'cpu cli':>9}"


def get_ready() -> None:
    """Load the product on a database of its own, migrated."""
    os.environ.setdefault("OPENPRM_DATA", str(ROOT / ".var" / "bench"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openprm.config.settings")
    subprocess.run([sys.executable, "-m", "openprm", "migrate"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    import django

    django.setup()


def grow_to(accounts: int) -> float:
    """Bring the number of accounts (a tenth as many deals, a fiftieth as many opportunities) up; return seconds."""
    from openprm.customers.models import Account
    from openprm.kernel.access import as_system

    began = time.monotonic()
    _people_and_lines()
    with as_system():
        there = Account.objects.count()
    for start in range(there, accounts, BATCH):
        with as_system():
            _add(start, min(start + BATCH, accounts))
        if sys.stderr.isatty():
            print(f"\r{start + BATCH:,} accounts", end="", file=sys.stderr)
    if there < accounts:
        _tidy()
    return time.monotonic() - began


def describe() -> str:
    """Return how much there is."""
    from openprm.customers.models import Account, CompanyName, Opportunity
    from openprm.deals.models import DealRegistration
    from openprm.kernel.access import as_system

    with as_system():
        counted = {
            model._meta.verbose_name: model.objects.count()
            for model in (Account, CompanyName, DealRegistration, Opportunity)
        }
    return ", ".join(f"{number:,} {name}" for name, number in counted.items())


def names(start: int, stop: int) -> list[tuple[str, str]]:
    """Return company names with countries: real ones first, then beginnings and endings of real ones."""
    from openprm.demo.customers import names as real

    known = real()
    found = list(known[start:stop])
    for number in range(max(start, len(known)), stop):
        rng = random.Random(number)
        (one, _country), (other, country) = rng.choice(known), rng.choice(known)
        head, tail = one.split(), other.split()
        found.append((" ".join([*head[: rng.randint(1, 2)], *tail[-rng.randint(1, 2) :]])[:280], country))
    return found


def _people_and_lines() -> None:
    from openprm.accounts import services as accounts
    from openprm.accounts.models import Person
    from openprm.customers.models import ProductLine
    from openprm.kernel.access import SYSTEM, as_system
    from openprm.partners.models import Partner

    with as_system():
        if Person.objects.filter(email=EMAIL).exists():
            return
        ProductLine.objects.bulk_create(ProductLine(key=key, name=key.title()) for key in ("cloud", "edge", "care"))
        partners = [Partner(legal_name=f"Partner {n:03}", country="DE", status="active") for n in range(PARTNERS)]
        Partner.objects.bulk_create(partners)
        accounts.create_person(email=EMAIL, name="Sales", roles=["sales"], partner=partners[0], by=SYSTEM, at=AT)


def _add(start: int, stop: int) -> None:
    from openprm.customers import index
    from openprm.customers.models import Account, Opportunity
    from openprm.customers.services.accounts import company_of
    from openprm.customers.services.upsert.writing import insert_many

    rows = [
        Account(external_id=f"B{number}", name=name, country=country, origin="crm")
        for number, (name, country) in enumerate(names(start, stop), start)
    ]
    insert_many(rows)
    index.write([company_of(account) for account in rows], fresh=True)
    insert_many([Opportunity(account=account, name="Renewal", stage="Proposal") for account in rows[::50]])
    _add_deals(rows[5::10])


def _add_deals(accounts: Sequence[object]) -> None:
    from openprm.customers.models import ProductLine
    from openprm.customers.services.upsert.writing import insert_many
    from openprm.deals.models import DealLine, DealRegistration
    from openprm.partners.models import Partner

    partners = list(Partner.objects.order_by("legal_name").values_list("pk", flat=True))
    line = ProductLine.objects.get(key="cloud")
    deals = []
    for number, account in enumerate(accounts):
        age = timedelta(days=number % 300)
        deals.append(
            DealRegistration(
                partner_id=partners[number % len(partners)],
                customer_name=account.name,  # type: ignore[attr-defined]
                account=account,
                country="DE",
                value=Decimal(1000 + number),
                currency="EUR",
                state="approved",
                verdict="clear",
                created_at=AT - age,
                state_since=AT - age,
                submitted_at=AT - age,
                decided_at=AT - age,
                protected_until=AT - age + timedelta(days=90),
            )
        )
    insert_many(deals)
    insert_many([DealLine(deal=deal, partner_id=deal.partner_id, product_line=line) for deal in deals])


def _tidy() -> None:
    """Let the planner know what is there, as autovacuum would in its own time."""
    from django.conf import settings
    from django.db import connection

    from openprm.config import roles

    roles.become(connection, owner=True)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    roles.become(connection, owner=False)
    assert settings.APP_DATABASE


def forget_waiting() -> None:
    """Forget what earlier benchmarks announced with no worker beside: who measures a worker measures its own events."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_events where job_id in (select id from procrastinate_jobs)")
        cursor.execute("delete from procrastinate_jobs where status <> 'doing'")


@contextmanager
def server() -> Iterator[Server]:
    """Run the web server, as ``openprm serve`` does, with somebody signed in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "openprm", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        csrf = "b" * 32
        yield Server(port, [f"{_session(number)}; csrftoken={csrf}" for number in range(CLIENTS)], csrf, process)
    finally:
        process.terminate()
        process.wait(30)


def _session(number: int) -> str:
    """Return the session of the person of a partner; of the first partner, EMAIL."""
    from django.conf import settings
    from django.test import Client

    from openprm.accounts import services as accounts
    from openprm.accounts.models import Person
    from openprm.kernel.access import SYSTEM, as_system
    from openprm.partners.models import Partner

    client, email = Client(), f"sales{number}@bench.example" if number else EMAIL
    with as_system():
        if not Person.objects.filter(email=email).exists():
            partner = Partner.objects.order_by("legal_name")[number]
            accounts.create_person(email=email, name="Sales", roles=["sales"], partner=partner, by=SYSTEM, at=AT)
        client.force_login(Person.objects.get(email=email))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _wait_for(port: int) -> None:
    for _attempt in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def ask(server: Server, requests: Sequence[Asked], *, answer: int = 200) -> Figures:
    """Send requests (method, path, form) one after the other over one connection, and return what they took.

    ``answer`` is the status that each must get.
    """
    one = _client(server, 0, answer)
    for request in requests[:WARM_UP]:
        one(request)
    return timed(one, requests[WARM_UP:], server.process.pid)


def ask_at_once(server: Server, requests: Sequence[Asked], *, answer: int = 200) -> Figures:
    """Send requests from CLIENTS clients of as many partners at once; each sends its share one after the other."""
    clients = [_client(server, number, answer) for number in range(CLIENTS)]
    shares = [requests[number::CLIENTS] for number in range(CLIENTS)]
    for client in clients:
        client(requests[0])
    times: list[float] = []

    def all_of_them(_request: Asked) -> None:
        with ThreadPoolExecutor(CLIENTS) as pool:
            for figures in pool.map(timed, clients, shares):
                times.extend(figures.times)

    whole = timed(all_of_them, [("", "", {})], server.process.pid)
    each = 1 / len(requests)
    return Figures(times, whole.client * each, whole.server * each, whole.database * each)


def _client(server: Server, number: int, answer: int) -> Callable[[Asked], None]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {
        "Cookie": server.cookies[number],
        "X-CSRFToken": server.csrf,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def one(request: Asked) -> None:
        method, path, form = request
        line.request(method, path, urlencode(form, doseq=True) if form else None, headers)
        got = line.getresponse()
        body = got.read()
        if got.status != answer:
            raise SystemExit(f"{method} {path} was answered {got.status}: {body[:300]!r}")

    return one


def timed(
    one: Callable[[Asked], None],
    requests: Sequence[Asked],
    pid: int = 0,
) -> Figures:
    """Do something for each request; return the times, and the CPU of client, web server and database."""
    web, database, own, times = _cpu_of(pid), _database_cpu(), time.process_time(), []
    for request in requests:
        began = time.perf_counter()
        one(request)
        times.append((time.perf_counter() - began) * 1000)
    each = 1000 / max(1, len(requests))
    spent = (time.process_time() - own, _cpu_of(pid) - web, _database_cpu() - database)
    return Figures(times, *(seconds * each for seconds in spent))


def _cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, with its threads."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _database_cpu() -> float:
    """Return the CPU seconds of the embedded server's processes that run now; 0 for a server elsewhere."""
    from django.conf import settings

    found = list((settings.DATA_FOLDER / "postgres").glob("**/postmaster.pid"))
    if not found:
        return 0.0
    postmaster = int(found[0].read_text().split("\n")[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    total = 0.0
    for child in children:
        try:
            total += _cpu_of(int(child))
        except OSError:
            continue
    return total
