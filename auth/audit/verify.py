"""Verification of the audit: is every record there, unaltered and in its place?

EHR-S FM TI.2.2.1. What this sees: a record altered, removed or moved, and the end of a chain cut off below
its noted head. What it can't see: a whole chain removed together with its head, and a head set back by
someone who kept an older one; for that the heads must be exported.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum

from auth.audit.chain import ORIGIN, digest
from auth.audit.recorder import OWNER
from auth.store import audit
from auth.store.audit import ChainedRow, Head
from auth.store.database import Database
from auth.vault import Vault


class Tampering(StrEnum):
    """What has happened to a record or a chain."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    FORGED_HEAD = "forged head"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: in which chain, at which place, at which record if there is one."""

    tampering: Tampering
    chain: str
    seq: int
    record: str | None = None


@dataclass(slots=True)
class Report:
    """What the verification has seen."""

    chains: int = 0
    records: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Nothing was found."""
        return not self.findings


async def verify(database: Database, vault: Vault | None = None) -> Report:
    """Walk all chains; with `vault` the noted heads are held against their seals, too."""
    report = Report()
    heads = {head.chain: head for head in await audit.heads(database)}
    walk: _Walk | None = None
    async for row in audit.chained(database):
        if walk is None or walk.chain != row.chain:
            _end(report, walk, heads)
            walk = _Walk(row.chain, heads.get(row.chain))
            report.chains += 1
        report.records += 1
        await walk.step(database, row, report.findings)
    _end(report, walk, heads)
    for head in heads.values():
        report.findings.append(Finding(Tampering.REMOVED, head.chain, 0))
    if vault is not None:
        await _check_seals(database, vault, report)
    return report


def _end(report: Report, walk: "_Walk | None", heads: dict[str, Head]) -> None:
    if walk is None:
        return
    head = heads.pop(walk.chain, None)
    if head is not None and walk.next < head.length:
        report.findings.append(Finding(Tampering.REMOVED, walk.chain, walk.next))


class _Walk:
    """One chain, from its first record on."""

    def __init__(self, chain: str, head: Head | None) -> None:
        self.chain = chain
        self.next = 0
        self._prev = ORIGIN
        self._head = head

    async def step(self, database: Database, row: ChainedRow, findings: list[Finding]) -> None:
        """Hold one record against its place."""
        if row.seq != self.next:
            findings.append(Finding(Tampering.REMOVED, self.chain, self.next))
        tampering = await self._tampering(database, row)
        if tampering is not None:
            findings.append(Finding(tampering, self.chain, row.seq, row.entry.id))
        self.next, self._prev = row.seq + 1, row.hash

    async def _tampering(self, database: Database, row: ChainedRow) -> Tampering | None:
        follows = row.seq != self.next or row.prev == self._prev
        if digest(row.chain, row.seq, row.prev, row.entry) != row.hash:
            return Tampering.REORDERED if await _fits_elsewhere(database, row) else Tampering.ALTERED
        if not follows:
            return Tampering.REORDERED
        head = self._head
        if head is not None and head.length == row.seq + 1 and head.hash != row.hash:
            return Tampering.ALTERED
        return None


async def _fits_elsewhere(database: Database, row: ChainedRow) -> bool:
    """Is the record whole, only at another place of its chain than it was written for?"""
    if row.prev == ORIGIN:
        seq = 0
    else:
        before = await audit.by_hash(database, row.chain, row.prev)
        if before is None:
            return False
        seq = before.seq + 1
    # The record before it may have been moved as well, so look around its present place.
    return any(
        digest(row.chain, place, row.prev, row.entry) == row.hash
        for place in {seq, *range(max(0, row.seq - 8), row.seq + 9)}
    )


async def _check_seals(database: Database, vault: Vault, report: Report) -> None:
    for head in await audit.heads(database):
        try:
            sealed = json.loads(await vault.open(OWNER, head.seal))
        except Exception:
            sealed = None
        if sealed != [head.chain, head.length, head.hash]:
            report.findings.append(Finding(Tampering.FORGED_HEAD, head.chain, head.length))
