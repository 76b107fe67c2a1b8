"""Group commit: concurrent inserts share one command, each waits for its own durability.

The driver's cost a command, not the database, limits single inserts (2.5 to 3 times the rate, measured
in the project's reference). The batch is unordered; an error goes to the insert that it belongs to.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from bson import encode
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError, WriteError

from fhir.outcome import Fault, Refusal

_LARGEST_BATCH = 500
LARGEST = 15_000_000

Document = Mapping[str, Any]


class GroupCommit:
    """Inserts into one collection."""

    def __init__(self, collection: AsyncCollection[Any]) -> None:
        self._collection = collection
        self._waiting: list[tuple[Document, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def insert(self, document: Document) -> None:
        """Return once `document` is durable; DuplicateKeyError, WriteError or the driver's own error else.

        A document above MongoDB's limit is refused by itself and takes none of its neighbours along.
        """
        if len(encode(document)) > LARGEST:
            raise Refusal(Fault.TOO_LARGE, f"what is stored in one piece is at most {LARGEST} bytes")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((document, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain(), name="group commit")
        await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            try:
                faults = await self._insert([document for document, _ in batch])
            except BaseException as error:
                _settle(batch, dict.fromkeys(range(len(batch)), error))
                if not isinstance(error, Exception):
                    raise
            else:
                _settle(batch, faults)

    async def _insert(self, documents: list[Document]) -> dict[int, BaseException]:
        try:
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise
            return {fault["index"]: _error(fault) for fault in error.details["writeErrors"]}
        return {}

    async def close(self) -> None:
        """Wait for the batch that is under way."""
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)


def _settle(batch: list[tuple[Document, asyncio.Future[None]]], faults: Mapping[int, BaseException]) -> None:
    for position, (_, future) in enumerate(batch):
        if future.done():
            continue
        if position in faults:
            future.set_exception(faults[position])
        else:
            future.set_result(None)


def _error(fault: dict[str, Any]) -> WriteError:
    kind = DuplicateKeyError if fault["code"] == 11000 else WriteError
    return kind(str(fault.get("errmsg", "")).split(" dup key")[0], fault["code"])
