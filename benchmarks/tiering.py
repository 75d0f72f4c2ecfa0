"""A full re-evaluation of all members of a programme, as the clock does it each night: ``… tiering [--partners N]``.

Every partner has won two deals and has certified people recorded; one in a hundred stands at a tier that is not
earned any more, and moves. Beside it: counting the same deals with one bare statement, which is the least it can take.
"""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

from benchmarks._load import AT

WRONG = 100  # one in so many partners moves
SETTING_UP = AT - timedelta(days=300)
LADDER: dict[str, Any] = {
    "name": "Bench",
    "tiers": [
        {"code": "registered", "name": "Registered"},
        {"code": "silver", "name": "Silver", "requirements": [
            {"criteria": [{"kpi": "deals.won_revenue", "at_least": "30000"}]},
        ]},
        {"code": "gold", "name": "Gold", "requirements": [
            {"criteria": [
                {"kpi": "deals.won_revenue", "at_least": "60000"}, {"kpi": "deals.won", "at_least": "2"},
            ]},
            {"need": "any", "criteria": [
                {"kpi": "program.certified_people", "at_least": "3", "months": None},
                {"kpi": "deals.win_rate", "at_least": "50"},
            ]},
        ]},
    ],
}  # fmt: skip

_DEALS = """
insert into deals_dealregistration (id, created_at, updated_at, version, reference, partner_id, owner_name,
    customer_name, website, country, value, currency, contact, description, account_id, state, state_since,
    submitted_at, verdict, verdict_reasons, evidence, asked_fields, asked_text, decided_at, decided_by, automatic,
    closed_at, closing_code, closing_text, notice)
select gen_random_uuid(), %(at)s, %(at)s, 1, 'B' || lpad((row_number() over ())::text, 12, '0'), p.id, '', 'Bench', '',
    'DE', (p.n %% 10) * 5000, 'EUR', '', '', %(account)s, 'won', %(at)s, %(at)s, 'clear', '[]', '', '{}', '', %(at)s,
    '', false, %(at)s, 'won', '', ''
from (select id, row_number() over (order by id) n from partners_partner where legal_name like 'Tiering %%') p,
    generate_series(1, 2)
"""


def measure(partners: int) -> None:
    """Set so many members up, and assess them all."""
    from django.db import connection, transaction

    from openprm.kernel.access import as_system
    from openprm.program import figures, services
    from openprm.program.models import Membership, Programme

    with transaction.atomic(), as_system():
        if not Programme.objects.filter(code="bench").exists():
            print(f"setting {partners} partners up …", flush=True)
            _set_up(partners)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    with as_system():
        programme = Programme.objects.get(code="bench")
        members = Membership.objects.filter(programme=programme).count()
    began = time.monotonic()
    with as_system(), connection.cursor() as cursor:
        cursor.execute("select partner_id, sum(value) from deals_dealregistration where state = 'won' group by 1")
        cursor.fetchall()
    bare = time.monotonic() - began
    began = time.monotonic()
    with transaction.atomic(), as_system():
        figures.keep(figures.known(), None, AT)
    kept = time.monotonic() - began
    began = time.monotonic()
    with transaction.atomic(), as_system():
        moved = services.assess_all(programme, at=AT)
    assessed = time.monotonic() - began
    began = time.monotonic()
    with transaction.atomic(), as_system():
        services.assess_all(programme, at=AT + timedelta(days=1))
    again = time.monotonic() - began
    print(f"{members} members; one bare sum over their deals {bare:.2f} s")
    print(f"keeping all figures for audiences          {kept:8.2f} s")
    print(f"assessing all, {moved:6} of them move       {assessed:8.2f} s")
    print(f"assessing all again, nobody moves          {again:8.2f} s")


def _set_up(partners: int) -> None:
    from django.db import connection

    from openprm.customers import services as customers
    from openprm.kernel.access import SYSTEM
    from openprm.partners.models import Partner
    from openprm.program import services
    from openprm.program.definition import Definition
    from openprm.program.models import KpiValue, Membership

    account = customers.create_account(name="Bench Tiering", by=SYSTEM, at=SETTING_UP)
    rows = [Partner(legal_name=f"Tiering {n}", country="DE", status="active") for n in range(partners)]
    Partner.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute(_DEALS, {"at": SETTING_UP, "account": account.pk})
    programme = services.create(code="bench", definition=Definition.model_validate(LADDER), by=SYSTEM, at=SETTING_UP)
    services.publish(programme=programme, by=SYSTEM, at=SETTING_UP)
    ordered = Partner.objects.filter(legal_name__startswith="Tiering ").order_by("pk").values_list("pk", flat=True)
    members, values = [], []
    for number, pk in enumerate(ordered, 1):
        revenue = (number % 10) * 10_000
        tier = "gold" if revenue >= 60_000 else "silver" if revenue >= 30_000 else "registered"
        if number % WRONG == 0:
            tier = "silver"
        members.append(
            Membership(partner_id=pk, programme=programme, tier=tier, tier_since=SETTING_UP, assessed_at=SETTING_UP)
        )
        values.append(
            KpiValue(
                partner_id=pk,
                kpi="program.certified_people",
                value=Decimal(number % 6),
                source="Academy",
                valid_from=SETTING_UP,
            )
        )
    Membership.objects.bulk_create(members, batch_size=5_000)
    KpiValue.objects.bulk_create(values, batch_size=5_000)
