"""Web server and worker in one terminal: set up, start, restart, stop together.

The supervisor listens on the port itself and hands the socket to the web server, so the port is certain before anything
starts and stays the same over a restart. It imports no Django: its children do.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType
from typing import IO

import click

from openprm.config import embedded, environment, processes

FIRST_PORT, PORTS_TO_TRY = 8000, 20
PATIENCE_TO_ANSWER, PATIENCE_TO_STOP = 90.0, 12.0
SHORTEST_LIFE, LONGEST_PAUSE = 5.0, 30.0  # a child that ends sooner is started again only after a pause
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OPENPRM = (sys.executable, "-m", "openprm")


class Stop(BaseException):
    """Somebody asked to stop."""


@dataclass
class Child:
    """A process that shall run as long as the supervisor."""

    name: str
    command: Sequence[str]
    inherited: tuple[int, ...] = ()
    process: "subprocess.Popen[str] | None" = None
    started: float = 0.0
    quick_ends: int = 0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command, env=processes.followed(), pass_fds=self.inherited, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        threading.Thread(target=_relay, args=(self.name, self.process.stdout), daemon=True).start()

    def restart_if_ended(self) -> None:
        """Start it again when it has ended; with a pause when it does not live long."""
        if self.process is None or self.process.poll() is None:
            return
        say(self.name, f"ended ({self.process.returncode}); starting it again")
        self.quick_ends = self.quick_ends + 1 if time.monotonic() - self.started < SHORTEST_LIFE else 0
        if self.quick_ends:
            time.sleep(min(2.0**self.quick_ends, LONGEST_PAUSE))
        self.start()


def run_demo(*, host: str, port: int | None) -> None:
    """Set everything up, run it until told to stop, and leave nothing running."""
    for number in STOPPING:
        signal.signal(number, _stop)
    os.environ["OPENPRM_DEMO"] = "1"
    children: list[Child] = []
    folder = None
    try:
        with _listening(host, port) as listener:
            address = _address(host, listener)
            os.environ.setdefault("OPENPRM_URL", address)
            found = environment.load()
            folder = found.data / "postgres" if found.database is None else None
            people = _prepare()
            children += [
                Child("web", (*OPENPRM, "serve", "--fd", str(listener.fileno())), (listener.fileno(),)),
                Child("worker", (*OPENPRM, "worker")),
            ]
            for child in children:
                child.start()
            _wait_until_it_answers(address, children[0])
            _welcome(address, people)
            while True:
                time.sleep(0.5)
                for child in children:
                    child.restart_if_ended()
    except Stop:
        click.echo("\nStopping …", err=True)
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        _end(children)
        if folder is not None:
            embedded.release(folder)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _prepare() -> str:
    """Migrate and load the demo, in a process of its own; return who one can be."""
    click.echo(f"Setting up the database in {environment.load().data} …", err=True)
    command = [*OPENPRM, "demo-prepare"]
    with subprocess.Popen(  # noqa: S603
        command, env=processes.followed(), start_new_session=True, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            people, _nothing = process.communicate()
        except Stop:
            process.terminate()
            raise
    if process.returncode:
        raise click.ClickException("the demo could not be set up; the reason is above")
    return people.rstrip()


def _listening(host: str, port: int | None) -> socket.socket:
    """Listen on the port asked for, or on the first free one from 8000 on."""
    wanted = [port] if port else list(range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY))
    for number in wanted:
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen(512)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and port is None:
                continue
            raise click.ClickException(f"cannot listen on {host}:{number}: {error.strerror}") from None
        if port is None and number != FIRST_PORT:
            click.echo(f"Port {FIRST_PORT} is taken; using {number}.", err=True)
        return listener
    raise click.ClickException(f"the ports {wanted[0]} to {wanted[-1]} are all taken; choose one with --port")


def _address(host: str, listener: socket.socket) -> str:
    name = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host  # noqa: S104
    return f"http://{name}:{listener.getsockname()[1]}"


def _wait_until_it_answers(address: str, web: Child) -> None:
    deadline = time.monotonic() + PATIENCE_TO_ANSWER
    while time.monotonic() < deadline:
        if web.process is None or web.process.poll() is not None:
            raise click.ClickException("the web server did not start; its message is above")
        try:
            with urllib.request.urlopen(f"{address}/", timeout=5):  # noqa: S310
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            raise click.ClickException(f"the web server answers with an error ({error.code}); see above") from None
        except OSError:
            time.sleep(0.1)
    raise click.ClickException(f"the web server did not answer within {PATIENCE_TO_ANSWER:.0f} seconds")


def _welcome(address: str, people: str) -> None:
    line = "─" * 72
    click.echo(f"\n{line}\n  OpenPRM is ready: {address}\n\n{people}\n\n  Stop with Ctrl-C.\n{line}\n")


def _end(children: list[Child]) -> None:
    """Ask all to finish, and insist after a while."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE_TO_STOP
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _relay(name: str, lines: IO[str]) -> None:
    for line in lines:
        say(name, line.rstrip())


def say(name: str, line: str) -> None:
    """Write one line with its origin."""
    sys.stderr.write(f"{name:<6} │ {line}\n")
    sys.stderr.flush()
