"""Secrets that are shown once and kept as a hash.

They have 256 random bits, so a plain SHA-256 is as good as a slow hash, and can be looked up.
"""

import hashlib
import secrets

RECOGNISABLE = "oprm_"  # lets secret scanners recognise a leaked token


def new_secret() -> str:
    """Return a fresh secret for a link."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Return a fresh secret of an API token."""
    return RECOGNISABLE + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
