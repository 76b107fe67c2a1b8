"""Merkle tree of RFC 6962 section 2.1, over SHA-256 or SM3, that is fed leaf by leaf and forgets them.

A leaf is hashed behind 0x00, a node behind 0x01; a tree splits at the largest power of two below its size.
Every TILE leaves make a whole subtree; who keeps those hashes proves a leaf from its own tile alone.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fhir import sm3

TILE = 1024
Hash = Callable[[bytes], bytes]


def sha256(data: bytes) -> bytes:
    """SHA-256 (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


HASHES: dict[str, Hash] = {"sha256": sha256, "sm3": sm3.digest}
"""The hash functions side by side, by their names in roots and receipts."""


def leaf(data: bytes, hash: Hash) -> bytes:
    """The hash of a leaf."""
    return hash(b"\x00" + data)


def node(left: bytes, right: bytes, hash: Hash) -> bytes:
    """The hash of two subtrees."""
    return hash(b"\x01" + left + right)


def root(hashes: Sequence[bytes], hash: Hash) -> bytes:
    """The hash of a tree of subtrees of equal size, of which only the last may be smaller; in their order."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else hash(b"")
    split = _split(len(hashes))
    return node(root(hashes[:split], hash), root(hashes[split:], hash), hash)


def path(hashes: Sequence[bytes], index: int, hash: Hash) -> list[bytes]:
    """What stands beside the way from `hashes[index]` to the root, from below."""
    if len(hashes) <= 1:
        return []
    split = _split(len(hashes))
    left, right = hashes[:split], hashes[split:]
    if index < split:
        return [*path(left, index, hash), root(right, hash)]
    return [*path(right, index - split, hash), root(left, hash)]


def proven(data: bytes, index: int, size: int, beside: Iterable[bytes], hash: Hash) -> bytes | None:
    """The root that a proof leads to (RFC 9162 section 2.1.3.2); None where it does not fit the tree."""
    if not 0 <= index < size:
        return None
    found, at, last = leaf(data, hash), index, size - 1
    for each in beside:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = node(each, found, hash)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, each, hash)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def _split(size: int) -> int:
    return int(1 << ((size - 1).bit_length() - 1))


@dataclass(slots=True)
class Tree:
    """A tree that grows; of its leaves it keeps one hash for each TILE of them."""

    hash: Hash
    size: int = 0
    tiles: list[bytes] = field(default_factory=list)
    _open: list[bytes] = field(default_factory=list)

    def add(self, data: bytes) -> None:
        """One more leaf."""
        self._open.append(leaf(data, self.hash))
        self.size += 1
        if len(self._open) == TILE:
            self.tiles.append(root(self._open, self.hash))
            self._open = []

    def close(self) -> bytes:
        """The root; the last tile may be smaller, and no leaf can be added any more."""
        if self._open:
            self.tiles.append(root(self._open, self.hash))
            self._open = []
        return root(self.tiles, self.hash)
