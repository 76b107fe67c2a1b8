"""Continuation: where the next part of a long answer begins, and who has said that it is not wanted.

HL7 v2 chapter 5.6.3 (DSC, interactive continuation) and 5.6.4 (QCN^J01); IHE ITI TF-2 3.21.4.1.3. The pointer
holds the place within the answer, sealed and bound to the source and its query; nothing is kept for it. Of a
query that is cancelled the collection `cancelled_queries` holds a keyed hash, as long as its pointers would
live.
"""

import time
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.query import Query
from fhir.cursor import LIFETIME, open_cursor, seal_cursor
from fhir.outcome import Refusal
from fhir.store import Store
from fhir.store.indexes import ensure_indexes
from services.queries.numbers import Unanswerable

_INDEXES = {"cancelled_queries": [IndexModel([("at", ASCENDING)], name="at", expireAfterSeconds=LIFETIME)]}
Place = tuple[int, str, str]


class Continuations:
    """The continuations of one platform."""

    def __init__(self, store: Store) -> None:
        self._database: AsyncDatabase[dict[str, Any]] = store.database
        self._vault = store.vault

    async def prepare(self) -> None:
        """Create the index by which old rows go."""
        await ensure_indexes(self._database, _INDEXES)

    def pointer(self, source: str, query: Query, place: Place, begun: int) -> str:
        """DSC-1: the answer to `query` goes on after `place`; `begun`: when its first part was given."""
        return seal_cursor([begun, *place], source, _bound(query), self._vault)

    async def place(self, source: str, query: Query) -> tuple[Place | None, int]:
        """The place that DSC-1 names (None: the beginning), and when the answer was begun; Unanswerable for a
        pointer that was never given for this query, has expired, or is cancelled."""
        if not query.pointer:
            return None, time.time_ns()
        unknown = Unanswerable(Error("query-continuation", Location("DSC", 1, 1)))
        try:
            begun, rank, birth_date, key = open_cursor(query.pointer, source, _bound(query), self._vault)
        except Refusal:
            raise unknown from None
        cancelled = await self._database["cancelled_queries"].find_one({"_id": self._id(source, query.tag)})
        if cancelled is not None and begun <= cancelled["moment"]:
            raise unknown
        return (rank, birth_date, key), begun

    async def cancel(self, source: str, tag: str) -> None:
        """No more is wanted of what `source` has asked under `tag` until now."""
        change = {"$set": {"at": datetime.now(UTC), "moment": time.time_ns()}}
        await self._database["cancelled_queries"].update_one(
            {"_id": self._id(source, tag)}, change, upsert=True
        )

    def _id(self, source: str, tag: str) -> str:
        return self._vault.keyed(f"query\0{source}\0{tag}")


def _bound(query: Query) -> str:
    """What a pointer belongs to: its tag, what is asked, and the domains."""
    return "\0".join([query.event, query.tag, query.asked.raw, *(each.raw for each in query.domains)])
