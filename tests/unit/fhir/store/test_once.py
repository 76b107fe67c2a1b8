"""What a resource was in any version."""

from fhir.store import Store
from fhir.store.once import once
from tests.support.resources import observation, put, remove


async def test_any_version_counts(store: Store) -> None:
    await put(store, *(observation(id, status="final") for id in ("o1", "o2", "o3")))
    await put(store, observation("o1", status="amended"), observation("o2", status="amended"))
    await remove(store, "Observation/o2")
    all_three = [f"Observation/o{n}" for n in (1, 2, 3)]
    amended, final = ({"facets": f"Observation.status|{status}"} for status in ("amended", "final"))
    assert await once(store.database, all_three, amended) == {"Observation/o1", "Observation/o2"}
    assert await once(store.database, all_three, final) == set(all_three)
    assert await once(store.database, ["Observation/o3"], amended) == frozenset()
    assert await once(store.database, [], final) == frozenset()
