"""How often the worker tries a message that fails on our side: checklist lines 35, 63 and 64 of the feed."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox
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


class Stuck(Processor):
    """One patient's messages are never processed: the store fails for them, or they take for ever."""

    asleep = False

    async def process(self, id: str) -> str:
        """The state of anybody else's."""
        row = await self._inbox.collection.find_one({"_id": id})
        assert row is not None
        if row["control_id"].startswith("S"):
            await asyncio.sleep(60 if self.asleep else 0)
            raise GONE
        return await super().process(id)


async def settled(inbox: Inbox, control: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            row = await inbox.collection.find_one({"control_id": control, "state": {"$ne": RECEIVED}})
            if row is not None:
                return row
            await asyncio.sleep(0.02)


async def test_line_35_a_stuck_patient_with_a_long_queue_holds_up_nobody_else(
    store: Store, inbox: Inbox
) -> None:
    rows = [
        await inbox.row(Arrival(b"MSH|", b"", RECEIVED, "p", "TEST1", f"S{n}", keys=["s"]))
        for n in range(900)
    ]
    await inbox.collection.insert_many(rows)
    await inbox.add(Arrival(adt("other").encode(), b"AA", RECEIVED, "p", "TEST1", "other", keys=["o"]))
    stop = asyncio.Event()
    async with Sources(store.database, store.vault.identify, accept_unregistered=True) as sources:
        running = asyncio.create_task(
            worker.Worker(inbox, Stuck(store, inbox, sources)).run(stop, Lease(store.database))
        )
        assert (await settled(inbox, "other"))["state"] == DONE
        assert await inbox.collection.count_documents({"state": RECEIVED}) == 900
        stop.set()
        await running


@pytest.mark.parametrize("asleep", [False, True])
async def test_line_35_what_holds_up_its_patient_is_a_dead_letter_in_the_end_with_an_alarm(
    store: Store, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, asleep: bool
) -> None:
    """The store takes other things all the while; whoever waited behind it goes on."""
    monkeypatch.setattr(worker, "_RETRY_SECONDS", 0.05)
    monkeypatch.setattr(worker, "_ATTEMPT_SECONDS", 0.5)
    monkeypatch.setattr(worker, "_PATIENCE_SECONDS", 0.3)
    for control in ("S1", "behind"):
        text = adt(control).encode()
        await inbox.add(Arrival(text, b"AA", RECEIVED, "p", "TEST1", control, keys=["s"]))
    sounded, stop = [], asyncio.Event()

    async def sound(source: str, message: str) -> None:
        sounded.append((source, message))

    async with Sources(store.database, store.vault.identify, accept_unregistered=True) as sources:
        processor = Stuck(store, inbox, sources)
        processor.asleep = asleep
        running = asyncio.create_task(worker.Worker(inbox, processor, sound).run(stop, Lease(store.database)))
        row = await settled(inbox, "S1")
        assert (row["state"], row["reason"]["text"][:24]) == (DEAD, "this held up its patient")
        assert (await settled(inbox, "behind"))["state"] == DONE
        stop.set()
        await running
    assert sounded == [("TEST1", row["_id"])]


async def test_line_35_while_the_whole_store_fails_nothing_is_buried(
    store: Store, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_PATIENCE_SECONDS", 0.0)

    async def refused(id: str) -> bool:
        raise GONE

    monkeypatch.setattr(inbox, "count_attempt", refused)
    id = await keep(inbox, adt())
    stop = asyncio.Event()
    async with Sources(store.database, store.vault.identify, accept_unregistered=True) as sources:
        processor = Failing(store, inbox, sources)
        processor.failures = [GONE] * 8
        running = asyncio.create_task(worker.Worker(inbox, processor).run(stop, Lease(store.database)))
        assert (await settled(inbox, "C1"))["state"] == DONE
        stop.set()
        await running
    assert processor.failures == []
    assert id
