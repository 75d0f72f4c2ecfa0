"""A private installation to break: its own database server, web server and worker, all real, all gone afterwards.

The product is given the database's address as a server of its own would be, so that it stays away as long as the drill
wants. The drill itself keeps the server, with the product's own manager.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO

from openprm.config import embedded, processes

ROOT = Path(__file__).resolve().parent.parent
OPENPRM = (sys.executable, "-m", "openprm")
HOST = "127.0.0.1"
PATIENCE = 60.0


@dataclass
class Instance:
    """Where everything is, and the processes that run."""

    folder: Path
    port: int
    environment: dict[str, str]
    durable: bool = True
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the web server answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def database(self) -> Path:
        """The folder that the database's manager knows the cluster by."""
        return self.folder / "postgres"

    def run(self, *arguments: str) -> None:
        """Run a command of the product to its end."""
        with self._log("setup") as log:
            command = [*OPENPRM, *arguments]
            subprocess.run(command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, check=True)

    def start(self, name: str, *arguments: str) -> None:
        """Start one of the product's processes."""
        with self._log(name) as log:
            self.running[name] = subprocess.Popen(
                [*OPENPRM, *arguments], env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def start_web(self) -> None:
        """Start the web server and wait until it listens."""
        self.start("web", "serve", "--host", HOST, "--port", str(self.port))
        deadline = time.monotonic() + PATIENCE
        while not self.listens():
            if self.running["web"].poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the web server did not start:\n{self.said('web')}")
            time.sleep(0.1)

    def listens(self) -> bool:
        """Say whether the web server takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self, name: str) -> None:
        """End one of the processes without any warning."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def start_database(self) -> None:
        """Start or join the database server."""
        embedded.ensure(self.database, durable=self.durable)

    def stop_database(self) -> None:
        """Stop the database server in order."""
        embedded.stop(self.database)

    def kill_database(self) -> None:
        """End the database server without any warning."""
        os.kill(self.postmaster, signal.SIGKILL)

    @property
    def postmaster(self) -> int:
        """The database server's process."""
        return int((self.cluster / "postmaster.pid").read_text().split()[0])

    @property
    def cluster(self) -> Path:
        """Where the database lies."""
        site = embedded.sites.recorded(self.database.resolve())
        if site is None:
            raise SystemExit("the database was never started")
        return site.cluster

    def said(self, name: str, *, last: int = 2000) -> str:
        """Return the end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-last:]

    def ask(self, path: str, *, method: str = "GET") -> tuple[int, Message, str]:
        """Send one request and return status, headers and text."""
        request = urllib.request.Request(self.address + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def end(self) -> None:
        """End whatever runs: politely, then not."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def _log(self, name: str) -> IO[bytes]:
        return (self.folder / f"{name}.log").open("ab")


@contextmanager
def instance(*, durable: bool = True) -> Iterator[Instance]:
    """Lend a migrated installation whose database runs; end and remove everything afterwards.

    A database that is not ``durable`` is quicker, and may be stopped but not killed.
    """
    folder = Path(tempfile.mkdtemp(prefix="openprm-drill-", dir="/tmp"))  # short, for the socket's sake
    folder.chmod(0o755)  # ours; where root may not run a server, another user must get in
    try:
        place = embedded.ensure(folder / "postgres", durable=durable)
        lent = Instance(folder, _free_port(), _environment(folder, place), durable)
        lent.run("migrate", "--quiet")
        try:
            yield lent
        finally:
            lent.end()
    finally:
        _remove(folder)


def _environment(folder: Path, place: embedded.Place) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENPRM_", "DATABASE_"))}
    return inherited | {
        processes.PARENT: str(os.getpid()),
        "OPENPRM_DATA": str(folder / "data"),
        "OPENPRM_LOG_LEVEL": "WARNING",
        "DATABASE_URL": f"postgresql://openprm_app@/openprm?host={place.host}",
        "DATABASE_OWNER_URL": f"postgresql://openprm@/openprm?host={place.host}",
        "DJANGO_SETTINGS_MODULE": "openprm.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _remove(folder: Path) -> None:
    """Stop the database and remove all files, its own place too where it could not lie in the folder."""
    embedded.stop(folder / "postgres")
    embedded.release(folder / "postgres")
    site = embedded.sites.recorded((folder / "postgres").resolve())
    if site is not None:
        shutil.rmtree(site.home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
