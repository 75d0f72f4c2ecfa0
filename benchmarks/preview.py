"""The preview of rules of engagement over 100,000 past registrations, as the worker judges them."""

import time
from datetime import UTC, datetime, timedelta

from benchmarks import _load
from benchmarks._load import Server

DEALS = 100_000


def measure(_server: Server, _requests: int) -> None:
    """Print how long the shipped rules beside milder ones take, for all registrations there are."""
    from dataclasses import replace

    from openprm.customers.models import Account
    from openprm.deals import services
    from openprm.deals.models import DealRegistration, RulesPreview
    from openprm.deals.rules import Level
    from openprm.deals.services import previews
    from openprm.engagement.defaults import SHIPPED
    from openprm.engagement.rules import Kind
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        accounts = list(Account.objects.order_by("pk")[: DEALS // 3])
        while (there := DealRegistration.objects.count()) < DEALS:
            _load._add_deals(accounts[: DEALS - there])
    mild = tuple(replace(rule, verdict=Level.POSSIBLE) if rule.kind is Kind.PROTECTED else rule for rule in SHIPPED)
    now = datetime.now(UTC)
    began, cpu = time.monotonic(), time.process_time()
    previews.AT_ONCE = 0
    with as_system():
        row = services.preview(
            rules=mild, since=(now - timedelta(days=3000)).date(), until=now.date(), by=SYSTEM, at=now
        )
    services.run_preview(row.pk)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    with as_system():
        row = RulesPreview.objects.get(pk=row.pk)
    print(
        f"preview of rules: {row.done:,} registrations in {seconds:.1f} s ({cpu:.1f} s of CPU,"
        f" {row.done / seconds:,.0f}/s), {row.moved:,} answered differently",
        flush=True,
    )
