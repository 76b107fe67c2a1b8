import asyncio

import pytest

from fhir.store.transaction_room import LARGE, MOST, Room


@pytest.mark.parametrize(
    ("sizes", "most"),
    [([LARGE - 1] * 50, 50), ([MOST // 2] * 6, 2), ([MOST, 2600, MOST + 1, 9 * MOST], 1), ([1500] * 5, 2)],
)
async def test_so_many_are_under_way_at_once(sizes: list[int], most: int) -> None:
    room, running, peak = Room(), 0, 0

    async def work(size: int) -> None:
        nonlocal running, peak
        async with room.of(size):
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0.002)
            running -= 1

    await asyncio.gather(*map(work, sizes))
    assert peak == most


async def test_the_largest_is_not_overtaken_for_ever() -> None:
    room, order = Room(), []

    async def work(size: int) -> None:
        async with room.of(size):
            order.append(size)
            await asyncio.sleep(0.002)

    await asyncio.gather(*map(work, [1000, MOST, 1000, 1000]))
    assert order == [1000, MOST, 1000, 1000]


async def test_who_fails_leaves_room() -> None:
    room = Room()
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            async with room.of(MOST):
                raise ValueError("no")
    waiting = asyncio.create_task(_hold(room))
    async with room.of(MOST):
        waiting.cancel()
    async with asyncio.timeout(1), room.of(MOST):
        pass


async def _hold(room: Room) -> None:
    async with room.of(MOST):
        await asyncio.sleep(60)
