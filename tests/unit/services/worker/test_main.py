"""How often the worker tries a message that fails on our side: checklist lines 35, 63 and 64 of the feed."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, Inbox
from services.sources import Sources
from services.worker import __main__ as worker
from services.worker.lease import Lease
from services.worker.processor import Processor
from tests.support.messages import adt
from tests.unit.services.worker.test_processor import inbox, keep

__all__ = ["inbox"]
GONE, OURS = AutoReconnect("gone"), KeyError("ours")


class Failing(Processor):
    """Fails as it is told, then does its work."""

    failures: list[Exception]

    async def process(self, id: str) -> str:
        """The state, or the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        return await super().process(id)


@pytest.mark.parametrize(
    ("failures", "state"),
    [
        ([OURS, OURS], DONE),
        ([OURS, OperationFailure("an unknown operator", 2)], DONE),
        ([GONE] * 6 + [OURS, OURS], DONE),
        ([OURS, OURS, OURS], DEAD),
        ([OperationFailure("an unknown operator", 2)] * 3, DEAD),
    ],
)
async def test_a_message_is_buried_at_the_third_fault_of_ours(
    store: Store, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, failures: list[Exception], state: str
) -> None:
    monkeypatch.setattr(worker, "_RETRY_SECONDS", 0.01)
    id = await keep(inbox, adt())
    stop = asyncio.Event()
    async with Sources(store.database, store.vault.identify, accept_unregistered=True) as sources:
        processor = Failing(store, inbox, sources)
        processor.failures = list(failures)
        running = asyncio.create_task(worker.Worker(inbox, processor).run(stop, Lease(store.database)))
        async with asyncio.timeout(30):
            row = None
            while row is None:
                await asyncio.sleep(0.01)
                row = await inbox.collection.find_one({"_id": id, "state": {"$ne": RECEIVED}})
        stop.set()
        await running
    assert (row["state"], processor.failures) == (state, [])
    if state == DEAD:
        assert row["reason"]["text"].startswith("this failed on our side")
