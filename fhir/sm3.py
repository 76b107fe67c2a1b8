"""SM3, the Chinese hash function (GB/T 32905-2016): of OpenSSL where Python has it, else of cryptography.

The one for what is sealed and for what is chained: some builds of OpenSSL are without it.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes

NAME = "sm3"
_NATIVE = NAME in hashlib.algorithms_available


def digest(data: bytes) -> bytes:
    """The 32 bytes of SM3."""
    return hashlib.new(NAME, data).digest() if _NATIVE else portable(data)


def hexdigest(data: bytes) -> str:
    """The same as 64 hexadecimal digits."""
    return digest(data).hex()


def portable(data: bytes) -> bytes:
    """The same without the OpenSSL that Python was built with."""
    return Portable(data).digest()


def known(name: str) -> str | Callable[..., Any]:
    """What `hmac` takes for the hash function of this name: the name where `hashlib` knows it."""
    return Portable if name == NAME and not _NATIVE else name


class Portable:
    """SM3 of cryptography, with the face of a hash of `hashlib`."""

    name = NAME
    digest_size = 32
    block_size = 64

    def __init__(self, data: bytes = b"", hash: hashes.Hash | None = None) -> None:
        self._hash = hash or hashes.Hash(hashes.SM3())
        self.update(data)

    def update(self, data: bytes) -> None:
        """Hash more."""
        self._hash.update(data)

    def copy(self) -> "Portable":
        """Another one that goes on from here."""
        return Portable(hash=self._hash.copy())

    def digest(self) -> bytes:
        """The 32 bytes of what was hashed so far."""
        return self._hash.copy().finalize()

    def hexdigest(self) -> str:
        """The same as 64 hexadecimal digits."""
        return self.digest().hex()
