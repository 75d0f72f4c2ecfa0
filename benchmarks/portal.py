"""The portal's list of deals, signed in, row-level security on; beside a page that reads next to nothing."""

import random

from benchmarks._load import HEADING, WARM_UP, Server, ask


def measure(server: Server, requests: int) -> None:
    """Print the figures of the list, searched and sorted too, and of the empty form as its peer."""
    rng = random.Random(5)
    paths = ["/portal/deals/", "/portal/deals/?page=2", "/portal/deals/?q=Gm", "/portal/deals/?state=approved"]
    chosen = [("GET", rng.choice(paths), {}) for _number in range(requests + WARM_UP)]
    plain = [("GET", "/portal/deals/register/", {}) for _number in range(max(50, requests // 4) + WARM_UP)]
    ours, peer = ask(server, chosen), ask(server, plain)
    print(HEADING)
    print(ours.line("portal: my deals"))
    print(peer.line("peer: the empty registration form"))
    print(f"list / form: p50 {ours.at(0.5) / peer.at(0.5):.2f}, p99 {ours.at(0.99) / peer.at(0.99):.2f}", flush=True)
