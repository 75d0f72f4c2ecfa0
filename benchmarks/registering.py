"""Registering a deal by the form: everything from the check to the answer; beside saving the same form as a draft.

A third of the customers is known and blocked, so it is sent with evidence; one in three names nobody knows yet.
"""

from benchmarks._load import AT, HEADING, WARM_UP, Server, ask
from benchmarks.verdict import begin_a_day, questions

EVIDENCE = "The customer asked us for an offer in writing last week."


def measure(server: Server, requests: int) -> None:
    """Print the figures of registering and of saving."""
    begin_a_day()
    registered = [("POST", "/portal/deals/register/", _form(name)) for name in questions(requests + WARM_UP, seed=23)]
    drafts = [("POST", "/portal/deals/draft/", _form(name)) for name in questions(requests // 4 + WARM_UP, seed=29)]
    ours, peer = ask(server, registered, answer=302), ask(server, drafts, answer=204)
    print(HEADING)
    print(ours.line("registering a deal"))
    print(peer.line("peer: saving it as a draft"))
    print(
        f"registering / saving: p50 {ours.at(0.5) / peer.at(0.5):.2f}, p99 {ours.at(0.99) / peer.at(0.99):.2f}",
        flush=True,
    )


def _form(name: str) -> dict[str, str]:
    from openprm.customers.models import ProductLine
    from openprm.kernel.ids import uuid7

    return {
        "key": str(uuid7()),
        "customer_name": name,
        "country": "DE",
        "product_lines": str(ProductLine.objects.get(key="edge").pk),
        "value": "25000",
        "value_currency": "EUR",
        "close_date": f"{AT.year + 1}-06-30",
        "description": "They want to replace what they have at three sites.",
        "evidence": EVIDENCE,
    }
