"""Key ring: the master keys. The first wraps data keys; the former ones still unwrap what they wrapped.

NIST SP 800-57 part 1, 5.3.5 (key-encryption keys). A key is known by its id, which says nothing of it.
"""

import hmac
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from bson.binary import Binary
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fhir.store.cipher import NONCE, Aead, Suite, aead

LENGTH = 32

Wrapped = dict[str, Any]
"""`wrapped`: nonce and ciphertext; `under`: the id of the master key; `cipher`: the Suite."""


class LostKeyError(Exception):
    """What was sealed is lost: its key was destroyed or wrapped by another master key, or a part is gone."""


class KeyRing:
    """The master keys of one platform, 32 bytes each, the present one first.

    `reread` gives them anew: a running process learns from it that they were rotated.
    """

    def __init__(
        self,
        keys: Sequence[bytes],
        suite: Suite = Suite.AES,
        reread: Callable[[], Sequence[bytes]] | None = None,
    ) -> None:
        self.suite = suite
        self._reread = reread
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < LENGTH for key in keys):
            raise ValueError("a master key needs at least 32 bytes")
        self.keys = tuple(keys)

    def refresh(self) -> None:
        """Take the keys that hold now."""
        if self._reread:
            self._take(self._reread())

    @property
    def current(self) -> str:
        """The id of the key that wraps."""
        return key_id(self.keys[0])

    @property
    def former(self) -> tuple[str, ...]:
        """The ids of the keys that only unwrap."""
        return tuple(key_id(key) for key in self.keys[1:])

    def wrap(self, owner: str, key: bytes) -> Wrapped:
        """The data key of `owner` as it is stored."""
        nonce = os.urandom(NONCE)
        cipher = _wrapping(self.suite, self.keys[0])
        wrapped = Binary(nonce + cipher.encrypt(nonce, key, owner.encode()))
        return {"wrapped": wrapped, "under": self.current, "cipher": self.suite.value}

    def unwrap(self, owner: str, row: Wrapped) -> bytes:
        """The data key again; LostKeyError where no master key here has wrapped it."""
        found = self._unwrap(owner, row)
        if found is None:
            self.refresh()
            found = self._unwrap(owner, row)
        if found is None:
            raise LostKeyError("the master key does not fit this database")
        return found

    def _unwrap(self, owner: str, row: Wrapped) -> bytes | None:
        wrapped, suite = row["wrapped"], Suite(row.get("cipher", Suite.AES))
        for key in self.keys:
            try:
                cipher = _wrapping(suite, key)
                return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], owner.encode())
            except (InvalidTag, ValueError):
                continue
        return None


@lru_cache(maxsize=8)
def _wrapping(suite: Suite, key: bytes) -> Aead:
    return aead(suite, derive(key, b"wrap"))


def derive(key: bytes, purpose: bytes) -> bytes:
    """The key for one purpose that follows from another (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=b"furong " + purpose).derive(key)


def key_id(key: bytes) -> str:
    """The id by which a master key is known: 8 hexadecimal digits."""
    return hmac.digest(key, b"furong key id", "sha256")[:4].hex()
