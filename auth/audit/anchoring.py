"""Anchoring: the daily roots of a platform are made, kept and exported.

A day is one of Asia/Shanghai. A record belongs to the first root that is made after it was written, so none
is left out, whenever it came; roots of days that were missed are made up later, each up to its own midnight.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auth import moment
from auth.audit.merkle import HASHES, TILE, Tree, leaf, path
from auth.audit.root import Root, Stretch, made, read, record_leaf
from auth.audit.signing import Signer
from auth.store import audit_roots
from auth.store.audit import ChainedRow
from auth.store.audit_roots import KeptRoot
from auth.store.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
SETTLED = timedelta(minutes=5)
"""So long after midnight the records of the day before are there."""
_MOST_AT_ONCE = 400
_LATEST = 3
"""Roots among which a record is looked for: that of its day, and those after it."""


class Anchoring:
    """Makes and reads the roots of one platform."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self.signer = signer

    async def due(self) -> list[date]:
        """The days that are over and have no root yet, the oldest first."""
        end = (moment.now() - SETTLED).astimezone(ZONE).date()
        last = await audit_roots.last(self._database)
        if last is not None:
            start = date.fromisoformat(last.day) + timedelta(days=1)
        else:
            oldest = await audit_roots.oldest(self._database)
            start = oldest.astimezone(ZONE).date() if oldest else end
        return [start + timedelta(days=n) for n in range(min((end - start).days, _MOST_AT_ONCE))]

    async def make_due(self) -> list[Root]:
        """Make the roots that are due."""
        return [await self.make(day) for day in await self.due()]

    async def make(self, day: date) -> Root:
        """The root of `day`, made now unless it is there already."""
        kept = await audit_roots.find(self._database, day.isoformat())
        if kept is None:
            kept = await self._made(day)
            if not await audit_roots.keep(self._database, kept):
                kept = await audit_roots.find(self._database, day.isoformat())
                assert kept is not None
        return read(kept.text)

    async def _made(self, day: date) -> KeptRoot:
        last = await audit_roots.last(self._database, day.isoformat())
        previous = read(last.text) if last else None
        until = datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)
        trees = {name: Tree(hash) for name, hash in HASHES.items()}
        stretches = []
        before = {each.chain: each for each in previous.stretches} if previous else {}
        for chain in sorted({*before, *await audit_roots.chains(self._database)}):
            stretches.append(await self._stretch(chain, before.get(chain), until, trees))
        for each in stretches:
            for tree in trees.values():
                tree.add(each.leaf())
        roots = {name: tree.close().hex() for name, tree in trees.items()}
        size = next(iter(trees.values())).size
        root = made(day, previous, stretches, size, roots, self.signer)
        tiles = {name: b"".join(tree.tiles) for name, tree in trees.items()}
        return KeptRoot(day.isoformat(), root.encode(), tiles)

    async def _stretch(
        self, chain: str, before: Stretch | None, until: datetime, trees: dict[str, Tree]
    ) -> Stretch:
        """How far a chain came by `until`; the leaves of its new records are added."""
        first = before.length if before else 0
        length = await audit_roots.length(self._database, chain, first, until)
        head = (before.sha256, before.sm3) if before else ("", None)
        async for row in audit_roots.stretch(self._database, chain, first, length):
            for tree in trees.values():
                tree.add(record_leaf(row))
            head = row.hash, row.sm3
        return Stretch(chain, first, length, *head)

    async def of(self, day: date) -> Root | None:
        """The root of a day, if there is one."""
        kept = await audit_roots.find(self._database, day.isoformat())
        return read(kept.text) if kept else None

    async def holding(self, row: ChainedRow) -> Root | None:
        """The root that holds a record; None while it waits for one."""
        day = row.entry.moment.astimezone(ZONE).date()
        for text in await audit_roots.since(self._database, day.isoformat(), _LATEST):
            root = read(text)
            if root.index(row.chain, row.seq) is not None:
                return root
        return None

    async def proof(self, root: Root, row: ChainedRow) -> dict[str, Any]:
        """The inclusion proof of a record in `root`: the leaf's number, and what stands beside its way up."""
        index = root.index(row.chain, row.seq)
        kept = await audit_roots.find(self._database, root.body["day"])
        assert index is not None
        assert kept is not None
        tile, data = index // TILE, await self._leaves(root, index // TILE)
        found: dict[str, Any] = {"index": index}
        for name, hash in HASHES.items():
            tiles = [kept.tiles[name][at : at + 32] for at in range(0, len(kept.tiles[name]), 32)]
            leaves = [leaf(each, hash) for each in data]
            way = path(leaves, index % TILE, hash) + path(tiles, tile, hash)
            found[name] = [each.hex() for each in way]
        return found

    async def _leaves(self, root: Root, tile: int) -> list[bytes]:
        """The leaves of one tile: records, and behind the last of them the heads."""
        start, end, at, found = tile * TILE, (tile + 1) * TILE, 0, list[bytes]()
        for each in root.stretches:
            first, last = max(start, at), min(end, at + each.length - each.first)
            if first < last:
                places = each.first + first - at, each.first + last - at
                rows = audit_roots.stretch(self._database, each.chain, *places)
                found += [record_leaf(row) async for row in rows]
            at += each.length - each.first
        heads = [each.leaf() for each in root.stretches]
        return found + heads[max(0, start - at) : max(0, end - at)]

    async def export(self, folder: Path) -> list[Path]:
        """Write each root that is not in `folder` yet to a file of its own; the files that were written."""
        return await asyncio.to_thread(_write, folder, await audit_roots.texts(self._database))


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for day, text in texts.items():
        path = folder / file_name(day)
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_text(text, "ascii")
            part.replace(path)
            written.append(path)
    return written


def file_name(day: str) -> str:
    """The name of a root's file."""
    return f"audit-root-{day}.json"
