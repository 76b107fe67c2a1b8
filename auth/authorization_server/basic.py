"""HTTP Basic client authentication, read strictly.

RFC 6749 section 2.3.1, RFC 7617. Replaces Authlib's reader, which answers odd bytes with an exception.
"""

import base64
import binascii
from urllib.parse import unquote_plus


def parse_basic(authorization: str) -> tuple[str, str] | None:
    """(client id, secret) of an Authorization header, or None when it is no readable Basic header."""
    kind, _, credentials = authorization.strip().partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        text = base64.b64decode(credentials.strip().encode("ascii"), validate=True).decode("utf-8")
        client_id, colon, secret = text.partition(":")
        pair = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, ValueError):
        return None
    return pair if colon and all(pair) else None
