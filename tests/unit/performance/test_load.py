import asyncio

from tests.performance.connection import request
from tests.performance.figure import Tally
from tests.performance.load import Session, repeat
from tests.performance.platform import free_ports


async def test_turns_run_side_by_side_until_the_window_is_over() -> None:
    done = [0, 0]

    async def turn(number: int) -> None:
        await asyncio.sleep(0.001)
        done[number] += 1

    seconds = await repeat([lambda: turn(0), lambda: turn(1)], 0.2)
    assert all(done)
    assert 0.2 <= seconds < 1


async def test_a_long_turn_is_waited_for() -> None:
    assert await repeat([lambda: asyncio.sleep(0.2)], 0.01) >= 0.2


async def test_a_server_that_is_not_there_is_an_error_not_a_crash() -> None:
    tally = Tally()
    session = Session(free_ports(1)[0], tally)
    assert await session.exchange(request("GET", "/"), lambda _: None) is None
    assert sum(tally.errors.values()) == 1
    session.close()
