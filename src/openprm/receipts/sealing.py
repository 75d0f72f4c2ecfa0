"""Keeping private keys: encrypted with a key that is derived from the server's secret key.

A copy of the database signs nothing. While the secret key is being changed, the former ones are tried too
(``SECRET_KEY_FALLBACKS``).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from openprm.receipts.signing import base64url, from_base64url

_NONCE = 12


def seal(private: Ed25519PrivateKey, kid: str) -> str:
    """Return the private key, encrypted."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(settings.SECRET_KEY, kid).encrypt(nonce, private.private_bytes_raw(), kid.encode())
    return base64url(nonce + sealed)


def opened(sealed: str, kid: str) -> tuple[Ed25519PrivateKey, bool] | None:
    """Return the private key, and whether a former secret key was needed; None if none of them opens it."""
    content = from_base64url(sealed)
    for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            raw = _cipher(secret_key, kid).decrypt(content[:_NONCE], content[_NONCE:], kid.encode())
        except InvalidTag:
            continue
        return Ed25519PrivateKey.from_private_bytes(raw), secret_key != settings.SECRET_KEY
    return None


def _cipher(secret_key: str | bytes, kid: str) -> AESGCM:
    derive = HKDF(SHA256(), 32, salt=kid.encode(), info=b"openprm.receipts.signing-key")
    return AESGCM(derive.derive(force_bytes(secret_key)))
