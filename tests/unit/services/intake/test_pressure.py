"""What senders feel of a long queue: checklist line 65 of the feed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fhir.store import Store
from services.inbox import DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.intake import pressure
from services.intake.pressure import Pressure


@pytest.fixture
async def inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Inbox]:
    monkeypatch.setattr(pressure, "_FRESH_SECONDS", 0)
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


async def waiting(inbox: Inbox, count: int) -> None:
    """So many messages wait."""
    await inbox.collection.delete_many({})
    for number in range(count):
        await inbox.add(Arrival(b"MSH", b"", RECEIVED, "p", "S", f"C{number}"))
    await inbox.add(Arrival(b"MSH", b"", DONE, "p", "S", "DONE"))


async def test_line_65_it_is_full_at_the_mark_and_until_a_tenth_is_worked_off(inbox: Inbox) -> None:
    felt = Pressure(inbox, 20)
    for count, full in ((19, False), (20, True), (19, True), (18, True), (17, False), (19, False)):
        await waiting(inbox, count)
        await felt.look()
        assert felt.full is full, count


async def test_line_65_above_half_messages_come_one_after_the_other_in_order(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    felt, order, pauses = Pressure(inbox, 10), [], []
    pause = asyncio.sleep

    async def slept(seconds: float) -> None:
        pauses.append(seconds)
        await pause(0)

    async def take(number: int) -> None:
        await felt.ease()
        order.append(number)

    await waiting(inbox, 8)
    await felt.look()
    monkeypatch.setattr(pressure.asyncio, "sleep", slept)
    await asyncio.gather(*(take(number) for number in range(10)))
    assert order == list(range(10))
    assert len(pauses) == 10
    assert all(0 < each <= 0.05 for each in pauses)


async def test_line_65_below_half_nobody_waits(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    felt = Pressure(inbox, 10)
    await waiting(inbox, 5)
    await felt.look()
    monkeypatch.setattr(pressure, "_SLOWEST_SECONDS", 3600)
    async with asyncio.timeout(5):
        await felt.ease()
