"""Signature of daily roots: Ed25519 (RFC 8032).

Its seed follows from the root secret of the vault, wrapped by the master key in the database: who can change
everything there still signs nothing.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signer:
    """Signs for one platform; `public` is its public key as hexadecimal digits."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()

    def sign(self, text: bytes) -> str:
        """The signature as hexadecimal digits."""
        return self._key.sign(text).hex()


def signed(text: bytes, signature: object, public: object) -> bool:
    """Is it the signature of `text` by the key `public`? What can't be read is none."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(public)))
        key.verify(bytes.fromhex(str(signature)), text)
    except (InvalidSignature, ValueError):
        return False
    return True
