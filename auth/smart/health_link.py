"""SMART Health Link: what stands in the QR code, and the file that only its holder can open.

SMART Health Links (HL7 SMART Health Cards and Links IG 1.0), "SHLink Payload" and "Encrypting and Decrypting
Files": `shlink:/` and base64url JSON; a JWE in compact form, `dir` with A256GCM.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from joserfc import jwe
from joserfc.jwk import OctKey

FHIR = "application/fhir+json"
LONGEST_LABEL = 80
_SCHEME = "shlink:/"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: where its manifest is, and the key of its file."""

    url: str
    key: bytes


def new_key() -> bytes:
    """256 random bits for one link."""
    return secrets.token_bytes(32)


def link(url: str, key: bytes, until: datetime, label: str, *, passcode: bool, viewer: str = "") -> str:
    """The link that a QR code holds; behind the address of a `viewer`, whose server is not told of it."""
    payload = {"url": url, "key": _text(key), "exp": int(until.timestamp())}
    payload |= {"flag": "P"} if passcode else {}
    payload |= {"label": label[:LONGEST_LABEL]} if label else {}
    body = json.dumps(payload | {"v": 1}, ensure_ascii=False, separators=(",", ":"))
    made = f"{_SCHEME}{_text(body.encode())}"
    return f"{viewer}#{made}" if viewer else made


def read(text: str) -> Link:
    """What a link says, with the address of a viewer before it or not; a ValueError where it is none."""
    body = text.strip().rpartition("#")[2].removeprefix(_SCHEME)
    told = json.loads(_raw(body))
    if not isinstance(told, dict) or not isinstance(told.get("url"), str):
        raise ValueError("a SMART Health Link holds a url and a key")
    return Link(told["url"], _raw(str(told.get("key", ""))))


def sealed(content: bytes, key: bytes) -> str:
    """A file of FHIR JSON, encrypted; each time under a new nonce."""
    header = {"alg": "dir", "enc": "A256GCM", "cty": FHIR, "zip": "DEF"}
    return jwe.encrypt_compact(header, content, OctKey.import_key(key))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
