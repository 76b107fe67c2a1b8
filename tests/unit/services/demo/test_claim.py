from datetime import date

import pytest

from fhir.store import Store
from services.demo.claim import SEED, claim, claimed, fulfil
from services.failure import Failure

TODAY = date(2026, 3, 1)


async def test_an_empty_database_is_claimed_until_yesterday(store: Store) -> None:
    assert await claimed(store.database) is None
    made = await claim(store.database, today=TODAY)
    assert (made.seed, made.until, made.loaded) == (SEED, date(2026, 2, 28), False)


async def test_a_claim_keeps_its_last_day(store: Store) -> None:
    made = await claim(store.database, today=TODAY)
    assert await claim(store.database, today=date(2026, 9, 9)) == made


async def test_a_claim_that_is_fulfilled_says_so(store: Store) -> None:
    await claim(store.database, today=TODAY)
    await fulfil(store.database)
    assert (await claim(store.database, today=TODAY)).loaded


@pytest.mark.parametrize("collection", ["resources", "inbox", "accounts", "sources"])
async def test_a_database_with_other_data_is_refused_and_left_alone(store: Store, collection: str) -> None:
    await store.database[collection].insert_one({"_id": "somebody's"})
    with pytest.raises(Failure, match="empty database only"):
        await claim(store.database, today=TODAY)
    assert await claimed(store.database) is None


async def test_what_comes_after_the_claim_does_not_undo_it(store: Store) -> None:
    made = await claim(store.database, today=TODAY)
    await store.database["inbox"].insert_one({"_id": "a message of a visitor"})
    assert await claim(store.database, today=TODAY) == made
