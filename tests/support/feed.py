"""A running feed: the MLLP listener and the worker on the test's database, beside its web process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.read_concern import ReadConcern

from adapters.mllp.client import connect
from fhir.store import Store
from services.database.port import free_port
from services.feed.__main__ import serving
from services.inbox import RECEIVED, Inbox, inbox_of
from services.queries.queries import answering
from services.sources import Sources
from services.worker.__main__ import Worker
from services.worker.lease import Lease
from services.worker.processor import Processor
from services.worker.reruns import Reruns, rerunning
from tests.support.web import Web

LIMIT = 5_000_000


@dataclass
class Feed:
    """The listener's port, and what became of the messages."""

    port: int
    inbox: Inbox
    web: Web

    async def send(self, *blocks: bytes) -> list[bytes]:
        """The answers to `blocks`, one connection, pipelined."""
        async with await connect("127.0.0.1", self.port, seconds=20) as connection:
            return [answer async for _, answer in connection.pipeline(blocks)]

    async def settled(self) -> dict[str, int]:
        """Wait until no message waits, by what a majority has: a search sees nothing younger."""
        committed = self.inbox.collection.with_options(read_concern=ReadConcern("majority"))
        for _ in range(600):
            if not await committed.count_documents({"state": RECEIVED}):
                break
            await asyncio.sleep(0.05)
        return await self.inbox.count()

    async def rows(self) -> list[dict[str, Any]]:
        """All rows of the inbox, in order."""
        return await self.inbox.collection.find().sort("_id", 1).to_list()


@asynccontextmanager
async def feeding(web: Web, *, working: bool = True, **settings: Any) -> AsyncIterator[Feed]:
    """Listener and worker as the processes wire them, on the platform of `web`; unregistered are accepted."""
    store = web.platform.store
    inbox = await inbox_of(store)
    options = {"mllp_port": free_port(), "max_message_bytes": LIMIT, "drain_seconds": 5} | settings
    taken = web.platform.settings.changed(**options)
    limit = taken.unregistered_sources_limit
    sources = Sources(store.database, store.vault.identify, accept_unregistered=True, limit=limit)
    async with (
        sources,
        serving(taken, inbox, sources, store.keyed, await answering(web.platform, sources)) as server,
        work(inbox, sources, store) if working else nullcontext(),
    ):
        yield Feed(server.port, inbox, web)
    await inbox.close()


@asynccontextmanager
async def work(inbox: Inbox, sources: Sources, store: Store) -> AsyncIterator[None]:
    """A worker on the inbox, until the end of the block."""
    stop = asyncio.Event()
    processor = Processor(store, inbox, sources)
    worker = Worker(inbox, processor)
    working = asyncio.create_task(worker.run(stop, Lease(store.database)))
    try:
        async with rerunning(Reruns(store, inbox, processor)):
            yield
    finally:
        stop.set()
        await working


@pytest.fixture
async def feed(web: Web) -> AsyncIterator[Feed]:
    """Listener and worker; unregistered senders are accepted."""
    async with feeding(web) as running:
        yield running
