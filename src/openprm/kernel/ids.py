"""Identifiers that sort by time and count nothing."""

import secrets
import time
from uuid import UUID

_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud over the phone


def uuid7() -> UUID:
    """Return a new version 7 UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then randomness."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def first_of(moment: float) -> UUID:
    """Return the least version 7 UUID of a moment in Unix seconds: those made since are not below it."""
    return UUID(int=(int(moment * 1000) & (2**48 - 1)) << 80)


def reference(prefix: str) -> str:
    """Return a random reference for people, such as ``DR-7KQ2-M9XV``; it reveals neither order nor number."""
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
