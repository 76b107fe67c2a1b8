import asyncio

import pytest
from pymongo.errors import AutoReconnect

from services.periodic import periodic


@pytest.mark.parametrize("error", [AutoReconnect("away"), OSError(28, "full"), ValueError("ours")])
async def test_a_fault_does_not_end_it(error: Exception) -> None:
    done, again = 0, asyncio.Event()

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise error
        again.set()

    async with periodic("htest", work, 0.01):
        await asyncio.wait_for(again.wait(), 10)
    assert not any(task.get_name() == "htest" for task in asyncio.all_tasks())


async def test_the_first_time_is_waited_for() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    async with periodic("htest", work, 0.01, first=60):
        await asyncio.sleep(0.05)
    assert done == []
