"""Identifiers that sort by time and count nothing."""

import secrets
import threading
import time
from uuid import UUID

_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud over the phone


def uuid7() -> UUID:
    """Return a new version 7 UUID (RFC 9562, section 5.7), greater than all that this process has made before.

    48 bits of Unix milliseconds; 12 that count within one, from a random beginning (section 6.2, method 1), so that
    what was made in one millisecond sorts as it was made; and 62 of randomness.
    """
    milliseconds, number = _ticks()
    return UUID(int=milliseconds << 80 | 0x7 << 76 | number << 64 | 0x2 << 62 | secrets.randbits(62))


class _Ticks:
    """Milliseconds, and a number within each; always more than before, also when the clock is set back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = (0, 0)

    def __call__(self) -> tuple[int, int]:
        with self._lock:
            now = (time.time_ns() // 1_000_000, secrets.randbits(11))
            milliseconds, number = self._last
            following = (milliseconds, number + 1) if number < _MOST else (milliseconds + 1, 0)
            self._last = now if now[0] > milliseconds else following
            return self._last


_MOST = 2**12 - 1
_ticks = _Ticks()


def first_of(moment: float) -> UUID:
    """Return the least version 7 UUID of a moment in Unix seconds: those made since are not below it."""
    return UUID(int=(int(moment * 1000) & (2**48 - 1)) << 80)


def reference(prefix: str) -> str:
    """Return a random reference for people, such as ``DR-7KQ2-M9XV``; it reveals neither order nor number."""
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
