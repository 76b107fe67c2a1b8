"""Concepts: the codes of large code systems that a site has loaded, one row each.

FHIR R4 codesystem.html. Collection `concepts`: a row belongs to a release, one load of one version; the
CodeSystem resource names the release that counts, so that to change its name is to change all codes at once.
`a` is what stands above the code (by its form), `t` and `x` what it is found by (`text_index`), `d` a digest,
`i` that it is inactive.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

RELEASE = "urn:furong:extension:release"
"""Says of a CodeSystem under which release its concepts lie in the store."""
INDEXES = {
    "concepts": [
        IndexModel([("r", ASCENDING), ("n", ASCENDING)], name="release_order"),
        IndexModel([("r", ASCENDING), ("t", ASCENDING), ("n", ASCENDING)], name="release_words"),
        IndexModel([("r", ASCENDING), ("a", ASCENDING), ("n", ASCENDING)], name="release_above"),
    ]
}
_GRACE = timedelta(minutes=10)
"""What is read now may still be of a release that was replaced a moment ago."""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A concept as in CodeSystem.concept, its place, what stands above it (nearest first), what finds it."""

    code: str
    order: int
    element: Mapping[str, Any]
    above: Sequence[str] = ()
    words: Sequence[str] = ()
    text: str = ""
    digest: bytes = b""
    inactive: bool = False

    def document(self, release: str) -> Document:
        """As it is stored."""
        found = {"_id": row_id(release, self.code), "r": release, "n": self.order, "c": self.code}
        found |= {"e": orjson.dumps(self.element), "d": self.digest, "t": list(self.words)}
        more: Document = {"a": list(self.above), "x": self.text, "i": self.inactive}
        return found | {name: value for name, value in more.items() if value}


class Concepts:
    """The collection, of one database."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._rows = database["concepts"]
        self._resources = database["resources"]

    async def insert(self, release: str, rows: Iterable[Row]) -> None:
        """Add rows to a release that nothing names yet."""
        await self._rows.insert_many([row.document(release) for row in rows], ordered=False)

    async def find(self, release: str, codes: Iterable[str]) -> dict[str, Row]:
        """The rows of some codes."""
        ids = [row_id(release, code) for code in dict.fromkeys(codes)]
        found = self._rows.find({"_id": {"$in": ids}}, {"e": True, "a": True, "n": True, "c": True})
        return {row["c"]: _row(row) async for row in found}

    async def digests(self, release: str) -> AsyncIterator[tuple[str, bytes]]:
        """Every code of a release and the digest of what it says."""
        async for row in self._rows.find({"r": release}, {"_id": False, "c": True, "d": True}):
            yield row["c"], row["d"]

    async def page(self, release: str, filter: Document, offset: int = 0, limit: int = 0) -> list[Row]:
        """The rows that match, in their order."""
        shown = {"e": True, "a": True, "n": True, "c": True}
        cursor = self._rows.find({"r": release} | filter, shown).sort("n", ASCENDING)
        return [_row(row) async for row in cursor.skip(offset).limit(limit)]

    async def count(self, release: str, filter: Document) -> int:
        """How many match."""
        return await self._rows.count_documents({"r": release} | filter)

    async def any(self, release: str, filter: Document) -> bool:
        """Does one match?"""
        return await self._rows.find_one({"r": release} | filter, {"_id": True}) is not None

    async def alike(self, release: str, words: Sequence[str], limit: int) -> list[Row]:
        """Those that share most of `words`; of equals those with the fewest of their own."""
        rows = await self._rows.aggregate([
            {"$match": {"r": release, "t": {"$in": list(words)}}},
            {"$project": {"e": True, "n": True, "c": True, "size": {"$size": "$t"},
                          "shared": {"$size": {"$setIntersection": ["$t", list(words)]}}}},
            {"$sort": {"shared": -1, "size": 1, "n": 1}},
            {"$limit": limit},
        ])  # fmt: skip
        return [_row(row) async for row in rows]

    async def remove(self, release: str) -> None:
        """Forget a release."""
        await self._rows.delete_many({"r": release})

    async def sweep(self, known: Iterable[str]) -> int:
        """Forget the releases that no resource names (a load that was broken off, what was replaced)."""
        late = release_of(datetime.now(UTC) - _GRACE)
        there = await self._rows.distinct("r")
        gone = [each for each in there if each < late and each not in set(known)]
        for release in gone:
            await self.remove(release)
        return len(gone)


def row_id(release: str, code: str) -> str:
    """The id of the row of a code."""
    return f"{release}|{code}"


def release_of(moment: datetime) -> str:
    """The name of a release that begins now; names sort by time."""
    return f"{int(moment.timestamp() * 1000):013d}"


def _row(document: Document) -> Row:
    return Row(document["c"], document["n"], orjson.loads(document["e"]), tuple(document.get("a", ())))
