import asyncio
from datetime import timedelta

from fhir.store import Store
from services.turns import my_turn


async def test_of_many_one_does_it_and_then_nobody_for_the_period(store: Store) -> None:
    hour = timedelta(hours=1)
    turns = await asyncio.gather(*(my_turn(store.database, "htest", hour) for _ in range(10)))
    assert turns.count(True) == 1
    assert not await my_turn(store.database, "htest", hour)
    assert await my_turn(store.database, "other", hour)


async def test_after_the_period_it_is_due_again(store: Store) -> None:
    assert await my_turn(store.database, "htest", timedelta(0))
    assert await my_turn(store.database, "htest", timedelta(0))
