"""Signing and verifying receipts. No Django and no database: whoever has the published keys can verify.

The file is canonical JSON: ``{"receipt": {…}, "signature": "…"}``. The signature is Ed25519 over the canonical bytes of
``receipt`` and written in base64url without padding. ``receipt.key`` names the key by its RFC 7638 thumbprint.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from openprm.kernel.ledger.canonical import canonical

FORMAT = "openprm.receipt.1"
MOST_BYTES = 200_000


class NotValid(Exception):
    """This is not a receipt that was signed with one of the keys; says why."""


class NoKeys(Exception):
    """The key file holds no key that receipts are signed with."""


def base64url(content: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Return the bytes of canonical base64url; ValueError for any other spelling of them."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if base64url(content) != text:
        raise ValueError("not canonical base64url")
    return content


def raw_public(private: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of the public half."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> str:
    """Return the name of a key: its JWK thumbprint (RFC 7638)."""
    return base64url(hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": base64url(public)})).digest())


def jwk(public: bytes) -> dict[str, str]:
    """Return a public key as it is published (RFC 8037)."""
    known = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig"}
    return {**known, "kid": key_id(public), "x": base64url(public)}


def sign(receipt: Mapping[str, Any], private: Ed25519PrivateKey) -> bytes:
    """Return the signed receipt as the bytes of its file."""
    signature = base64url(private.sign(canonical(receipt)))
    return canonical({"receipt": receipt, "signature": signature})


def verify(document: bytes, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the receipt says if one of the keys (by id) signed it; raise NotValid otherwise.

    Spaces and line breaks between the parts of the JSON do not matter, nor does a byte order mark before them, which
    some editors write; everything else does.
    """
    receipt, signature = _parts(document)
    public = keys.get(str(receipt["key"]))
    if public is None:
        raise NotValid("It is signed with a key that is not among the published ones.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(receipt))
    except (InvalidSignature, TypeError, ValueError):
        raise NotValid("The signature does not fit: something in it was changed.") from None
    return receipt


def _parts(document: bytes) -> tuple[dict[str, Any], bytes]:
    if len(document) > MOST_BYTES:
        raise NotValid("It is too large to be a receipt.")
    try:
        whole = json.loads(document.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
        receipt, signature = whole["receipt"], from_base64url(whole["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotValid("It is not a receipt: it cannot be read.") from None
    if set(whole) != {"receipt", "signature"} or not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise NotValid("It is not a receipt of a format that is known here.")
    if "key" not in receipt:
        raise NotValid("It does not name the key it is signed with.")
    return receipt, signature


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a name is there twice")
        found[name] = value
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def read_keys(text: bytes) -> dict[str, bytes]:
    """Return the public keys of a file, by id: a JWK set, a single JWK, or PEM."""
    if text.lstrip().startswith(b"-----BEGIN"):
        return _from_pem(text)
    try:
        found = json.loads(text)
        listed = found.get("keys", [found])
        publics = [
            from_base64url(one["x"]) for one in listed if one.get("kty") == "OKP" and one.get("crv") == "Ed25519"
        ]
        keys = {key_id(public): public for public in publics if len(public) == 32}
    except (ValueError, TypeError, KeyError, AttributeError):
        keys = {}
    if not keys:
        raise NoKeys("this file holds no Ed25519 public key (JWK set, JWK or PEM)")
    return keys


def _from_pem(text: bytes) -> dict[str, bytes]:
    try:
        loaded = load_pem_public_key(text)
    except ValueError:
        raise NoKeys("this PEM file holds no public key") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise NoKeys("this PEM file holds a key of another kind than Ed25519")
    public = loaded.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {key_id(public): public}
