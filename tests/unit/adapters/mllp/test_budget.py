"""The bytes that all connections hold together: checklist lines 3 and 65 of the feed."""

import asyncio

import pytest

from adapters.mllp.budget import Budget, Share
from adapters.mllp.connection import Limits
from adapters.mllp.frame import frame
from adapters.mllp.peer import Peer
from tests.unit.adapters.mllp.conftest import Raw, Serve


async def test_who_needs_more_than_is_left_waits_in_order() -> None:
    budget = Budget(100)
    one, two, three = Share(budget), Share(budget), Share(budget)
    await one.claim(100)
    favoured = asyncio.create_task(two.claim(10))
    waiting = asyncio.create_task(three.claim(10))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (favoured.done(), waiting.done()) == (True, False), "one may go on, so that nobody waits for ever"
    one.give_back(50)
    await waiting
    assert budget.used == 70


async def test_one_who_gives_up_waiting_holds_nothing() -> None:
    budget = Budget(10)
    one, two, three = Share(budget), Share(budget), Share(budget)
    await one.claim(10)
    await two.claim(5)
    waiting = asyncio.create_task(three.claim(5))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    two.keep(0)
    one.keep(0)
    assert budget.used == 0


async def test_line_65_half_read_messages_never_wait_for_each_other_and_memory_is_bounded(
    serve: Serve, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, many, limit = 1_000_000, 12, 2_500_000
    most = 0
    claim = Budget.claim

    async def watched(budget: Budget, share: Share, count: int) -> None:
        nonlocal most
        await claim(budget, share, count)
        most = max(most, budget.used)

    monkeypatch.setattr(Budget, "claim", watched)

    async def answer(block: bytes, peer: Peer) -> bytes:
        return b"%d" % len(block)

    server = await serve(answer, Limits(size=2 * size, memory=limit))
    connections = [await raw(server) for _ in range(many)]

    async def half(number: int) -> bytes:
        reader, writer = connections[number]
        block = frame(b"x" * size)
        writer.write(block[: size // 2])
        await started.wait()
        writer.write(block[size // 2 :])
        return await reader.readuntil(b"\x1c\r")

    started = asyncio.Event()
    answers = [asyncio.create_task(half(number)) for number in range(many)]
    await asyncio.sleep(0.3)
    started.set()
    assert await asyncio.gather(*answers) == [frame(b"%d" % size)] * many
    assert size < most <= limit + size + 65_536


async def test_line_65_a_sender_that_leaves_in_mid_message_gives_its_bytes_back(
    serve: Serve, raw: Raw
) -> None:
    async def answer(block: bytes, peer: Peer) -> bytes:
        return b"ok"

    server = await serve(answer, Limits(size=1_000_000, memory=200_000))
    for _ in range(5):
        _, writer = await raw(server)
        writer.write(b"\x0b" + b"x" * 190_000)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    reader, writer = await raw(server)
    writer.write(frame(b"y" * 150_000))
    assert await reader.readuntil(b"\x1c\r") == frame(b"ok")
