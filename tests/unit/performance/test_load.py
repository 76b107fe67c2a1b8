import asyncio

import pytest

from tests.performance.connection import request
from tests.performance.figure import Tally
from tests.performance.load import Pace, Session, repeat
from tests.performance.platform import free_ports


async def test_turns_run_side_by_side_until_the_window_is_over() -> None:
    tally, done = Tally(), [0, 0]

    async def turn(number: int) -> None:
        await asyncio.sleep(0.001)
        done[number] += 1

    await repeat([lambda: turn(0), lambda: turn(1)], tally, Pace(0.0, 0.2))
    assert all(done)
    assert tally.end - tally.begin == pytest.approx(0.2)


async def test_a_server_that_is_not_there_is_an_error_not_a_crash() -> None:
    tally = Tally()
    session = Session(free_ports(1)[0], tally)
    assert await session.exchange(request("GET", "/"), lambda _: None) is None
    assert sum(tally.errors.values()) == 1
    session.close()
