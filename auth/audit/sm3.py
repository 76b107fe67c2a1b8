"""SM3, the Chinese hash function (GB/T 32905-2016): of OpenSSL where Python has it, else of cryptography."""

import hashlib

from cryptography.hazmat.primitives import hashes

_NATIVE = "sm3" in hashlib.algorithms_available


def digest(data: bytes) -> bytes:
    """The 32 bytes of SM3."""
    return hashlib.new("sm3", data).digest() if _NATIVE else portable(data)


def hexdigest(data: bytes) -> str:
    """The same as 64 hexadecimal digits."""
    return digest(data).hex()


def portable(data: bytes) -> bytes:
    """The same without the OpenSSL that Python was built with."""
    hash = hashes.Hash(hashes.SM3())
    hash.update(data)
    return hash.finalize()
