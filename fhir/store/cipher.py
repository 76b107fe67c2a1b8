"""Authenticated encryption (RFC 5116): AES-256-GCM, or SM4-GCM where Chinese algorithms are wanted.

NIST SP 800-38D; GB/T 32907-2016 and RFC 8998. The first byte of what is sealed says how, so that what was
sealed under one setting opens under the other.
"""

import hmac
import os
import zlib
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fhir import sm3

NONCE = 12
_TAG = 16
_SALT = 16
_PLAIN, _DEFLATED, _SM4, _SALTED, _BOUND = 0x01, 0x02, 0x10, 0x20, 0x40
_WORTH_DEFLATING = 256


class Suite(StrEnum):
    """What seals and hashes: the international algorithms, or the Chinese ones (商用密码)."""

    AES = "aes"
    SM4 = "sm4"

    @property
    def digest(self) -> str:
        """The hash function under the keyed hashes, by its name (`fhir.sm3.known`)."""
        return {Suite.AES: "sha256", Suite.SM4: sm3.NAME}[self]


class Aead(Protocol):
    """One cipher under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The ciphertext and its tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """What `encrypt` was given; InvalidTag where anything was changed."""


class Sm4Gcm:
    """SM4 in Galois/Counter mode, under 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """The ciphertext and its tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """What `encrypt` was given; InvalidTag where anything was changed."""
        if len(data) < _TAG:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-_TAG]) + decryptor.finalize()


def aead(suite: Suite, key: bytes, salt: bytes = b"") -> Aead:
    """The cipher of `suite` under a key of 32 bytes, or under one that follows from it and `salt`.

    A key that seals billions of times needs the salt: random nonces alone bear 2**32 (SP 800-38D, 8.3).
    """
    if suite is Suite.SM4:
        return Sm4Gcm(hmac.digest(key, b"furong sm4" + salt, sm3.known(suite.digest))[:16])
    return AESGCM(hmac.digest(key, b"furong aes" + salt, "sha256") if salt else key)


def pack(plain: bytes) -> bytes:
    """Deflated where that pays; the first byte tells."""
    if len(plain) > _WORTH_DEFLATING:
        return bytes([_DEFLATED]) + zlib.compress(plain, 1)
    return bytes([_PLAIN]) + plain


def unpack(packed: bytes) -> bytes:
    """What `pack` was given."""
    return zlib.decompress(packed[1:]) if packed[0] & _DEFLATED else packed[1:]


def seal(key: bytes, plain: bytes, bound: bytes, suite: Suite = Suite.AES, *, salted: bool = False) -> bytes:
    """Encrypt `plain`; it opens with the same `key` and `bound` alone. `salted`: see `aead`."""
    packed = pack(plain)
    flags = _BOUND | (_SM4 if suite is Suite.SM4 else 0) | (_SALTED if salted else 0)
    kind = bytes([packed[0] | flags])
    salt, nonce = os.urandom(_SALT) if salted else b"", os.urandom(NONCE)
    return kind + salt + nonce + aead(suite, key, salt).encrypt(nonce, packed[1:], bound + kind)


def open_sealed(key: bytes, sealed: bytes, bound: bytes, known: dict[Suite, Aead] | None = None) -> bytes:
    """What `seal` was given; InvalidTag where anything is other than it was.

    `known` holds the ciphers of this key that need no salt, and gets the one that is used.
    """
    kind, flags = sealed[:1], sealed[0] if sealed else 0
    salt_end = 1 + (_SALT if flags & _SALTED else 0)
    salt, nonce = sealed[1:salt_end], sealed[salt_end : salt_end + NONCE]
    if len(nonce) < NONCE:
        raise InvalidTag
    suite = Suite.SM4 if flags & _SM4 else Suite.AES
    cipher = aead(suite, key, salt) if salt or known is None else _once(known, suite, key)
    associated = bound + kind if flags & _BOUND else bound
    return unpack(kind + cipher.decrypt(nonce, sealed[salt_end + NONCE :], associated))


def _once(known: dict[Suite, Aead], suite: Suite, key: bytes) -> Aead:
    if suite not in known:
        known[suite] = aead(suite, key)
    return known[suite]
