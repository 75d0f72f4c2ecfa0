"""Child processes that end with their parent, however that ends."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PARENT = "OPENPRM_PARENT"


def follow_parent() -> None:
    """End (politely) when the process that started this one ends; it named itself in the environment.

    A process that was started by hand follows nobody.
    """
    parent = os.environ.get(PARENT)
    if parent is None or sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it ended before we asked to be told
        sys.exit(0)


def followed() -> dict[str, str]:
    """Return the environment for a child that shall follow this process."""
    return {**os.environ, PARENT: str(os.getpid())}
