"""Page cursor: where the next page begins, signed and bound to its reader and its query.

A cursor is opaque to the client and is never proof of access: each page asks the decision anew.
"""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from fhir.outcome import Fault, Refusal

LIFETIME = 3600
_MAC = 16

Sign = Callable[[bytes], bytes]


def seal_cursor(place: list[Any], reader: str, query: str, sign: Sign) -> str:
    """The cursor text for the row at `place` (JSON values)."""
    payload = json.dumps([int(time.time()) + LIFETIME, *place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(sign(_bound(payload, reader, query)) + payload).decode().rstrip("=")


def open_cursor(text: str, reader: str, query: str, sign: Sign) -> list[Any]:
    """The place within a cursor; a Refusal where it was changed, is another's, or has expired."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _forged() from None
    mac, payload = raw[:_MAC], raw[_MAC:]
    if not hmac.compare_digest(mac, sign(_bound(payload, reader, query))):
        raise _forged()
    until, *place = json.loads(payload)
    if until < time.time():
        raise Refusal(Fault.EXPIRED, "the page link has expired: search again")
    return list(place)


def _bound(payload: bytes, reader: str, query: str) -> bytes:
    return b"\x00".join((payload, reader.encode(), query.encode()))


def _forged() -> Refusal:
    return Refusal(Fault.PARAMETER, "the page link was changed or belongs to another search or client")
