"""Claims under real races, within one process and between two."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fhir.identity import new_id
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from tests.support.mongo import MASTER_KEY
from tests.support.resources import observation, put

CRITERIA = {"tokens": "Observation.code|http://loinc.org|8480-6"}


@pytest.fixture
async def other(store: Store, database: tuple[str, str]) -> AsyncIterator[Store]:
    """The same store as another process has it open."""
    opened = await Store.open(*database, master_key=MASTER_KEY)
    yield opened
    await opened.close()


async def conditional_create(store: Store, key: str = "code=8480-6") -> str:
    """Interaction conditional create as the store sees it."""
    resource = observation(new_id())

    async def work(tx: Transaction) -> str:
        found = await tx.find(CRITERIA, EVERYONE, limit=2)
        if found:
            return found[0].id
        await tx.claim([key])
        tx.put(resource)
        return str(resource["id"])

    return await store.resources.transact(work)


async def test_a_hundred_conditional_creates_leave_one_resource(store: Store, other: Store) -> None:
    """Checklist line 30, in two processes at once."""
    ids = await asyncio.gather(*(conditional_create(each) for each in (store, other) * 50))
    assert len(ids) == 100
    assert len(set(ids)) == 1
    assert await store.resources.count({"tokens": "Observation"}, EVERYONE) == 1


async def test_other_keys_are_not_held_up(store: Store) -> None:
    first, second = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction, mine: asyncio.Event, others: asyncio.Event, key: str) -> None:
        await tx.claim([key])
        mine.set()
        await asyncio.wait_for(others.wait(), 10)

    await asyncio.gather(
        store.resources.transact(lambda tx: work(tx, first, second, "a")),
        store.resources.transact(lambda tx: work(tx, second, first, "b")),
    )


async def test_who_loses_a_claim_begins_anew_and_sees_what_the_winner_wrote(store: Store) -> None:
    seen: list[int] = []

    async def work(tx: Transaction) -> None:
        found = await tx.find(CRITERIA, EVERYONE)
        seen.append(len(found))
        if len(seen) == 1:

            async def winner(tx: Transaction) -> None:
                await tx.claim(["k"])
                tx.put(observation("o1"))

            await store.resources.transact(winner)
        if not found:
            await tx.claim(["k"])

    await store.resources.transact(work)
    assert seen == [0, 1]


async def test_a_claim_names_nobody_and_is_cleared(store: Store) -> None:
    await put(store, observation("o9", code="other"))
    await conditional_create(store, "identifier=510104195803129013")
    (row,) = await store.database["claims"].find().to_list()
    assert "5101" not in str(row)
    indexes = await store.database["claims"].index_information()
    assert indexes["at"]["expireAfterSeconds"] == 3600


@pytest.mark.parametrize("limit", [1, 2, 0])
async def test_a_search_within_a_transaction_is_ordered_and_limited(store: Store, limit: int) -> None:
    await put(store, *(observation(f"o{number}") for number in range(3)))

    async def work(tx: Transaction) -> list[str]:
        found = await tx.find({"tokens": "Observation"}, EVERYONE, order=[("id", True)], limit=limit)
        return [each.id for each in found]

    assert await store.resources.transact(work) == ["o2", "o1", "o0"][: limit or 3]
