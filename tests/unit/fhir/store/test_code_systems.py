from fhir.store import Store
from fhir.store.code_systems import code_systems
from tests.support.resources import put


async def test_those_that_are_in_use(store: Store) -> None:
    base = {"resourceType": "CodeSystem", "content": "complete"}
    await put(store, base | {"id": "a", "url": "http://a", "status": "active"})
    await put(store, base | {"id": "b", "url": "http://b", "status": "retired"})
    assert await code_systems(store) == {"http://a"}
