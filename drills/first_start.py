"""From an empty folder to a running demo, and gone again without a trace: ``python -m drills.first_start``.

Copies what git knows into a private folder with a blank in its name, runs ``make demo`` there and ends it in turn by
Ctrl-C, by kill -9 of make, of the supervisor, and after kill -9 of PostgreSQL, web server and worker. Each time nothing
may be left running, and at the end no file mode may be wider than before. ``--user NAME`` does it as somebody else (as
root only). Takes a few minutes.
"""

import argparse
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY, PATIENCE, STOPPED = "Stop with Ctrl-C", 900.0, 15.0


class Failed(Exception):
    """The drill found something."""


class Trial:
    """A copy of the project, and the ``make demo`` that runs in it."""

    def __init__(self, place: Path, user: str | None, port: int) -> None:
        self.folder = place / "some path" / "openprm"
        self.account = pwd.getpwnam(user) if user else None
        self.port = port
        self.log = place / "log"

    def copy(self) -> None:
        """Copy what git knows."""
        self.folder.mkdir(parents=True)
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.folder / name)
        if self.account:
            for path in (self.folder.parent, *self.folder.parent.rglob("*")):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def start(self) -> "subprocess.Popen[bytes]":
        """Run ``make demo`` until it says that it is ready."""
        began = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPENPRM_", "DATABASE_"))}
        who: dict[str, object] = {}
        if self.account:
            who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
            environment |= {"HOME": self.account.pw_dir, "USER": self.account.pw_name, "PATH": "/usr/bin:/bin"}
        with self.log.open("wb") as log:
            make: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
                ["make", "demo", f"ARGS=--port {self.port}"], cwd=self.folder, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **who,
            )  # fmt: skip
        while READY not in self.log.read_text(errors="replace"):
            if make.poll() is not None or time.monotonic() - began > PATIENCE:
                raise Failed(f"make demo did not get ready:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        self.answers()
        say(f"ready after {time.monotonic() - began:.1f} s")
        return make

    def answers(self) -> None:
        """Ask for the sign-in page, patiently while something restarts."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in/", timeout=10):
                    return
            except (urllib.error.URLError, OSError) as error:
                if time.monotonic() > deadline:
                    raise Failed(f"the page does not answer: {error}") from error
                time.sleep(0.2)

    def processes(self) -> dict[int, str]:
        """Return the live processes that belong to the copy: by command or working folder."""
        marks = [str(place) for place in (self.folder, self.moved_to) if place]
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                folder = str((entry / "cwd").readlink())
            except OSError:
                continue
            if command and any(mark in f"{command} {folder}" for mark in marks) and int(entry.name) != os.getpid():
                found[int(entry.name)] = command
        return found

    @property
    def moved_to(self) -> Path | None:
        """Where the database lies when root's private folder cannot hold it."""
        place = self.folder / ".var" / "postgres" / "place.json"
        home = Path(json.loads(place.read_text())["cluster"]).parent if place.exists() else self.folder
        return None if home.is_relative_to(self.folder) else home

    def one(self, words: str) -> int:
        """Return the process whose command holds these words."""
        return next(number for number, command in self.processes().items() if words in command)

    def wait_until_gone(self, make: "subprocess.Popen[bytes]") -> None:
        """Fail if anything is left after a while."""
        began = time.monotonic()
        while left := {number: command for number, command in self.processes().items() if number != make.pid}:
            if time.monotonic() - began > STOPPED:
                raise Failed(f"left running: {left}")
            time.sleep(0.05)
        make.wait(5)
        say(f"all gone after {time.monotonic() - began:.1f} s")

    def widened(self) -> list[Path]:
        """Return what anybody else may write."""
        everything = (path for path in self.folder.parent.rglob("*") if not path.is_symlink())
        return [path for path in everything if path.stat().st_mode & stat.S_IWOTH]


def say(line: str) -> None:
    """Report."""
    print(f"  {line}", flush=True)


def drill(trial: Trial) -> None:
    """End the demo in every way."""
    for title, victim in (
        ("first start, then Ctrl-C", None),
        ("second start, then kill -9 of make", "make demo"),
        ("third start, then kill -9 of the supervisor", "openprm demo"),
    ):
        print(title, flush=True)
        make = trial.start()
        if victim is None:
            os.killpg(make.pid, signal.SIGINT)
        else:
            os.kill(trial.one(victim), signal.SIGKILL)
        trial.wait_until_gone(make)
    print("fourth start, then kill -9 of PostgreSQL, of the worker, of the web server", flush=True)
    make = trial.start()
    for words in ("postgres -D", "openprm worker", "openprm serve"):
        os.kill(trial.one(words), signal.SIGKILL)
        trial.answers()
        say(f"the page answers again after kill -9 of {words.split()[-1].replace('-D', 'postgres')}")
    os.killpg(make.pid, signal.SIGTERM)
    trial.wait_until_gone(make)


def main() -> None:
    """Run the drill and clean up."""
    parser = argparse.ArgumentParser(prog="python -m drills.first_start", description=__doc__.split("\n")[0])
    parser.add_argument("--user", help="run make as this user (root only)")
    parser.add_argument("--port", type=int, default=8790)
    chosen = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="openprm-first-start-"))
    if chosen.user:
        place.chmod(0o711)  # somebody else has to get through
    modes = {path: path.stat().st_mode for path in (place, *place.parents)}
    trial = Trial(place, chosen.user, chosen.port)
    try:
        trial.copy()
        drill(trial)
        changed = [str(path) for path, mode in modes.items() if path.stat().st_mode != mode]
        if changed or trial.widened():
            raise Failed(f"modes changed: {changed}; writable by anybody: {trial.widened()}")
        print("no mode is wider than before")
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
    finally:
        for number in trial.processes():
            os.kill(number, signal.SIGKILL)
        if trial.moved_to:
            shutil.rmtree(trial.moved_to, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
