"""Unregistered sources: as many as there is room for (checklist 65)."""

import asyncio

from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services import unregistered
from services.sources import codes, register


async def test_there_is_room_for_a_number_of_them_and_who_is_in_stays(store: Store) -> None:
    asked = ["A", "B", "A", "C", "B"]
    told = [await unregistered.admit(store.database, code, 2) for code in asked]
    assert told == [True, True, True, False, True]
    assert await unregistered.codes(store.database) == {"A", "B"}
    assert not await unregistered.admit(store.database, "C", 1), "a lower limit sends nobody away"
    assert await unregistered.admit(store.database, "A", 1)


async def test_many_at_once_take_no_more_places_than_there_are(store: Store) -> None:
    asked = [unregistered.admit(store.database, f"S{number}", 10) for number in range(60)]
    assert sum(await asyncio.gather(*asked)) == 10
    assert len(await unregistered.codes(store.database)) == 10


async def test_a_name_as_long_as_a_message_is_none(store: Store) -> None:
    assert await unregistered.admit(store.database, "市" * unregistered.LONGEST, 2)
    assert not await unregistered.admit(store.database, "市" * (unregistered.LONGEST + 1), 2)


async def test_who_is_registered_gives_the_place_back_and_is_still_one_of_all(store: Store) -> None:
    for code in ("B", "A"):
        await unregistered.admit(store.database, code, 2)
    await register(store.database, Source("A", "Organization/a"))
    assert await unregistered.codes(store.database) == {"B"}
    assert await codes(store.database) == ["A", "B"]
    assert await unregistered.admit(store.database, "C", 2)
