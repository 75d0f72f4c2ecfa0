"""Run the drills: ``python -m drills [kill9]``. Two to four minutes; everything is private and removed afterwards."""

import argparse
import signal
import sys
from types import FrameType

from drills import kill9


def main() -> None:
    """Run what was asked for, and end with 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="python -m drills", description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="*", choices=[*kill9.DRILLS, []], help="all, unless named")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    passed = [kill9.DRILLS[name]() for name in chosen.what or kill9.DRILLS]
    sys.exit(0 if all(passed) else 1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)  # by way of everything that cleans up


if __name__ == "__main__":
    main()
