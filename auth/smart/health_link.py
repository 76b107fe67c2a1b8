"""SMART Health Link: what stands in the QR code, and the file that only its holder can open.

SMART Health Links (HL7 SMART Health Cards and Links IG 1.0), "SHLink Payload" and "Encrypting and Decrypting
Files": `shlink:/` and base64url JSON; a JWE in compact form, `dir` with A256GCM.
"""

import base64
import json
import secrets
from datetime import datetime

from joserfc import jwe
from joserfc.jwk import OctKey

FHIR = "application/fhir+json"
LONGEST_LABEL = 80


def new_key() -> bytes:
    """256 random bits for one link."""
    return secrets.token_bytes(32)


def link(url: str, key: bytes, until: datetime, label: str, *, passcode: bool) -> str:
    """The link that a QR code holds."""
    payload = {"url": url, "key": _text(key), "exp": int(until.timestamp())}
    payload |= {"flag": "P"} if passcode else {}
    payload |= {"label": label[:LONGEST_LABEL]} if label else {}
    body = json.dumps(payload | {"v": 1}, ensure_ascii=False, separators=(",", ":"))
    return f"shlink:/{_text(body.encode())}"


def sealed(content: bytes, key: bytes) -> str:
    """A file of FHIR JSON, encrypted; each time under a new nonce."""
    header = {"alg": "dir", "enc": "A256GCM", "cty": FHIR, "zip": "DEF"}
    return jwe.encrypt_compact(header, content, OctKey.import_key(key))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
