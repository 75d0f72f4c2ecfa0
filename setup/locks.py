"""Check the lock files: every package has a hash, and none says where it comes from (that is the machine's choice)."""

import json
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = [*PROJECT.glob("requirements*.lock"), *PROJECT.glob("setup/*.lock")]
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links| @ ")


def problems() -> list[str]:
    """Return what is wrong, one line each."""
    found = [line for lock in PYTHON_LOCKS for line in _of_python(lock)]
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        if "resolved" in package:
            found.append(f"package-lock.json: {name} names where it comes from")
        if name and "integrity" not in package:
            found.append(f"package-lock.json: {name} has no hash")
    return found


def _of_python(lock: Path) -> list[str]:
    text = lock.read_text()
    found = [f"{lock.name}: names an address: {line}" for line in text.splitlines() if ADDRESS.search(line)]
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        if re.match(r"[A-Za-z0-9]", entry) and "--hash=sha256:" not in entry:
            found.append(f"{lock.name}: no hash for {entry.splitlines()[0]}")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or 0)
