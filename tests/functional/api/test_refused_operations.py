"""404 or 403: what is not offered is not there for anybody; what is offered is refused by type before data.

Design, section 4; access.md, attacks 41 and 59. $export is not in the CapabilityStatement, so whoever asks
for it, with whatever token or none, gets the same 404. A token whose scopes do not reach the
type gets 403, of what is there and of what never was.
"""

from typing import Any

import httpx
import pytest

from fhir.operations.operation import Level, Operation
from fhir.operations.registry import OPERATIONS
from tests.functional.api.exchange import JSON, bundle, entry, issue, patient
from tests.functional.api.test_directory import READERS, reader
from tests.functional.api.test_hidden import assert_same
from tests.functional.api.test_organization import OWN, encounter
from tests.support.web import WRITE, Web

NOT_OFFERED = [
    "$export", "Patient/$export", "Group/g/$export", "Group/nobody/$export", "$import", "$graphql",
    "$convert", "$match", "Patient/pA/$match", "Patient/pA/$purge",
    "Observation/$stats", "Patient/pA/_history/1/$everything", "Observation/oA/$everything",
]  # fmt: skip


async def test_what_is_not_offered_is_not_there_for_anybody(web: Web) -> None:
    """Attacks 41 and 59; `rest.operation` does not name it."""
    await web.put(
        {"resourceType": "Organization", "id": "own", "name": OWN},
        patient("1") | {"id": "pA"},
        patient("2") | {"id": "pB"},
        {"resourceType": "Group", "id": "g", "type": "person", "actual": True},
        encounter("Patient/pA", OWN) | {"id": "eA"},
    )
    told = (await web.http.get(f"{web.fhir}/metadata")).text
    assert "$export" not in told.replace("OperationDefinition", "")
    assert '"name":"export"' not in told.replace(" ", "")
    readers = [await web.client(), await web.client(WRITE, OWN), await web.client("system/Location.rs", OWN)]
    readers += [await reader(web, *each) for each in READERS.values()]
    for way in NOT_OFFERED:
        for method in ("GET", "POST", "HEAD"):
            nobody = await web.http.request(method, f"{web.fhir}/{way}", headers=JSON)
            assert nobody.status_code == 404, way
            for client in readers:
                assert_same(await client.request(method, f"/{way}", headers=JSON), nobody, way)
        for client in readers:
            reply = await client.post("/", json=bundle(entry("GET", way), type="batch"), headers=JSON)
            assert reply.json()["entry"][0]["response"]["status"].startswith("404"), way


CALLS: dict[str, Any] = {
    "lastn": {"patient": "pA"},
    "Composition/$document": {"id": "x"},
    "lookup": {"system": "http://loinc.org", "code": "8480-6"},
    "validate-code": {"url": "http://hl7.org/fhir/administrative-gender", "code": "male"},
    "ihe-pix": {"sourceIdentifier": "urn:oid:1.2.3|1"},
    "subsumes": {"system": "http://loinc.org", "codeA": "8480-6", "codeB": "8480-6"},
    "translate": {"code": "male", "system": "http://hl7.org/fhir/administrative-gender"},
    "expand": {"url": "http://hl7.org/fhir/ValueSet/administrative-gender"},
}
"""Of operations, or addresses of them, that need them: parameters."""


def parameters(*given: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(given)}


LABELS = parameters({"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}})
MERGE = parameters(
    {"name": "source-patient", "valueReference": {"reference": "Patient/pA"}},
    {"name": "target-patient", "valueReference": {"reference": "Patient/nobody"}},
)
BODIES: dict[str, Any] = {
    "meta-add": LABELS,
    "meta-delete": LABELS,
    "match": {"resourceType": "Patient", "identifier": [{"system": "urn:oid:1.2.3", "value": "1"}]},
    "merge": MERGE,
    "undo-merge": MERGE,
}
OF_WHAT_IS_REACHED = frozenset({"$meta"})
"""What tells of all types that the token reaches, here of Locations."""


def addresses(operation: Operation, id: str) -> list[str]:
    """Where it is called, of the first of its types; of the Patient where it is offered there."""
    types = operation.types or frozenset({""})
    type = "Patient" if "Patient" in types else min(types)
    places = {
        Level.SYSTEM: "",
        Level.TYPE: f"{type}/",
        Level.INSTANCE: f"{type}/{id}/",
        Level.VERSION: f"{type}/{id}/_history/1/",
    }
    return [f"{places[level]}${operation.name}" for level in sorted(operation.levels)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.name} {min(each.types or '-')}")
async def test_a_type_that_the_token_does_not_reach_is_refused_before_data(
    web: Web, operation: Operation
) -> None:
    await web.put({"resourceType": "Organization", "id": "own", "name": OWN}, patient("1") | {"id": "pA"})
    await web.put(encounter("Patient/pA", OWN) | {"id": "eA"})
    id = "eA" if operation.types == {"Encounter"} else "pA"
    for client in (await web.client("system/Location.rs", OWN), await web.client("system/Location.rs")):
        for ways in zip(addresses(operation, id), addresses(operation, "nobody"), strict=True):
            for method in ("POST",) if operation.changes or operation.name == "match" else ("GET", "POST"):
                replies = [await call(client, operation, method, way) for way in ways]
                expected = 200 if ways[0] in OF_WHAT_IS_REACHED else 403
                assert {each.status_code for each in replies} == {expected}, (method, ways, replies[0].text)
                assert expected == 200 or issue(replies[0]) == issue(replies[1])


async def call(client: httpx.AsyncClient, operation: Operation, method: str, way: str) -> httpx.Response:
    given = CALLS.get("Composition/$document" if way == "Composition/$document" else operation.name, {})
    body = BODIES.get(operation.name)
    return await client.request(method, f"/{way}", params=given, headers=JSON, json=body)
