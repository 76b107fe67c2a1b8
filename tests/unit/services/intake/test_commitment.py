"""Waiting for the commit: checklist line 22 of the feed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo.errors import PyMongoError

from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.intake.commitment import Commitment


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


async def kept(inbox: Inbox, control: str) -> str:
    return (await inbox.add(Arrival(b"MSH", b"", RECEIVED, "p", "S", control))).id


async def test_line_22_each_hears_of_its_own_message(inbox: Inbox) -> None:
    commitment = Commitment(inbox, 20)
    one, two = await kept(inbox, "C1"), await kept(inbox, "C2")
    waiting = [asyncio.create_task(commitment.state(id)) for id in (one, two, one)]
    await asyncio.sleep(0.1)
    assert not any(each.done() for each in waiting)
    await inbox.collection.update_one({"_id": one}, {"$set": {"state": DONE}})
    assert (await waiting[0], await waiting[2]) == (DONE, DONE)
    assert not waiting[1].done()
    await inbox.collection.update_one({"_id": two}, {"$set": {"state": DEAD}})
    assert await waiting[1] == DEAD
    assert await commitment.state(one) == DONE, "also one that is done already"


async def test_line_22_the_wait_is_bounded(inbox: Inbox) -> None:
    assert await Commitment(inbox, 0.1).state(await kept(inbox, "C1")) == RECEIVED


async def test_line_27_a_store_that_fails_is_told_to_whoever_waits(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(ids: object) -> dict[str, str]:
        raise PyMongoError("down")

    id = await kept(inbox, "C1")
    monkeypatch.setattr(inbox, "states", down)
    with pytest.raises(PyMongoError):
        await Commitment(inbox, 20).state(id)
