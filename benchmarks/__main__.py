"""Run the benchmarks of requests: ``python -m benchmarks [WHAT …] [--accounts 10000 100000 1000000]``.

They fill a database of their own (``OPENPRM_DATA``, by default ``.var/bench``) and keep it for the next run. How well
companies are matched is measured by ``benchmarks/matching.py``, which needs labelled data.
"""

import argparse

from benchmarks import _load

SIZES = (10_000, 100_000)
REQUESTS = ("verdict", "portal", "registering", "preview")
OTHERS = ("tiering", "automations")  # alone, each on data of its own


def main() -> None:
    """Measure what was asked for at each size, smallest first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="*", choices=[*REQUESTS, *OTHERS, []], help="all of requests, unless named")
    parser.add_argument(
        "--accounts", nargs="+", type=int, default=SIZES, help="sizes to measure at (grows, never shrinks)"
    )
    parser.add_argument("--partners", type=int, default=100_000, help="partners whom tiering assesses")
    parser.add_argument("--requests", type=int, default=500)
    chosen = parser.parse_args()
    if chosen.what == ["automations"]:
        from benchmarks import automations

        automations.main(chosen.requests)
        return
    _load.get_ready()
    if chosen.what == ["tiering"]:
        from benchmarks import tiering

        tiering.measure(chosen.partners)
        return
    from benchmarks import portal, preview, registering, verdict

    measured = {"verdict": verdict.measure, "portal": portal.measure, "registering": registering.measure}
    measured |= {"preview": preview.measure}  # last: it adds registrations
    for size in sorted(chosen.accounts):
        seconds = _load.grow_to(size)
        print(f"\n{_load.describe()} (loaded in {seconds:.0f} s)", flush=True)
        with _load.server() as server:
            for name in [name for name in chosen.what or measured if name in measured]:
                measured[name](server, chosen.requests)


if __name__ == "__main__":
    main()
