import pytest
from pymongo.errors import OperationFailure

from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from tests.support.mongo import MASTER_KEY
from tests.support.resources import patient, put


async def test_an_opened_store_is_durable_and_knows_its_zone(store: Store) -> None:
    assert store.database.write_concern.document == {"w": "majority", "j": True}
    assert store.database.codec_options.tz_aware


async def test_two_stores_with_one_master_key_understand_each_other(
    store: Store, database: tuple[str, str]
) -> None:
    await put(store, patient())
    other = await Store.open(*database, master_key=MASTER_KEY)
    found = await other.resources.read("Patient", "p1", EVERYONE)
    await other.close()
    assert found is not None
    assert other.keyed("x") == store.keyed("x")


async def test_a_store_that_cant_check_its_indexes_is_not_opened(
    store: Store, database: tuple[str, str]
) -> None:
    await store.database["persons"].drop_index("held")
    await store.database["persons"].create_index("other", name="held")
    with pytest.raises(OperationFailure):
        await Store.open(*database, master_key=MASTER_KEY)


async def test_projections_follow_within_the_transaction(store: Store) -> None:
    class Refusing:
        types = frozenset({"Patient"})

        async def remove(self, session: object, references: object, former: object) -> None:
            """Nothing is deleted here."""

        async def apply(self, session: object, resources: object, former: object) -> None:
            raise RuntimeError("no")

    store.add_projections([Refusing()])
    with pytest.raises(RuntimeError):
        await put(store, patient())
    assert await store.resources.read("Patient", "p1", EVERYONE) is None


async def test_a_transaction_reads_what_was_there_when_it_began(store: Store) -> None:
    await put(store, patient())

    async def work(tx: Transaction) -> int:
        await tx.load(["Patient/p1"])
        await put(store, patient("p2"))
        return len(await tx.find({"tokens": "Patient"}, EVERYONE))

    assert await store.resources.transact(work) == 1
