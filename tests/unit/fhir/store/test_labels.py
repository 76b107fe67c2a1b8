from fhir.store import EVERYONE, Store
from fhir.store.labels import in_use
from tests.support.access import Some
from tests.support.resources import observation, patient, put


async def test_each_label_is_found_by_one_step_however_often_it_stands(store: Store) -> None:
    many = [
        observation(f"o{n}", meta={"tag": [{"system": "http://t", "code": f"c{n % 3}"}]}) for n in range(9)
    ]
    await put(store, patient("p1"), *many)
    expected = {("tag", f"http://t|c{n}") for n in range(3)}
    assert await in_use(store, ["Observation"], EVERYONE) == expected
    assert await in_use(store, ["Observation"], Some("Patient/p1")) == expected
    assert await in_use(store, ["Observation"], Some("Patient/p2")) == set()
    assert await in_use(store, ["Patient"], EVERYONE) == set()


async def test_a_profile_with_its_version_is_one(store: Store) -> None:
    await put(store, patient("p1", meta={"profile": ["http://p|1.0", "http://q"]}))
    assert await in_use(store, ["Patient"], EVERYONE) == {
        ("profile", "http://p|1.0"),
        ("profile", "http://q"),
    }
