"""Collected static files: hashed names, compressed, made anew when a source file has changed."""

import fcntl
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_changed() -> bool:
    """Collect the static files when they differ from those collected last; return whether that was so."""
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = root / ".fingerprint", fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return False
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)
        stamp.write_text(wanted)
        return True


def fingerprint() -> str:
    """Return a hash over the names, sizes and times of all static files of all applications."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))  # noqa: PTH116 - one call of many thousand
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
