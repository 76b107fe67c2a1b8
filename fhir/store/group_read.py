"""Group read: concurrent reads by id share one command.

The driver's cost a command (0.16 ms of a read's 0.6), not the database, limits them. A read that comes while
none is under way goes at once; those that come meanwhile go together. None is answered from before it was
asked.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

_LARGEST_BATCH = 100

Row = dict[str, Any]


class GroupRead:
    """Reads of rows of one collection by `_id`; `projection` and `also` as MongoDB's find takes them."""

    def __init__(
        self,
        collection: AsyncCollection[Row],
        projection: Mapping[str, Any],
        also: Mapping[str, Any] | None = None,
    ) -> None:
        self._collection = collection
        self._projection = projection
        self._also = also or {}
        self._waiting: list[tuple[list[str], asyncio.Future[dict[str, Row]]]] = []
        self._running: asyncio.Task[None] | None = None

    async def read(self, ids: Iterable[str]) -> dict[str, Row]:
        """Those of the rows that exist, by id; the driver's own error else."""
        wanted = list(ids)
        if not wanted:
            return {}
        future: asyncio.Future[dict[str, Row]] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain(), name="group read")
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            try:
                found = await self._find({id for ids, _ in batch for id in ids})
            except BaseException as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for ids, future in batch:
                if not future.done():
                    future.set_result({id: found[id] for id in ids if id in found})

    async def _find(self, ids: set[str]) -> dict[str, Row]:
        filter = {"_id": {"$in": sorted(ids)} if len(ids) > 1 else next(iter(ids)), **self._also}
        rows = await self._collection.find(filter, self._projection).to_list()
        return {row["_id"]: row for row in rows}

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)
