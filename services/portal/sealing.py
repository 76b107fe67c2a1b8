"""Sealed text: what a reader searched for, in an address without being readable there.

Design section 6: no patient data in URLs. AES-GCM under a key derived from the reader's own session, so that
an address in a browser's history says nothing and opens for nobody else.
"""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def seal(text: str, secret: str) -> str:
    """Text to a URL-safe string; `secret` is the value of the session cookie."""
    nonce = secrets.token_bytes(_NONCE)
    padded = text.encode() + b"\0" * (-len(text.encode()) % 32)
    return base64.urlsafe_b64encode(nonce + _cipher(secret).encrypt(nonce, padded, None)).decode().rstrip("=")


def unseal(sealed: str, secret: str) -> str | None:
    """The text again, or None for what this session did not seal."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return _cipher(secret).decrypt(raw[:_NONCE], raw[_NONCE:], None).rstrip(b"\0").decode()
    except (ValueError, InvalidTag):
        return None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"furong search\0" + secret.encode()).digest())
