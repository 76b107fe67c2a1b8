"""Secrets handed out once: 256 random bits, of which only the SHA-256 is kept.

RFC 6749 section 10.10. A hash without salt is enough for what no one can guess; passwords are another
matter (`auth.login.passwords`).
"""

import hashlib
import hmac
import secrets


def new() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of `secret`."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Is `stored` the digest of `secret`? In constant time."""
    return hmac.compare_digest(digest(secret), stored)
