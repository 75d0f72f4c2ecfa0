"""A made-up group of companies: names of every kind, a family, a twin that came by import, and what was decided."""

from datetime import datetime, timedelta

from openprm.customers import services
from openprm.customers.models import Account
from openprm.kernel.access import SYSTEM, Actor

GROUP = "Halvorsen Maritime ASA"
ROWS = (
    {
        "external_id": "G-1",
        "name": GROUP,
        "aliases": "Halvorsen; Halvorsen Shipping",
        "former_names": "Halvorsen & Sønner Rederi AS",
        "acronyms": "HMA",
        "website": "https://halvorsen-maritime.no",
        "further_domains": "halvorsen-shipping.com",
        "phone": "+47 55 21 40 00",
        "registration_ids": "VAT:NO987654321MVA; NO-ORGNR:987654321",
        "is_customer": "yes",
    },
    {"external_id": "G-2", "name": "Halvorsen Shipyards AS", "parent_external_id": "G-1"},
    {"external_id": "G-3", "name": "Bergen Dock og Verft AS", "parent_external_id": "G-1"},
    {"external_id": "G-4", "name": "Halvorsen Crewing GmbH", "country": "DE", "parent_external_id": "G-1"},
    {"external_id": "G-5", "name": "Verft Service Odda AS", "parent_external_id": "G-3"},
    {"external_id": "G-6", "name": "Halvorsen Maritim Drift"},
    {"external_id": "G-7", "name": "Halvorsen Marine Ltd", "country": "GB", "website": "https://halvorsenmarine.co.uk"},
    {"external_id": "G-8", "name": "HMA Logistikk AS"},
)


def load(*, at: datetime) -> None:
    """Bring the group in, parents before their subsidiaries."""
    for row in ROWS:
        values = {"country": "NO", **row}
        services.upsert_accounts(rows=[values], by=SYSTEM, at=at, origin="crm", same_company="create", tell=False)


def decide(by: Actor, *, at: datetime) -> None:
    """Let a channel manager settle two of the questions; others are left for whoever looks."""
    account = {row.external_id: row for row in Account.objects.filter(external_id__startswith="G-")}
    services.decide(
        account=account["G-1"],
        other=account["G-7"],
        verdict="different",
        why="A boatyard in Southampton; no tie to the Norwegian group.",
        by=by,
        at=at - timedelta(days=9),
    )
    services.decide(
        account=account["G-8"],
        other=account["G-1"],
        verdict="same",
        why="Renamed in the trade register; the CRM has both.",
        by=by,
        at=at - timedelta(days=3),
    )
