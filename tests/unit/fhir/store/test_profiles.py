from fhir.resource import Resource
from fhir.store import Store
from fhir.store.profiles import profiles
from tests.support.resources import put


def profile(id: str, **more: object) -> Resource:
    base: Resource = {
        "resourceType": "StructureDefinition", "id": id, "url": f"http://p/{id}", "name": "HTEST",
        "status": "active",
        "kind": "resource", "abstract": False, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
    }  # fmt: skip
    return base | more


async def test_profiles_by_the_type_that_they_constrain(store: Store) -> None:
    await put(store, profile("b"), profile("a"), profile("o", type="Observation"))
    await put(store, profile("old", status="retired"), profile("x", kind="complex-type", type="Extension"))
    assert await profiles(store) == {"Observation": ["http://p/o"], "Patient": ["http://p/a", "http://p/b"]}
