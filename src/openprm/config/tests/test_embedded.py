"""The embedded PostgreSQL: one server for many, gone with its last user, back after a crash."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from openprm.config import embedded
from openprm.config.embedded import sites

USER = """
import sys
from pathlib import Path
from openprm.config import embedded
place = embedded.ensure(Path(sys.argv[1]), durable=False)
print((Path(place.host).parent / "cluster" / "postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.read()
"""


@contextmanager
def a_folder() -> Iterator[Path]:
    """Lend a folder with a blank in its name that an unprivileged user can enter; stop its server afterwards."""
    with tempfile.TemporaryDirectory(prefix="openprm ") as name:
        Path(name).chmod(0o755)
        try:
            yield Path(name) / "data"
        finally:
            embedded.stop(Path(name) / "data")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder whose cluster the tests share."""
    with a_folder() as lent:
        yield lent


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder without a cluster."""
    with a_folder() as lent:
        yield lent


def cluster(folder: Path) -> Path:
    """Return where the cluster of a folder lies."""
    site = sites.recorded(folder.resolve())
    assert site is not None
    return site.cluster


def postmaster(folder: Path) -> int:
    """Return the server's process."""
    return int((cluster(folder) / "postmaster.pid").read_text().split()[0])


def started_users(folder: Path, count: int) -> "list[subprocess.Popen[str]]":
    """Start processes that use the server until their input ends."""
    command = [sys.executable, "-c", USER, str(folder)]
    return [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]


def wait_until_gone(folder: Path) -> None:
    """Wait for the server to end by itself."""
    deadline = time.monotonic() + 15
    while embedded.residents(cluster(folder)):
        assert time.monotonic() < deadline, "the server still runs"
        time.sleep(0.05)


def answers(folder: Path) -> bool:
    """Ask the server something, as the application."""
    place = embedded.ensure(folder, durable=False)
    with psycopg.connect(host=place.host, port=place.port, user="openprm_app", dbname="openprm") as connection:
        return connection.execute("select lower('ÄÖ')").fetchone() == ("äö",)


def test_four_processes_at_once_start_one_server_that_ends_with_the_last_of_them(fresh: Path) -> None:
    users = started_users(fresh, 4)
    servers = {user.stdout.readline() for user in users if user.stdout}
    assert len(servers) == 1
    for user in users[:3]:
        user.kill()
        user.wait()
    last = users[3]
    assert len(embedded.residents(cluster(fresh))) > 0
    last.kill()
    last.wait()
    wait_until_gone(fresh)


def test_the_server_survives_being_killed_and_leaves_nothing_behind_when_its_keeper_is(folder: Path) -> None:
    assert answers(folder)
    killed = postmaster(folder)
    os.kill(killed, signal.SIGKILL)
    while killed in embedded.residents(cluster(folder)):
        time.sleep(0.01)
    assert answers(folder)
    keeper = int(Path(f"/proc/{postmaster(folder)}/stat").read_text().rsplit(")", 1)[1].split()[1])
    os.kill(keeper, signal.SIGKILL)
    wait_until_gone(folder)
    assert answers(folder)


def test_a_pid_file_that_names_a_living_stranger_is_not_believed(folder: Path) -> None:
    assert answers(folder)
    pid_file = cluster(folder) / "postmaster.pid"
    left_behind = pid_file.read_text()
    embedded.stop(folder)
    stranger = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *left_behind.splitlines()[1:]]) + "\n")
        assert answers(folder)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    assert answers(folder)
    embedded.stop(folder)
    made = cluster(folder)
    made.rename(made.with_name("cluster.new"))
    assert answers(folder)


def test_a_path_too_long_for_a_socket_gets_a_private_temporary_folder(fresh: Path) -> None:
    deep = fresh / ("a long name " * 8) / "below"
    assert answers(deep)
    try:
        socket_folder = Path(embedded.ensure(deep).host)
        assert len(str(socket_folder)) < 80
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    finally:
        embedded.stop(deep)


def test_only_the_owner_of_the_folder_can_reach_the_socket(folder: Path) -> None:
    place = embedded.ensure(folder, durable=False)
    assert stat.S_IMODE(Path(place.host).stat().st_mode) == 0o700
    with psycopg.connect(host=place.host, port=place.port, user="openprm", dbname="openprm") as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend the server another user")
def test_below_a_private_folder_of_root_cluster_and_binaries_lie_elsewhere_and_no_mode_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr(sites, "SHARED_STATE", Path(shared) / "openprm")
        monkeypatch.setattr(sites, "_can_execute", lambda _binaries, _user: False)  # as in a private folder
        try:
            assert answers(private / "data")
            assert cluster(private / "data").is_relative_to(shared)
            assert sites.recorded(private / "data").binaries.is_relative_to(shared)  # type: ignore[union-attr]
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
            assert cluster(private / "data").stat().st_uid != 0
        finally:
            embedded.stop(private / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend the server another user")
def test_a_copied_data_folder_does_not_share_the_cluster_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr(sites, "SHARED_STATE", Path(shared) / "openprm")
        try:
            assert answers(first)
            copy.mkdir()
            (copy / "place.json").write_text((first / "place.json").read_text())
            assert answers(copy)
            assert cluster(first) != cluster(copy)
        finally:
            for folder in (first, copy):
                embedded.stop(folder)
