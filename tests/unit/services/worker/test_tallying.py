"""Hours are counted beside the work on the inbox: checklist line 66."""

import asyncio
from datetime import UTC, datetime, timedelta

from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.inbox import DONE, Arrival, inbox_of
from services.sources import register
from services.worker.tallying import tallying


async def test_line_66_the_hours_of_a_day_are_counted_while_the_worker_runs(store: Store) -> None:
    await register(store.database, Source("S", "Organization/o"))
    inbox = await inbox_of(store)
    await inbox.add(Arrival(b"MSH", b"", DONE, "p", "S", "C1", code="AA"))
    await inbox.collection.update_one({}, {"$set": {"received": datetime.now(UTC) - timedelta(hours=3)}})
    async with tallying(inbox), asyncio.timeout(20):
        while not await store.database["tallies"].count_documents({"told.source": "S"}):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await store.database["tallies"].count_documents({}) == 24
    await inbox.close()
