"""How many messages a second a source may send: checklist line 3 of the feed."""

import asyncio
import time

from services.intake import pace
from services.intake.pace import Pace


async def test_line_3_who_sends_faster_waits_and_keeps_the_order() -> None:
    turns, order = Pace(), []

    async def send(number: int) -> None:
        assert await turns.turn("S", 50)
        order.append(number)

    started = time.monotonic()
    await asyncio.gather(*(send(number) for number in range(11)))
    assert order == list(range(11))
    assert time.monotonic() - started >= 10 / 50 - 0.01


async def test_line_3_sources_do_not_wait_for_each_other_nor_without_a_rate() -> None:
    turns = Pace()
    assert await turns.turn("SLOW", 0.01)
    waiting = asyncio.create_task(turns.turn("SLOW", 0.01))
    async with asyncio.timeout(5):
        assert await turns.turn("FAST", 1000)
        for _ in range(1000):
            assert await turns.turn("FREE", None)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_line_65_very_many_do_not_wait() -> None:
    turns = Pace()
    waiting = [asyncio.create_task(turns.turn("S", 0.01)) for _ in range(pace._MOST_WAITING + 1)]
    await asyncio.sleep(0)
    assert not await turns.turn("S", 0.01)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
