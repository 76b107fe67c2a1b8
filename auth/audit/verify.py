"""Verification of the audit: is every record there, unaltered and in its place?

EHR-S FM TI.2.2.1. What the database alone tells: a record altered, removed, moved or put in, and the end of a
chain cut off below its noted head. A whole chain removed, and a head set back to an older one, are told by
the exported roots (`auth.audit.anchoring`).
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum

from auth.audit.chain import FIRST, ORIGIN, Link, before, digest, link_of
from auth.audit.record import AuditRecord
from auth.audit.recorder import OWNER, agent_key
from auth.audit.view import commitment
from auth.store import audit
from auth.store.audit import ChainedRow, Head
from auth.store.database import Database
from auth.vault import Vault


class Tampering(StrEnum):
    """What has happened to a record, a chain or a root."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    INSERTED = "inserted"
    FORGED_HEAD = "forged head"
    FORGED_ROOT = "forged root"
    MISSING_ROOT = "missing root"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: in which chain (or of which day's root), at which place, at which record if there is one."""

    tampering: Tampering
    chain: str
    seq: int
    record: str | None = None

    def __str__(self) -> str:
        about = f", record {self.record}" if self.record else ""
        return f"{self.tampering.value}: {self.chain} at {self.seq}{about}"


@dataclass(slots=True)
class Report:
    """What the verification has seen."""

    chains: int = 0
    records: int = 0
    roots: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Nothing was found."""
        return not self.findings


async def verify(database: Database, vault: Vault | None = None) -> Report:
    """Walk all chains; with `vault` heads are held against their seals and records against their bodies."""
    report = Report()
    heads = {head.chain: head for head in await audit.heads(database)}
    walk: _Walk | None = None
    async for row in audit.chained(database):
        if walk is None or walk.chain != row.chain:
            _end(report, walk, heads)
            walk = _Walk(row, heads.get(row.chain), vault)
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

    def __init__(self, first: ChainedRow, head: Head | None, vault: Vault | None) -> None:
        self.chain = first.chain
        self.next = 0
        self._prev = FIRST if first.sm3 is not None else Link(ORIGIN, None)
        self._head = head
        self._vault = vault

    async def step(self, database: Database, row: ChainedRow, findings: list[Finding]) -> None:
        """Hold one record against its place."""
        if row.seq != self.next:
            findings.append(Finding(Tampering.REMOVED, self.chain, self.next))
        tampering = await self._tampering(database, row)
        if tampering is None and self._vault is not None and not await _speaks_of(self._vault, row):
            tampering = Tampering.INSERTED
        if tampering is not None:
            findings.append(Finding(tampering, self.chain, row.seq, row.entry.id))
        self.next, self._prev = row.seq + 1, link_of(row)

    async def _tampering(self, database: Database, row: ChainedRow) -> Tampering | None:
        follows = before(row) == self._prev if row.seq == self.next else _alike(before(row), self._prev)
        if not _whole(row, row.seq):
            return Tampering.REORDERED if await _fits_elsewhere(database, row) else Tampering.ALTERED
        if not follows:
            return Tampering.REORDERED
        head = self._head
        if head is not None and head.length == row.seq + 1 and (head.hash, head.sm3) != (row.hash, row.sm3):
            return Tampering.ALTERED
        return None


def _alike(one: Link, other: Link) -> bool:
    """Has neither SM3, or have both? A chain keeps to what it was begun with."""
    return (one.sm3 is None) is (other.sm3 is None)


def _whole(row: ChainedRow, seq: int) -> bool:
    """Are the hashes those of the record at place `seq`?"""
    return digest(row.chain, seq, before(row), row.entry) == link_of(row)


async def _speaks_of(vault: Vault, row: ChainedRow) -> bool:
    """Is the sealed body of this very record? Nobody can seal one without the platform's key."""
    entry = row.entry
    try:
        record = AuditRecord.decode(await vault.open(OWNER, entry.body))
    except Exception:
        return False
    told = (record.id, record.moment, tuple(dict.fromkeys(record.patients)))
    if told != (entry.id, entry.moment, entry.patients):
        return False
    named = tuple(vault.keyed(agent_key(name)) for name in record.agent.names)
    return row.sm3 is None or (named, commitment(record, vault)) == (entry.by, entry.view)


async def _fits_elsewhere(database: Database, row: ChainedRow) -> bool:
    """Is the record whole, only at another place of its chain than it was written for?"""
    if row.prev == ORIGIN:
        seq = 0
    else:
        earlier = await audit.by_hash(database, row.chain, row.prev)
        if earlier is None:
            return False
        seq = earlier.seq + 1
    # The record before it may have been moved as well, so look around its present place.
    return any(_whole(row, place) for place in {seq, *range(max(0, row.seq - 8), row.seq + 9)})


async def _check_seals(database: Database, vault: Vault, report: Report) -> None:
    for head in await audit.heads(database):
        try:
            sealed = json.loads(await vault.open(OWNER, head.seal))
        except Exception:
            sealed = None
        noted = [head.chain, head.length, head.hash, *([] if head.sm3 is None else [head.sm3])]
        if sealed != noted:
            report.findings.append(Finding(Tampering.FORGED_HEAD, head.chain, head.length))
