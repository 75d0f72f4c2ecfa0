"""The parent of an embedded PostgreSQL: starts it, stops it when its last user has gone, takes it along when killed.

Run by its package as a script of its own, with the standard library alone, so that it is small and quick.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
ROUND, GRACE = 0.25, 1.0


def keep(task: dict[str, Any]) -> None:
    """Run the server until it ends or nobody uses it."""
    folder = Path(task["folder"])
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the users decide; a killed keeper takes the server along
    with _opened(folder / "keeper") as own:
        fcntl.flock(own, fcntl.LOCK_EX)
        server = _start(task)
        try:
            _watch(server, folder)
        finally:
            _tidy(task)


def _watch(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Return when the server has ended, by itself or because nobody used it any more."""
    idle_since = None
    while server.poll() is None:
        time.sleep(ROUND)
        if not _free(folder / "users"):
            idle_since = None
            continue
        idle_since = idle_since or time.monotonic()
        if time.monotonic() - idle_since >= GRACE and _stop_unless_wanted(server, folder):
            return


def _start(task: dict[str, Any]) -> "subprocess.Popen[bytes]":
    # Loaded here, not in the child: between fork and exec only the simplest calls are safe.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    keeper = os.getpid()

    def die_with_keeper() -> None:
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != keeper:
                os._exit(1)

    descriptor = os.open(task["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as log:
        return subprocess.Popen(  # noqa: S603
            task["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=die_with_keeper, **task["identity"],
        )  # fmt: skip


def _stop_unless_wanted(server: "subprocess.Popen[bytes]", folder: Path) -> bool:
    """Stop the server while nobody can begin to use it; give way when somebody is about to."""
    with _opened(folder / "lock") as lock, _opened(folder / "users") as users:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            server.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                server.wait(patience)
                return True
    return True


def _free(file: Path) -> bool:
    with _opened(file) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _opened(file: Path) -> Any:
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _tidy(task: dict[str, Any]) -> None:
    if task["temporary_socket"]:
        with suppress(OSError):
            Path(task["socket"]).rmdir()


if __name__ == "__main__":
    keep(json.loads(sys.argv[1]))
