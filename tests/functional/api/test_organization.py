"""A clinic's system: the residents related to its organisation, and nobody else, by any path."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.functional.api.test_interactions import JSON, PATIENT, observation
from tests.support.web import WRITE, Web

OWN, OTHER = "Organization/own", "Organization/other"


def encounter(patient: str, organization: str, days: int = 1, status: str = "finished") -> dict[str, Any]:
    day = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    return {
        "resourceType": "Encounter", "status": status, "subject": {"reference": patient},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "serviceProvider": {"reference": organization}, "period": {"start": day, "end": day},
    }  # fmt: skip


@pytest.fixture
async def clinic(web: Web) -> httpx.AsyncClient:
    """The system of OWN; pA was seen there yesterday, pB elsewhere, pC there 13 months ago."""
    organizations = [
        {"resourceType": "Organization", "id": each.split("/")[1], "name": each} for each in (OWN, OTHER)
    ]
    patients = [
        PATIENT | {"id": id, "birthDate": f"19{n}0-01-01"} for n, id in enumerate(("pA", "pB", "pC"), 5)
    ]
    results = [observation(f"Patient/{id}") | {"id": f"obs{id}"} for id in ("pA", "pB", "pC")]
    visits = [
        encounter("Patient/pA", OWN) | {"id": "eA"},
        encounter("Patient/pB", OTHER) | {"id": "eB"},
        encounter("Patient/pC", OWN, days=400) | {"id": "eC"},
    ]
    await web.put(*organizations, *patients, *results, *visits)
    return await web.client(WRITE, OWN)


async def test_hidden_and_unknown_are_the_same_answer(clinic: httpx.AsyncClient) -> None:
    assert (await clinic.get("/Patient/pA")).status_code == 200
    hidden = ["Patient/pB", "Observation/obspB", "Observation/obspB/_history", "Observation/obspB/_history/1",
              "Patient/pB/$everything", "Patient/pC", "Encounter/eC"]  # fmt: skip
    for path in hidden:
        seen, unknown = (
            await clinic.get(f"/{path}"),
            await clinic.get(f"/{path.replace('p', 'x').replace('e', 'y', 1)}"),
        )
        assert seen.status_code == 404, path
        assert seen.json() == (await clinic.get("/Patient/random")).json(), path
        assert unknown.status_code in (404,), path


async def test_searches_counts_and_includes_know_only_the_related(clinic: httpx.AsyncClient) -> None:
    for path, ids in {
        "/Patient": {"pA"},
        "/Observation": {"obspA"},
        "/Observation?patient=pB": set(),
        "/Observation?patient=pA,pB": {"obspA"},
        "/Patient?_id=pB": set(),
        "/Encounter?_lastUpdated=gt2000": {"eA"},
        "/Organization?_revinclude=Encounter:service-provider": {"own", "other", "eA"},
    }.items():
        bundle = (await clinic.get(path)).json()
        assert {entry["resource"]["id"] for entry in bundle.get("entry", [])} == ids, path
    assert (await clinic.get("/Observation?_summary=count")).json()["total"] == 1
    page = (await clinic.get("/Observation?_id=obspA&_include=Observation:subject")).json()
    assert len(page["entry"]) == 2


async def test_writes_about_others_are_refused_as_if_they_did_not_exist(clinic: httpx.AsyncClient) -> None:
    answers = []
    for patient in ("Patient/pB", "Patient/nobody"):
        reply = await clinic.post("/Observation", json=observation(patient), headers=JSON)
        answers.append((reply.status_code, reply.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    moved = observation("Patient/pB") | {"id": "obspA"}
    assert (await clinic.put("/Observation/obspA", json=moved, headers=JSON)).status_code == 422
    own = observation("Patient/pA") | {"id": "obspB"}
    assert (await clinic.put("/Observation/obspB", json=own, headers=JSON)).status_code == 404
    assert (await clinic.put("/Observation/new", json=own | {"id": "new"}, headers=JSON)).status_code == 404
    assert (await clinic.delete("/Observation/obspB")).status_code == 404
    assert (await clinic.delete("/Observation/never")).status_code == 404


async def test_a_clinic_reports_no_visits_at_another_organization(clinic: httpx.AsyncClient) -> None:
    reply = await clinic.post("/Encounter", json=encounter("Patient/pA", OTHER), headers=JSON)
    assert (reply.status_code, reply.json()["issue"][0]["expression"]) == (422, ["Encounter.serviceProvider"])
    assert (
        await clinic.post("/Encounter", json=encounter("Patient/pA", OWN), headers=JSON)
    ).status_code == 201


async def test_a_new_patient_is_the_clinics_own_and_opens_no_other_file(
    web: Web, clinic: httpx.AsyncClient
) -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    known = PATIENT | {"id": "pD", "identifier": [number]}
    await web.put(known, observation("Patient/pD") | {"id": "obspD"})
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": PATIENT | {"identifier": [number]},
         "request": {"method": "POST", "url": "Patient"}},
        {"resource": observation("urn:uuid:1"), "request": {"method": "POST", "url": "Observation"}},
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    reply = await clinic.post("/", json=bundle, headers=JSON)
    assert reply.status_code == 200, reply.text
    place = reply.json()["entry"][0]["response"]["location"].split("/_history")[0]
    assert (await clinic.get(f"/{place}")).status_code == 200
    found = (await clinic.get(f"/Observation?patient={place}")).json()
    assert [entry["resource"]["id"] == "obspD" for entry in found["entry"]] == [False]
    assert (await clinic.get("/Observation/obspD")).status_code == 404


async def test_a_batch_judges_each_entry_alone(clinic: httpx.AsyncClient) -> None:
    urls = ("Patient/pA", "Patient/pB", "Observation?patient=pB")
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answers = (await clinic.post("/", json=bundle, headers=JSON)).json()["entry"]
    assert [answer["response"]["status"][:3] for answer in answers] == ["200", "404", "200"]
    assert answers[2]["resource"]["total"] == 0


async def test_a_partial_date_of_a_visit_long_ago_opens_nothing(web: Web, clinic: httpx.AsyncClient) -> None:
    old = encounter("Patient/pB", OWN) | {"id": "eOld", "period": {"start": "2019"}}
    await web.put(old)
    assert (await clinic.get("/Patient/pB")).status_code == 404


async def test_a_clinic_cannot_make_its_patient_somebody_else(web: Web, clinic: httpx.AsyncClient) -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    await web.put(PATIENT | {"id": "pD", "identifier": [number]}, observation("Patient/pD") | {"id": "obspD"})
    own = (await clinic.get("/Patient/pA")).json()
    stolen = own | {"identifier": [number], "name": PATIENT["name"], "birthDate": PATIENT["birthDate"]}
    reply = await clinic.put("/Patient/pA", json=stolen, headers=JSON)
    assert (reply.status_code, reply.json()["issue"][0]["expression"]) == (422, ["Patient.identifier"])
    assert (await clinic.get("/Observation/obspD")).status_code == 404
    named = own | {"name": [{"text": "测试乙"}]}
    assert (await clinic.put("/Patient/pA", json=named, headers=JSON)).status_code == 200


async def test_a_known_number_and_a_visit_of_its_own_open_no_other_file(
    web: Web, clinic: httpx.AsyncClient
) -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    await web.put(PATIENT | {"id": "pD", "identifier": [number]}, observation("Patient/pD") | {"id": "obspD"})
    entries = [
        {
            "fullUrl": "urn:uuid:1",
            "resource": PATIENT | {"identifier": [number]},
            "request": {"method": "POST", "url": "Patient"},
        },
        {"resource": encounter("urn:uuid:1", OWN), "request": {"method": "POST", "url": "Encounter"}},
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    reply = await clinic.post("/", json=bundle, headers=JSON)
    assert reply.status_code == 200, reply.text
    place = reply.json()["entry"][0]["response"]["location"].split("/_history")[0]
    later = await clinic.post("/Encounter", json=encounter(place, OWN), headers=JSON)
    assert later.status_code == 201
    for path in ("/Patient/pD", "/Observation/obspD", "/Patient/pD/$everything"):
        assert (await clinic.get(path)).status_code == 404, path
    assert (await clinic.get(f"/{place}")).status_code == 200


async def test_a_deleted_patient_does_not_come_back_as_somebody_else(clinic: httpx.AsyncClient) -> None:
    made = await clinic.post("/Patient", json=PATIENT, headers=JSON)
    id = made.json()["id"]
    assert (await clinic.delete(f"/Patient/{id}")).status_code == 204
    again = await clinic.put(f"/Patient/{id}", json=PATIENT | {"id": id}, headers=JSON)
    assert again.status_code == 422


async def test_an_old_version_stays_with_whom_it_was_about(web: Web, clinic: httpx.AsyncClient) -> None:
    regional = await web.client()
    misfiled = observation("Patient/pB", valueString="HTEST of somebody else") | {"id": "moved"}
    assert (await regional.put("/Observation/moved", json=misfiled, headers=JSON)).status_code == 201
    righted = observation("Patient/pA") | {"id": "moved"}
    assert (await regional.put("/Observation/moved", json=righted, headers=JSON)).status_code == 200
    assert (await clinic.get("/Observation/moved")).status_code == 200
    assert (await clinic.get("/Observation/moved/_history/1")).status_code == 404
    history = (await clinic.get("/Observation/moved/_history")).text
    assert "somebody else" not in history


async def test_a_deletion_in_a_transaction_stands_in_the_residents_audit(web: Web) -> None:
    regional = await web.client()
    id = (await regional.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    made = await regional.post("/Observation", json=observation(f"Patient/{id}"), headers=JSON)
    url = f"Observation/{made.json()['id']}"
    entries = [{"request": {"method": "DELETE", "url": url}}]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    assert (await regional.post("/", json=bundle, headers=JSON)).status_code == 200
    events = (await regional.get(f"/AuditEvent?patient={id}")).json()
    assert events["total"] == 3


NUMBERED = {"identifier": [{"system": "urn:x", "value": "HTEST-A"}]}
KNOWN = "identifier=urn:x%7CHTEST-A"


@pytest.mark.parametrize("way", ["literal", "conditional", "if none exists"])
async def test_a_visit_of_its_own_lifts_no_label_of_another_house(web: Web, way: str) -> None:
    """A clinic's system reports a visit with another house's Patient, however it names him; his sensitive
    results stay closed."""
    hiv = {"code": {"coding": [{"system": "http://loinc.org", "code": "75622-1"}]}}
    await web.put(
        *({"resourceType": "Organization", "id": each.split("/")[1], "name": each} for each in (OWN, OTHER)),
        PATIENT | {"id": "pA"} | NUMBERED,
        encounter("Patient/pA", OTHER) | {"id": "eA"},
        *(observation("Patient/pA") | {"id": id} | more for id, more in (("plain", {}), ("hiv", hiv))),
    )
    await web.platform.relations.arrive(None, "Patient/pA", OWN, "card")
    clinic = await web.client(WRITE, OWN)

    async def read() -> list[int]:
        return [(await clinic.get(f"/Observation/{id}")).status_code for id in ("plain", "hiv")]

    assert await read() == [200, 404]
    if way == "literal":
        made = await clinic.post("/Encounter", json=encounter("Patient/pA", OWN), headers=JSON)
        assert made.status_code == 201
        assert await read() == [200, 404]
        id = made.json()["id"]
        assert (await clinic.delete(f"/Encounter/{id}")).status_code == 204
    subject = {"literal": "Patient/pA", "conditional": f"Patient?{KNOWN}", "if none exists": "urn:uuid:1"}[
        way
    ]
    entries = [{"resource": encounter(subject, OWN), "request": {"method": "POST", "url": "Encounter"}}]
    if way == "if none exists":
        request = {"method": "POST", "url": "Patient", "ifNoneExist": KNOWN}
        entries.insert(0, {"fullUrl": "urn:uuid:1", "resource": PATIENT | NUMBERED, "request": request})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    reply = await clinic.post("/", json=bundle, headers=JSON)
    assert reply.status_code == 200, reply.text
    assert await read() == [200, 404]
