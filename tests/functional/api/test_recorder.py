"""What a house has recorded no label hides from it, under whose Patient it may lie (ADR 14)."""

from typing import Any

import pytest

from adapters.v2_to_fhir.source import Source
from auth import moment
from services.sources import register
from tests.functional.api.exchange import JSON, bundle, entry, observation, patient
from tests.functional.api.test_organization import OTHER, OWN
from tests.functional.feed.test_feed import adt
from tests.functional.feed.test_merge_access import block
from tests.support.feed import feeding
from tests.support.web import Web

HIV = {"coding": [{"system": "http://loinc.org", "code": "75622-1"}]}
A = "Patient/pA"


@pytest.fixture
async def region(web: Web) -> Web:
    """pA is the Patient of OWN; he shows his card at OTHER today."""
    houses = ({"resourceType": "Organization", "id": each.split("/")[1]} for each in (OWN, OTHER))
    await web.put(*houses, patient("1") | {"id": "pA"})
    await web.platform.relations.encounter(None, A, OWN, moment.now())
    await web.platform.relations.arrive(None, A, OTHER, "arrival")
    return web


def labelled(**more: Any) -> dict[str, Any]:
    return observation(A, code=HIV) | more


async def test_a_clinic_reads_what_it_wrote_under_the_patient_of_another_house(region: Web) -> None:
    own, other = [await region.client(organization=each) for each in (OWN, OTHER)]
    made = (await other.post("/Observation", json=labelled(), headers=JSON)).json()
    whole = bundle(entry("PUT", f"Observation/{made['id']}", made | {"status": "amended"}),
                   entry("POST", "Observation", labelled()))  # fmt: skip
    assert (await other.post("/", json=whole, headers=JSON)).status_code == 200
    ways = [f"/Observation/{made['id']}", f"/Observation/{made['id']}/_history/1"]
    for client, status, count in ((other, 200, 2), (own, 404, 0), (await region.client(), 200, 2)):
        assert [(await client.get(way)).status_code for way in ways] == [status] * 2
        assert (await client.get(f"/Observation?patient={A}&_summary=count")).json()["total"] == count


async def test_a_report_inherits_and_is_its_own_houses(region: Web) -> None:
    own, other = [await region.client(organization=each) for each in (OWN, OTHER)]
    result = (await other.post("/Observation", json=labelled(), headers=JSON)).json()
    told = [{"reference": f"Observation/{result['id']}"}]
    report = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"},
              "subject": {"reference": A}, "result": told}  # fmt: skip
    made = (await other.post("/DiagnosticReport", json=report, headers=JSON)).json()
    found = [(await each.get(f"/DiagnosticReport/{made['id']}")).status_code for each in (other, own)]
    assert found == [200, 404]


async def test_where_nobody_is_noted_the_house_of_the_patient_counts(region: Web) -> None:
    await region.put(labelled(id="before"))
    own, other, regional = [await region.client(organization=each) for each in (OWN, OTHER, None)]
    made = (await regional.post("/Observation", json=labelled(), headers=JSON)).json()
    for id in ("before", made["id"]):
        found = [(await each.get(f"/Observation/{id}")).status_code for each in (own, other)]
        assert found == [200, 404]


async def test_a_feed_records_for_the_house_of_its_source(web: Web) -> None:
    await register(web.platform.database, Source("TEST1", OWN))
    result = block("TEST1", "ORU^R01", 3, "R1", "PID|1||P1^^^TEST1^PI||张三HTEST||19580312|M",
                   "OBR|1||F1|75622-1^HIV^LN", "OBX|1|ST|75622-1^HIV^LN||阴性||||||F")  # fmt: skip
    async with feeding(web) as feed:
        await feed.send(adt(id="P1").encode(), result)
        assert await feed.settled() == {"done": 2}
    rows = web.platform.store.database["resources"].find({"type": {"$in": ["Patient", "Observation"]}})
    assert {(row["type"], row["recorder"]) async for row in rows} == {("Patient", OWN), ("Observation", OWN)}
