"""A security key in software: it makes passkeys and answers challenges as a device and its browser do.

W3C Web Authentication level 3, sections 5.8.1 and 6.1; every part of an answer can be made wrong.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key on one device; `count` is its sign count (None: it does not count)."""

    origin: str = "http://localhost:8080"
    host: str = "localhost"
    count: int | None = 0
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str, **client: Any) -> str:
        """The answer to creation options; `client` replaces members of the client data."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(self.flags | NEW) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._client("webauthn.create", options, client)
        return self._answer({"clientDataJSON": b64(told), "attestationObject": b64(attestation)})

    def get(self, options: str, *, user: str | None = None, **client: Any) -> str:
        """The answer to request options."""
        if self.count is not None:
            self.count += 1
        data, told = self._data(self.flags), self._client("webauthn.get", options, client)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        handle = {"userHandle": b64(user.encode())} if user else {}
        return self._answer({name: b64(value) for name, value in answer.items()} | handle)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4)

    def _client(self, type: str, options: str, client: dict[str, Any]) -> bytes:
        told = {"type": type, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(told | {"crossOrigin": False} | client).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        id = b64(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
