"""Check the receipt of an access without Furong: audit-receipt.py RECEIPT [--root FILE] [--key HEX]

It needs Python 3.11 and the package cryptography. With --root (a file that an auditor gives out) it
looks whether the day's root is that one; with --key whether the platform's known key has signed.
"""

import argparse
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def _sha256(data):
    return hashlib.sha256(data).digest()


def _sm3(data):
    hash = hashes.Hash(hashes.SM3())
    hash.update(data)
    return hash.finalize()


def _canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _signed(body):
    text = _canonical({name: value for name, value in body.items() if name not in ("key", "signature")})
    if "previous" in body:  # a root names its key in what is signed
        text = _canonical({name: value for name, value in body.items() if name != "signature"})
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["key"])).verify(
            bytes.fromhex(body["signature"]), text
        )
    except InvalidSignature:
        return False
    return True


def _root_of(receipt, name, hash):
    """RFC 9162, section 2.1.3.2: from the record's leaf to the root."""
    shown = receipt["salt"].encode() + _canonical(receipt["view"])
    record = {"view": [_sha256(shown).hex(), _sm3(shown).hex()]}
    record |= receipt["place"] | {each: receipt["view"][each] for each in ("id", "moment")}
    place = {each: receipt["place"][each] for each in ("chain", "seq")}
    text = _canonical(record)
    found = hash(b"\0" + _canonical(place | {"sha256": _sha256(text).hex(), "sm3": _sm3(text).hex()}))
    at, last = receipt["proof"]["index"], receipt["root"]["size"] - 1
    for beside in map(bytes.fromhex, receipt["proof"][name]):
        if at % 2 or at == last:
            found = hash(b"\1" + beside + found)
            while at and at % 2 == 0:
                at, last = at >> 1, last >> 1
        else:
            found = hash(b"\1" + found + beside)
        at, last = at >> 1, last >> 1
    return found.hex() if last == 0 else None


def _main():
    parser = argparse.ArgumentParser(description="Check the receipt of an access.")
    parser.add_argument("receipt")
    parser.add_argument("--root")
    parser.add_argument("--key")
    given = parser.parse_args()
    receipt = json.loads(Path(given.receipt).read_bytes())
    told = {"the signature": _signed(receipt)}
    for name, hash in (("sha256", _sha256), ("sm3", _sm3)):
        told[f"the proof ({name})"] = _root_of(receipt, name, hash) == receipt["root"]["roots"][name]
    if given.key:
        told["the key"] = receipt["key"] == given.key.lower()
    if given.root:
        root = json.loads(Path(given.root).read_bytes())
        same = all(root[name] == receipt["root"][name] for name in ("day", "size", "roots"))
        told["the day's root"] = same and _signed(root) and root["key"] == receipt["key"]
    for what, holds in told.items():
        print(f"{what}: {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if all(told.values()) else 1


if __name__ == "__main__":
    raise SystemExit(_main())
