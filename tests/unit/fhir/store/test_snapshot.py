from fhir.store import EVERYONE, Store
from fhir.store.snapshot import snapshot
from tests.support.resources import patient, put

_ALL = {"tokens": "Patient"}


async def test_what_comes_later_is_not_seen(store: Store) -> None:
    await put(store, patient("p1"))
    async with snapshot(store.client) as moment:
        first = await store.resources.search(_ALL, EVERYONE, limit=9, snapshot=moment)
        await put(store, patient("p2"))
        again = await store.resources.search(_ALL, EVERYONE, limit=9, snapshot=moment)
        at = moment.time
    assert [row.id for row in first] == [row.id for row in again] == ["p1"]
    async with snapshot(store.client, at) as moment:
        later = await store.resources.search(_ALL, EVERYONE, limit=9, snapshot=moment)
    assert [row.id for row in later] == ["p1"]
