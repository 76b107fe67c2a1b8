"""Change stream: what any process changed, told to the caches of this one.

MongoDB change streams. A cache may answer only while `followed`: then whatever was committed more than LEASE
seconds ago has been told. A stream that hangs, breaks or lags turns the caches off; what they hold is lost.
"""

import asyncio
import logging
from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

from pymongo.asynchronous.change_stream import AsyncChangeStream, AsyncDatabaseChangeStream
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

log = logging.getLogger("furong.store")

LEASE = 1.0
"""How long the last word of the stream holds, in seconds."""
_BEAT_MS = 250
_PAUSE = 1.0

Change = Mapping[str, Any]


class Listener(Protocol):
    """Whoever keeps copies of rows."""

    def changed(self, change: Change) -> None:
        """One row of the collection was inserted, changed or removed."""

    def lost(self) -> None:
        """Anything may have changed."""


class Changes:
    """The change stream of one process."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._database = database
        self._listeners: dict[str, list[Listener]] = {}
        self._until = 0.0
        self._opening = self._closed = False
        self._following: asyncio.Task[None] | None = None

    @property
    def followed(self) -> bool:
        """Has the stream told everything up to LEASE seconds ago?"""
        return monotonic() < self._until

    def listen(self, collection: str, listener: Listener) -> None:
        """Tell `listener` what happens to `collection`; a stream that runs begins anew to hear of it."""
        self._listeners.setdefault(collection, []).append(listener)
        self._until = 0.0

    def start(self) -> None:
        """Follow from now on."""
        self._following = asyncio.create_task(self._follow(), name="change stream")

    async def _follow(self) -> None:
        while not self._closed:
            pause = 0.0
            try:
                await self._listen()
            except PyMongoError as error:
                log.warning("the caches are off, the change stream ended: %s", type(error).__name__)
                pause = _PAUSE
            except Exception as error:
                log.error("the caches are off, a listener failed: %s", type(error).__name__)
                pause = _PAUSE
            finally:
                self._lose()
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        """Tell what one stream says until it ends, or until someone wants to hear of another collection."""
        collections = sorted(self._listeners)
        async with await self._open(collections) as stream:
            self._lose()
            asked = monotonic()
            while stream.alive and not self._closed and len(collections) == len(self._listeners):
                if not _buffered(stream):
                    asked = monotonic()
                change = await stream.try_next()
                if change is not None:
                    self._tell(change)
                if not _buffered(stream):
                    self._until = asked + LEASE

    async def _open(self, collections: list[str]) -> AsyncDatabaseChangeStream[dict[str, Any]]:
        of_them = [{"$match": {"ns.coll": {"$in": collections}}}]
        self._opening = True
        try:
            return await self._database.watch(of_them, max_await_time_ms=_BEAT_MS)
        finally:
            self._opening = False

    def _tell(self, change: Change) -> None:
        of_a_row = "documentKey" in change
        for listener in self._listeners.get(change["ns"]["coll"], ()):
            if of_a_row:
                listener.changed(change)
            else:
                listener.lost()

    def _lose(self) -> None:
        self._until = 0.0
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.lost()

    async def close(self) -> None:
        """End the stream.

        Not while it opens a connection, which the driver would leave behind; and since the driver may swallow
        a cancellation, it is asked again.
        """
        self._closed = True
        while self._following is not None and not self._following.done():
            if not self._opening:
                self._following.cancel()
            await asyncio.wait([self._following], timeout=0.05)


def _buffered(stream: AsyncChangeStream[dict[str, Any]]) -> bool:
    """Has the last reply of the database more events than were told? Until then nothing is known of now."""
    return bool(stream._cursor._data)
