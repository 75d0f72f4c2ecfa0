"""Find a Chromium for the tests, and with ``--install`` get one the way this machine allows.

Uses, in this order: the program named in CHROME, a Chromium or Chrome of the machine, the one that Playwright
downloaded; and installs from the distribution (root on Debian), else by Playwright.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
ADVICE = "No browser for the browser tests: install Chromium, or name one with CHROME=/path/to/chromium."


def find() -> str | None:
    """Return the path of a Chromium, if there is one."""
    if named := os.environ.get("CHROME"):
        return shutil.which(named)
    for name in NAMES:
        path = shutil.which(name)
        if path and not _is_snap(Path(path)):
            return path
    return _playwrights_own()


def install() -> None:
    """Get a browser; afterwards ``find`` tells whether that worked."""
    if os.geteuid() == 0 and shutil.which("apt-get") and _distribution() == "debian":
        _run("apt-get", "update", "--quiet")
        _run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")
    if find() is None:
        with_libraries = ("--with-deps",) if os.geteuid() == 0 and shutil.which("apt-get") else ()
        _run(sys.executable, "-m", "playwright", "install", *with_libraries, "chromium")


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)  # noqa: S603


def _is_snap(path: Path) -> bool:
    """A snap sees neither temporary folders nor, as root, much else."""
    return "/snap/" in str(path.resolve()) or (path.stat().st_size < 4096 and "snap" in path.read_text(errors="ignore"))


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _distribution() -> str:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    return dict(line.split("=", 1) for line in lines if "=" in line).get("ID", "").strip('"')


def main() -> None:
    """Print the browser's path."""
    path = find()
    if path is None and "--install" in sys.argv:
        print("set-up: no browser for the tests here; getting one", file=sys.stderr)  # noqa: T201
        install()
        path = find()
    if path is None:
        sys.exit(ADVICE)
    if "--install" not in sys.argv:
        print(path)  # noqa: T201


if __name__ == "__main__":
    main()
