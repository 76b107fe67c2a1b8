"""Strangers: how much is kept of what nobody has proved to have sent (checklist 24 and 65).

Messages of unregistered senders, or of who could not prove to be the source, and fragments are refused (AR)
and kept, so that an operator sees who tries. Nothing of it was accepted, so the oldest may go: all of it
together takes a bounded room, and nothing of registered sources stands there. What comes faster than the old
goes is refused without being kept.
"""

import asyncio
import contextlib
import logging
import time
from typing import Any

from prometheus_client import Counter, Gauge
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from services.inbox import ROW_BYTES, Inbox
from services.log import FIELDS

log = logging.getLogger("furong.feed")

BYTES = Gauge("furong_strangers_bytes", "Bytes kept of strangers", multiprocess_mode="mostrecent")
LIMIT = Gauge("furong_strangers_limit_bytes", "Bytes that strangers may take", multiprocess_mode="mostrecent")
MESSAGES = Counter(
    "furong_strangers_messages_total", "Messages of strangers: what became of them", ["outcome"]
)

_FRESH_SECONDS, _LOOK_SECONDS = 1.0, 60.0
_FULL, _EASED = 0.9, 0.8
_AT_ONCE = 1_000
_THEIRS = {"stranger": {"$gt": 0}}


class Strangers:
    """What one process lets strangers take of `limit` bytes in the inbox of all."""

    def __init__(self, inbox: Inbox, limit: int) -> None:
        self._inbox = inbox
        self._limit = limit
        self._bytes = 0
        self._looked = float("-inf")

    def room(self, size: int) -> bool:
        """Is there room for a block of `size` bytes? It is counted as kept."""
        size += ROW_BYTES
        fits = self._bytes + size <= self._limit
        self._bytes += size if fits else 0
        MESSAGES.labels("kept" if fits else "not kept").inc()
        return fits

    async def look(self) -> None:
        """Count anew and let the oldest go where little room is left, unless that was done a moment ago."""
        every = _FRESH_SECONDS if self._bytes > _FULL * self._limit else _LOOK_SECONDS
        if time.monotonic() - self._looked < every:
            return
        self._looked = time.monotonic()
        before = self._bytes
        kept = await self._counted()
        if kept > _FULL * self._limit:
            kept -= await self._forget(kept - _EASED * self._limit)
        self._bytes += kept - before  # what came meanwhile stays counted
        BYTES.set(kept)
        LIMIT.set(self._limit)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            with contextlib.suppress(PyMongoError):
                await self.look()
            await asyncio.sleep(_FRESH_SECONDS)

    async def _counted(self) -> int:
        total = {"$group": {"_id": None, "bytes": {"$sum": "$stranger"}}}
        pipeline: list[dict[str, Any]] = [{"$match": _THEIRS}, total]
        cursor = await self._inbox.collection.aggregate(pipeline, hint="id_stranger")
        return sum([int(row["bytes"]) async for row in cursor])

    async def _forget(self, wanted: float) -> int:
        """Let the oldest go, of `wanted` bytes together; how many bytes those were."""
        gone = count = 0
        while gone < wanted:
            oldest = self._inbox.collection.find(_THEIRS, {"stranger": True}).hint("id_stranger")
            ids = []
            async for row in oldest.sort("_id", ASCENDING).limit(_AT_ONCE):
                ids.append(row["_id"])
                gone += int(row["stranger"])
                if gone >= wanted:
                    break
            if not ids:
                break
            await self._inbox.collection.delete_many({"_id": {"$in": ids}} | _THEIRS)
            count += len(ids)
        MESSAGES.labels("forgotten").inc(count)
        log.warning("the oldest messages of strangers are forgotten", extra={FIELDS: {"messages": count}})
        return gone
