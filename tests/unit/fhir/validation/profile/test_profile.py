"""Profiles that are posted to the platform, and what a write is refused for."""

import asyncio
from typing import Any

from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.delete import delete
from fhir.interactions.transaction import transaction
from fhir.interactions.update import update
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import Store
from fhir.validation.profile import profile_errors, profile_issues, registry
from tests.support.access import Granted
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put
from tests.unit.fhir.operations.test_validate import OWN, named

CLAIM = {"meta": {"profile": [OWN]}}


def context(store: Store) -> Context:
    return Context(store, Granted(), "https://x.example/fhir")


async def places(store: Store, resource: Resource) -> list[str | None]:
    return [issue.expression for issue in await profile_errors(context(store), resource)]


async def test_a_profile_counts_from_its_commit_to_its_deletion(store: Store) -> None:
    body = patient("p1", **CLAIM)
    assert await places(store, body) == []
    posted = await create(context(store), "StructureDefinition", named())
    assert await places(store, body) == ["Patient.birthDate"]
    changed = named(id=posted.stored.id)
    changed["differential"]["element"].pop()
    await update(context(store), "StructureDefinition", posted.stored.id, changed)
    assert await places(store, body) == []
    await update(context(store), "StructureDefinition", posted.stored.id, named(id=posted.stored.id))
    assert await places(store, body) == ["Patient.birthDate"]
    await delete(context(store), "StructureDefinition", posted.stored.id)
    assert await places(store, body) == []


async def test_what_another_process_changed_is_seen_within_a_second(store: Store) -> None:
    body = patient("p1", **CLAIM)
    assert await places(store, body) == []
    await put(store, named())
    await asyncio.sleep(1)
    assert await places(store, body) == ["Patient.birthDate"]


async def test_a_write_is_refused_and_nothing_stored(store: Store) -> None:
    await put(store, named(), patient("p1"))
    bad = patient("p1", **CLAIM)
    for attempt in (
        create(context(store), "Patient", bad),
        update(context(store), "Patient", "p1", bad),
        transaction(context(store), _bundle(bad)),
    ):
        refusal = await refused(attempt, Fault.INVALID)
        assert [issue.code for issue in refusal.issues] == ["required"]
    good = bad | {"birthDate": "1990-01-01"}
    assert (await update(context(store), "Patient", "p1", good)).stored.version == 2


def _bundle(resource: Resource) -> Resource:
    request = {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": resource, "request": request}],
    }


async def test_an_unknown_profile_is_accepted(store: Store) -> None:
    body = patient("p1", meta={"profile": ["http://example.org/none"]})
    assert await profile_errors(context(store), body) == []
    assert [issue.severity for issue in await profile_issues(context(store), body)] == ["warning"]


async def test_the_version_that_a_canonical_names(store: Store) -> None:
    lenient = named(id="old", version="1")
    lenient["differential"]["element"].pop()
    await put(store, lenient, named(id="new", version="2"))
    for version, found in (("1", []), ("2", ["Patient.birthDate"]), ("3", [])):
        body = patient("p1", meta={"profile": [f"{OWN}|{version}"]})
        assert await places(store, body) == found


async def test_a_retired_profile_yields_to_an_active_one(store: Store) -> None:
    lenient = named(id="active")
    lenient["differential"]["element"].pop()
    await put(store, lenient)
    await put(store, named(id="retired", status="retired"))
    assert await places(store, patient("p1", **CLAIM)) == []


async def test_a_profile_of_the_site_goes_before_that_of_r4(store: Store) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/heartrate"
    own = named(url=url, type="Observation")
    own["differential"]["element"] = [
        {"path": "Observation", "id": "Observation"},
        {"path": "Observation.note", "id": "Observation.note", "min": 1},
    ]
    await put(store, own)
    assert await places(store, observation(meta={"profile": [url]})) == ["Observation.note"]


async def test_claims_of_what_is_contained_and_carried(store: Store) -> None:
    await put(store, named())
    inner: dict[str, Any] = {"resourceType": "Patient", "id": "c"} | CLAIM
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient("p1")}, {"resource": observation(contained=[inner])}],
    }
    place = "Bundle.entry[1].resource.contained[0]"
    assert await places(store, bundle) == [f"{place}.name", f"{place}.birthDate"]


async def test_a_definition_that_makes_no_tree_is_not_known(store: Store) -> None:
    odd = named()
    odd["differential"]["element"] = [{"path": "Patient.name", "id": "a"}, {"path": "Observation", "id": "b"}]
    await put(store, odd)
    assert await profile_errors(context(store), patient("p1", **CLAIM)) == []


async def test_profiles_that_refer_to_each_other_end(store: Store) -> None:
    def linked(name: str, other: str) -> Resource:
        element = {
            "path": "Patient.contained",
            "id": "Patient.contained",
            "type": [{"code": "Patient", "profile": [f"http://example.org/{other}"]}],
        }
        body = named(id=name, url=f"http://example.org/{name}")
        body["differential"]["element"] = [{"path": "Patient", "id": "Patient"}, element]
        return body

    await put(store, linked("a", "b"), linked("b", "a"))
    body = patient("p1", contained=[patient("c")], meta={"profile": ["http://example.org/a"]})
    assert await profile_errors(context(store), body) == []


async def test_many_at_once_compile_it_once_and_agree(store: Store) -> None:
    await put(store, named())
    found = await asyncio.gather(*(places(store, patient("p1", **CLAIM)) for _ in range(50)))
    assert found == [["Patient.birthDate"]] * 50
    assert registry(context(store)) is registry(context(store))
