"""Two file locks: who starts or stops the server, and who uses it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held: dict[Path, int] = {}


@contextmanager
def starting_or_stopping(folder: Path) -> Iterator[None]:
    """Be the only process that starts or stops this server."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def hold(folder: Path) -> None:
    """Be a user of the server until this process ends."""
    if folder not in _held:
        descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[folder] = descriptor


def in_use(folder: Path) -> bool:
    """Whether any process still holds the server."""
    descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def holds(folder: Path) -> bool:
    """Whether this process is a user of the server."""
    return folder in _held


def let_go(folder: Path) -> None:
    """Be no user of the server any more."""
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)
