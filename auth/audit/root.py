"""Daily root: what the audit was when a day ended, in one signed text that lies outside the database.

EHR-S FM TI.2.2.1; RFC 6962. The tree's leaves are the day's records, chain by chain in the order of the
count, and then the heads of all chains. Each root names the hash of the one before it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from auth.audit.chain import canonical
from auth.audit.signing import Signer, signed
from auth.store.audit import ChainedRow

FORMAT = "furong audit root 1"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One chain in a root: the day's records are those from `first` up to, but without, `length`."""

    chain: str
    first: int
    length: int
    sha256: str
    sm3: str | None

    def leaf(self) -> bytes:
        """The leaf of its head."""
        return canonical({"head": self.chain, "length": self.length, "sha256": self.sha256, "sm3": self.sm3})


def record_leaf(row: ChainedRow) -> bytes:
    """The leaf of a record: its place and its hashes."""
    return canonical({"chain": row.chain, "seq": row.seq, "sha256": row.hash, "sm3": row.sm3})


@dataclass(frozen=True, slots=True)
class Root:
    """A root as it is exported: `text` is what is signed, its members are in `body`."""

    body: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The day that it closes."""
        return date.fromisoformat(self.body["day"])

    @property
    def stretches(self) -> Iterator[Stretch]:
        """The chains in the order of their leaves."""
        return (Stretch(*row) for row in self.body["chains"])

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return int(self.body["size"])

    @property
    def text(self) -> bytes:
        """What is signed: all members but the signature, in canonical JSON."""
        return canonical({name: value for name, value in self.body.items() if name != "signature"})

    @property
    def digest(self) -> str:
        """What the next root names."""
        return hashlib.sha256(self.text).hexdigest()

    def signed_by(self, keys: frozenset[str]) -> bool:
        """Is it signed by the key that it names, and is that one of `keys`?"""
        named = self.body.get("key")
        return named in keys and signed(self.text, self.body.get("signature"), named)

    def index(self, chain: str, seq: int) -> int | None:
        """The number of a record's leaf; None where the root does not hold the record."""
        before = 0
        for each in self.stretches:
            if each.chain == chain and each.first <= seq < each.length:
                return before + seq - each.first
            before += each.length - each.first
        return None

    def encode(self) -> str:
        """The file."""
        return json.dumps(self.body, ensure_ascii=True, indent=1) + "\n"


def made(
    day: date, previous: Root | None, stretches: list[Stretch], size: int, roots: Mapping[str, str],
    signer: Signer,
) -> Root:  # fmt: skip
    """A signed root."""
    body = {
        "format": FORMAT,
        "day": day.isoformat(),
        "previous": {"day": previous.body["day"], "sha256": previous.digest} if previous else None,
        "chains": [[each.chain, each.first, each.length, each.sha256, each.sm3] for each in stretches],
        "size": size,
        "roots": dict(roots),
        "key": signer.public,
    }
    return Root(body | {"signature": signer.sign(Root(body).text)})


def read(text: str | bytes) -> Root:
    """A root from its file; a ValueError where it is none."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ValueError("this is no root of an audit")
    root = Root(body)
    try:
        _ = root.day, root.size, list(root.stretches), body["roots"]["sha256"], body["roots"]["sm3"]
    except (KeyError, TypeError) as error:
        raise ValueError("this root is damaged") from error
    return root
