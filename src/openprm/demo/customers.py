"""Who is being sold to already: real company names as accounts, and made-up direct opportunities."""

import csv
import gzip
from datetime import datetime, timedelta
from importlib import resources
from random import Random

from openprm.customers import services
from openprm.customers.models import Account
from openprm.demo.programme import CURRENCY, LINES
from openprm.kernel.access import SYSTEM

BATCH = 1000
STAGES = ("Qualification", "Discovery", "Proposal", "Negotiation")
OWNERS = ("Ida Holm", "Max Stein", "Laura Bianchi", "Dan Cooper", "Kavya Menon")
OPPORTUNITIES = 400


def names() -> list[tuple[str, str]]:
    """Return the real company names with their countries."""
    packed = resources.files("openprm.demo") / "data" / "companies.csv.gz"
    with packed.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8", newline="") as rows:
        return [(row["name"], row["country"]) for row in csv.DictReader(rows)]


def load_accounts(rng: Random, *, at: datetime, many: int | None = None) -> None:
    """Bring the accounts in, as an import would; ``many`` of them are taken from all countries."""
    known = names()
    chosen = known[:: max(1, len(known) // many)][:many] if many else known
    rows = [_account(number, name, country, rng) for number, (name, country) in enumerate(chosen)]
    for start in range(0, len(rows), BATCH):
        services.upsert_accounts(
            rows=rows[start : start + BATCH], by=SYSTEM, at=at, origin="crm", same_company="create", tell=False
        )


def load_opportunities(rng: Random, *, at: datetime, since: datetime) -> None:
    """Let the vendor's own team work on some of them ``since`` then; ``at`` is when they stand as they do."""
    known = list(
        Account.objects.exclude(external_id=None).order_by("external_id").values_list("external_id", "name", "country")
    )
    rows = [_opportunity(number, *known[rng.randrange(len(known))], rng=rng, at=at) for number in range(OPPORTUNITIES)]
    begun = [row if row["is_open"] else {**row, "is_open": True, "is_won": False} for row in rows]
    services.upsert_opportunities(rows=begun, by=SYSTEM, at=since, tell=False)
    services.upsert_opportunities(rows=[row for row in rows if not row["is_open"]], by=SYSTEM, at=at, tell=False)


def _account(number: int, name: str, country: str, rng: Random) -> dict[str, object]:
    return {
        "external_id": f"A-{100_000 + number}",
        "name": name,
        "country": country,
        "is_customer": rng.random() < 0.04,
        "named": rng.random() < 0.004,
        "owner_name": rng.choice(OWNERS),
    }


def _opportunity(
    number: int, account: str | None, name: str, country: str, *, rng: Random, at: datetime
) -> dict[str, object]:
    line = rng.choice(list(LINES))
    is_open = rng.random() < 0.6
    close = at + timedelta(days=rng.randrange(20, 200) if is_open else -rng.randrange(10, 400))
    return {
        "external_id": f"O-{5_000 + number}",
        "account_external_id": account,
        "name": f"{name.split()[0]} {LINES[line]}",
        "stage": rng.choice(STAGES) if is_open else "Closed",
        "is_open": is_open,
        "is_won": not is_open and rng.random() < 0.4,
        "amount": str(rng.randrange(8, 400) * 1000),
        "currency": CURRENCY.get(country, "EUR"),
        "close_date": close.date().isoformat(),
        "owner_name": rng.choice(OWNERS),
        "product_lines": [line],
    }
