"""Draw the parts of the documents that come from the code: ``make docs``; ``python -m docs --check`` only looks."""

import argparse
import sys

from tools import documents


def main() -> int:
    """Draw, or with ``--check`` say which documents are stale and return 1."""
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something is stale")
    chosen = parser.parse_args()
    documents.get_ready()
    if chosen.check:
        names = documents.stale()
        sys.stdout.write("".join(f"docs/{name} is stale: run `make docs`\n" for name in names))
        return 1 if names else 0
    for document in documents.draw_all():
        sys.stdout.write(f"drawn anew: docs/{document.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
