"""Hash chain: each record carries the hash of the one before it, without gaps in the count.

EHR-S FM TI.2.2.1 (indelible). SHA-256 (FIPS 180-4) over canonical JSON: members sorted, no spaces. One chain
per writing process, so that processes do not wait for one another.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from auth.store.audit import ChainedRow, Entry

ORIGIN = ""
"""`prev` of the first record of a chain."""


def digest(chain: str, seq: int, prev: str, entry: Entry) -> str:
    """The hash of a record: of its place in the chain and of everything that is stored of it."""
    parts = {
        "id": entry.id,
        "chain": chain,
        "seq": seq,
        "prev": prev,
        "moment": entry.moment.isoformat(timespec="milliseconds"),
        "patients": list(entry.patients),
        "body": b64encode(entry.body).decode(),
    }
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(slots=True)
class Chain:
    """The end of a chain that is being written."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    length: int = 0
    head: str = ORIGIN

    def append(self, entries: Iterable[Entry]) -> list[ChainedRow]:
        """`entries` as the next records of this chain."""
        rows = []
        for entry in entries:
            hash = digest(self.id, self.length, self.head, entry)
            rows.append(ChainedRow(entry, self.id, self.length, self.head, hash))
            self.length, self.head = self.length + 1, hash
        return rows
