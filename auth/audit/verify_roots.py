"""Verification against the daily roots: is everything there that a root has seen, as it was then?

RFC 6962. With the roots that an auditor has kept this finds a whole chain removed, a head set back, and a
database that was rolled back; with those of the database itself it finds what an intruder overlooked.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from auth.audit.merkle import HASHES, Tree
from auth.audit.root import Root, Stretch, read, record_leaf
from auth.audit.verify import Finding, Report, Tampering
from auth.store import audit_roots
from auth.store.database import Database


async def verify_roots(
    database: Database, keys: Iterable[str], report: Report, exported: Sequence[Root] | None = None
) -> None:
    """Add to `report` what is wrong about the roots: those exported, else those of the database.

    `keys` are the public keys by which a root may be signed.
    """
    kept = await audit_roots.texts(database)
    roots = sorted(exported or [read(text) for text in kept.values()], key=lambda root: root.day)
    before: Root | None = None
    for root in roots:
        report.roots += 1
        day, text = root.day.isoformat(), kept.get(root.day.isoformat())
        if not root.signed_by(frozenset(keys)):
            report.findings.append(Finding(Tampering.FORGED_ROOT, day, 0))
        if text is None:
            report.findings.append(Finding(Tampering.MISSING_ROOT, day, 0))
        elif text != root.encode():
            report.findings.append(Finding(Tampering.FORGED_ROOT, day, 0))
        report.findings += _follows(root, before)
        report.findings += await _held(database, root)
        before = root


def read_folder(folder: Path) -> list[Root]:
    """The roots of a folder of exported files; a ValueError names a file that is none."""
    roots = []
    for path in sorted(folder.glob("audit-root-*.json")):
        try:
            roots.append(read(path.read_bytes()))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
    if not roots:
        raise ValueError("there is no root in that folder")
    return roots


def _follows(root: Root, before: Root | None) -> list[Finding]:
    named = root.body["previous"]
    if named is None:
        return [Finding(Tampering.FORGED_ROOT, root.body["day"], 0)] if before else []
    if before is None or before.body["day"] != named["day"]:
        return [Finding(Tampering.MISSING_ROOT, named["day"], 0)]
    return [] if before.digest == named["sha256"] else [Finding(Tampering.FORGED_ROOT, named["day"], 0)]


async def _held(database: Database, root: Root) -> list[Finding]:
    """Is each head where the root saw it, and is the tree that of the records?"""
    found = [await _head(database, stretch) for stretch in root.stretches]
    if any(found):
        return [finding for finding in found if finding]
    trees = {name: Tree(hash) for name, hash in HASHES.items()}
    for each in root.stretches:
        if each.first == each.length:
            continue
        async for row in audit_roots.stretch(database, each.chain, each.first, each.length):
            for tree in trees.values():
                tree.add(record_leaf(row))
    for each in root.stretches:
        for tree in trees.values():
            tree.add(each.leaf())
    told = root.body["roots"]
    same = all(tree.close().hex() == told[name] and tree.size == root.size for name, tree in trees.items())
    return [] if same else [Finding(Tampering.ALTERED, root.body["day"], 0)]


async def _head(database: Database, stretch: Stretch) -> Finding | None:
    """A chain that the day has not touched was looked at with an earlier root."""
    if stretch.first == stretch.length:
        return None
    last = await audit_roots.place(database, stretch.chain, stretch.length - 1)
    if last is None:
        return Finding(Tampering.REMOVED, stretch.chain, stretch.length - 1)
    if (last.hash, last.sm3) != (stretch.sha256, stretch.sm3):
        return Finding(Tampering.ALTERED, stretch.chain, stretch.length - 1, last.entry.id)
    return None
