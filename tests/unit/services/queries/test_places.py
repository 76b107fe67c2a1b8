"""How many queries are under way at once."""

import asyncio

import pytest

from services.queries.places import FullError, Places


async def test_one_source_waits_for_itself_and_for_nobody_else() -> None:
    places, held, under_way = Places(each=1, all=2, waiting=1), asyncio.Event(), list[str]()

    async def ask(source: str) -> None:
        async with places.place(source):
            under_way.append(source)
            await held.wait()

    asking = [asyncio.create_task(ask("A")) for _ in range(3)]
    await asyncio.sleep(0)
    other = asyncio.create_task(ask("B"))
    await asyncio.sleep(0.01)
    assert under_way == ["A", "B"]
    with pytest.raises(FullError):
        await asking[2]
    held.set()
    await asyncio.gather(*asking[:2], other)
    assert under_way == ["A", "B", "A"]


async def test_a_place_is_given_back_whatever_happens() -> None:
    places = Places(each=1, all=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="x"):
            async with places.place("A"):
                raise ValueError("x")
